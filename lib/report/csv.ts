/** One row; members of the first row give the columns. */
export type CsvRow = Readonly<Record<string, string | number | boolean | null>>;

/**
 * What spreadsheets take for the start of a formula, also behind blanks and in the full-width forms that East Asian
 * versions accept (OWASP, CSV Injection). A tab or carriage return at the start makes some skip to what follows.
 */
const FORMULA = /^[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
/** RFC 4180 section 2.6: fields with these are quoted; so are blanks at the ends, which some readers trim. */
const QUOTED = /[",\r\n;\t']|^\s|\s$/;

/**
 * CSV as RFC 4180 has it: a heading, CRLF line ends, quotes doubled. Text that a spreadsheet would run as a formula gets
 * an apostrophe in front; numbers stay numbers. The exact values are in the JSON beside. No row gives an empty text.
 */
export const toCsv = (rows: Iterable<CsvRow>): string => {
  const pieces: string[] = [];
  const csv = csvInto({ add: (piece) => void pieces.push(piece), done: () => pieces.join("") });
  for (const row of rows) csv.add(row);
  return csv.done();
};

/** `toCsv` row by row, for tables too large for one text: rows go in, and what `into` makes of the lines comes out. */
export const csvInto = <Done>(into: {
  add(piece: string): void;
  done(): Done;
}): { add(row: CsvRow): void; done(): Done } => {
  let columns: readonly string[] | null = null;
  return {
    add: (row) => {
      if (columns === null) {
        columns = Object.keys(row);
        if (columns.length > 0) into.add(`${columns.map(field).join(",")}\r\n`);
      }
      if (columns.length > 0) into.add(`${columns.map((column) => field(row[column] ?? null)).join(",")}\r\n`);
    },
    done: () => into.done(),
  };
};

const field = (value: CsvRow[string]): string => {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
