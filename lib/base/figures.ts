const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** `12,847`. Not `toLocaleString`, whose answer depends on the language data that Node was built with. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** `1 object`, `12,847 objects`. */
export const counted = (value: number, singular: string, plural = `${singular}s`): string =>
  `${count(value)} ${value === 1 ? singular : plural}`;

/** Decimal units as AWS bills and GuardDuty prints them: `4.7 GB`, `178 bytes`. */
export const bytes = (value: number): string => {
  const step = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  if (step === 0) return counted(value, "byte");
  const scaled = value / 1000 ** step;
  return scaled >= 999.95 && step < UNITS.length - 1 ? `1.0 ${UNITS[step + 1]}` : `${scaled.toFixed(1)} ${UNITS[step]}`;
};

/** With the exact number beside it, where rounding hides something: `4.7 GB (4,712,345,678 bytes)`. */
export const bytesExactly = (value: number): string =>
  value < 1000 ? bytes(value) : `${bytes(value)} (${count(value)} bytes)`;

const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(?:Z|[+-]00:00)$/;

/** `2026-02-23 02:47 UTC`; text that is no instant stays as it is. */
export const minute = (at: string): string => at.replace(INSTANT, "$1 $2 UTC");

/** `2026-02-23 02:47:11 UTC`. */
export const second = (at: string): string => at.replace(INSTANT, "$1 $2$3 UTC");

/** `2 h 5 min`, `45 s`; null when either end is not known or they are the wrong way round. */
export const between = (from: string | null, to: string | null): string | null => {
  if (from === null || to === null) return null;
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  if (!(seconds >= 0)) return null;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours < 48) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
};
