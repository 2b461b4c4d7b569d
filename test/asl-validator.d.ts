declare module "asl-validator" {
  /** asl-validator 4.0.0 ships no types; this is the part we use. */
  export default function validate(
    definition: unknown,
    options: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): { readonly isValid: boolean; readonly errors: readonly unknown[] };
}
