/** Below it a number says nothing that could be looked up: a severity, a revision, a share. */
const EXACT_BELOW = 10;
const INSTANT = /\b(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?/g;
/** A number of two digits or more that is no part of a name, a date, a version or an address. */
const NUMBER = /(?<![\w.:/-])\d[\d,]*\d(?:\.\d+)?(?![\w:/-]|\.\d)/g;
const ACCOUNT_ID = /^\d{12}$/;

/** To its first digit: 4,712,338,467 is 4,000,000,000. */
export const coarseNumber = (value: number): number => {
  if (!Number.isFinite(value) || Math.abs(value) < EXACT_BELOW) return value;
  const step = 10 ** Math.floor(Math.log10(Math.abs(value)));
  return Math.trunc(value / step) * step;
};

/** Instants to their day, numbers to their first digit. Account ids stay: they are in every statement. */
export const coarseText = (text: string): string =>
  text
    .replaceAll(INSTANT, "$1T00:00:00Z")
    .replaceAll(NUMBER, (number) =>
      ACCOUNT_ID.test(number) ? number : coarseNumber(Number(number.replaceAll(",", ""))).toLocaleString("en-US"),
    );
