/** Calls whose answer is an object, part of one, or rows of a table. */
export const READ_CALLS: readonly string[] = [
  "GetObject",
  "SelectObjectContent",
  "GetObjectTorrent",
  "GetObjectAnnotation",
  "GetTableData",
];
