/** Below it a whole number says nothing that could be looked up: a severity, a revision, an attempt. */
const EXACT_BELOW = 10;

/** To its first digit: 4,712,338,467 is 4,000,000,000, and 0.93 is 0.9. */
export const coarseNumber = (value: number): number => {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < EXACT_BELOW)) return value;
  const [digits, power] = Math.abs(value).toExponential().split("e") as [string, string];
  return Math.sign(value) * Number(`${digits[0]}e${power}`);
};

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*";
const [M, D] = ["(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12]\\d|3[01])"];
const DATE = `(?<!\\d)(?:19|20)\\d\\d(?:-${M}-${D}|/${M}/${D}|\\.${M}\\.${D})(?!\\d)`;
const COMPACT_DATE = `(?<!\\d)(?:19|20)\\d\\d${M}${D}`;
const ZONE = "(?:Z|[+-]\\d\\d:?\\d\\d)?";

type Form = readonly [pattern: string, coarse: (found: string, isAccount: (digits: string) => boolean) => string];

const kept = (found: string): string => found;
const zeros = (found: string): string => found.replaceAll(/\d/g, "0");
/** The day stays, and what follows is its beginning. */
const midnight =
  (dayChars: number) =>
  (found: string): string =>
    found.slice(0, dayChars) + zeros(found.slice(dayChars).replace(/[.,]\d+/, ""));
/** The first digit that is not 0 stays; a fraction goes where there is something before it. */
const firstDigit = (found: string): string => {
  const at = found.search(/[1-9]/);
  const cut = at < 0 ? found : found.slice(0, at + 1) + zeros(found.slice(at + 1));
  return cut.replace(/^([^.]*)\.0+$/, "$1").replace(/^([^.]*\.0*[1-9])0+$/, "$1");
};

/** What is tried at each place, in this order. */
const FORMS: readonly Form[] = [
  ["case-\\d{8}-[0-9a-f]{10}(?![0-9a-f])", kept],
  // Version 4 is chance; the others are made from the time.
  [
    "(?<!\\w)[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-\\w[0-9a-fA-F]{3}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?!\\w)",
    (found) => (found[14] === "4" ? found : "(an id)"),
  ],
  ["(?<!\\w)(?=\\d*[a-f])[0-9a-f]{16,}(?!\\w)", kept],
  ["(?<![\\d.,])\\d{12}(?!\\d|[.,]\\d)", (found, isAccount) => (isAccount(found) ? found : firstDigit(found))],
  [
    `${DATE}(?:[Tt _/:-]|, )\\d\\d(?:[:.h-]?\\d\\d(?:[:.m-]?\\d\\d)?)?(?:[.,]\\d+)?(?!\\d) ?${ZONE}`,
    midnight("2026-02-23".length),
  ],
  [`${COMPACT_DATE}[Tt _-]\\d\\d(?:\\d\\d){0,2}(?:[.,]\\d+)?(?!\\d)${ZONE}`, midnight("20260223".length)],
  [`${DATE}|(?<!\\d)\\d{1,2}[ /-]${MONTH}[ /,-]+\\d{4}(?!\\d)|${MONTH} \\d{1,2},? \\d{4}(?!\\d)`, kept],
  [
    "(?<!\\d)\\d{1,2}(?:[:h]\\d\\d(?:[:m]\\d\\d(?:[.,]\\d+)?)?(?!\\d)(?:[ \\u202f]?[AaPp]\\.?[Mm]\\b)?|[ \\u202f]?[AaPp]\\.?[Mm]\\b)",
    (found) => zeros(found.replace(/[ \u202f]?[AaPp]\.?[Mm]/, "")),
  ],
  ["\\b(?:T\\d{4}(?:\\.\\d{3})?|(?:SHA|sha)-?(?:1|224|256|384|512)|P-256|x86_64|x64|amd64|arm64)\\b", kept],
  // Ids within a case: actions, plans, rounds.
  ["(?<!\\w)(?:[a-z]\\d{1,2}|(?:contain|release|follow-up|round|baseline)-\\d{1,3})(?!\\w|\\.\\d)", kept],
  // What can be a time is one, unless `v` stands before.
  ["(?<![\\w.,])(?:[01]\\d|2[0-3])\\.[0-5]\\d\\.[0-5]\\d(?![\\w.]|,\\d)", zeros],
  // Versions: three parts or more. Where each behind the first has three digits they are the groups of a number.
  ["(?<![\\w.,])v?\\d{1,3}(?!(?:\\.\\d{3})+(?![\\w.]))(?:\\.\\d{1,3}){2,3}(?![\\w.]|,\\d)", kept],
  ["0x[0-9a-fA-F]+", (found) => `0x${firstDigit(found.slice(2).replaceAll(/[a-fA-F]/g, "9"))}`],
  ["\\d+(?:[.,'’_ \\u00a0\\u202f]\\d{3}(?!\\d))*(?:[.,]\\d+)?", firstDigit],
  // Digits of other scripts.
  ["(?:(?!\\d)\\p{Nd})+", () => "…"],
];

const ANY = new RegExp(FORMS.map(([pattern], at) => `(?<f${at}>${pattern})`).join("|"), "gu");

/** Times to their day and numbers to their first digit, in whatever form they are written. Account ids stay: they are in every statement. */
export const coarseText = (text: string, isAccount: (digits: string) => boolean): string =>
  /\p{Nd}/u.test(text)
    ? text.replaceAll(ANY, (found, ...rest) => {
        const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
        return FORMS.find((_, at) => groups[`f${at}`] !== undefined)![1](found, isAccount);
      })
    : text;
