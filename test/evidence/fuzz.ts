/** Runs per fuzz property: short by default, `CORDON_FUZZ=200000` for the long hunt. The seed is fixed, so failures repeat. */
export const fuzzRuns = (usual = 2000): { readonly numRuns: number; readonly seed: number } => ({
  numRuns: Number(process.env.CORDON_FUZZ ?? usual),
  seed: 20261121,
});
