export interface ClassifiedObject {
  readonly bucket: string;
  readonly key: string;
  readonly severity: "Low" | "Medium" | "High";
  /** Category → total count, in Macie's category names. */
  readonly categories: Readonly<Record<string, number>>;
  readonly source: string;
}
