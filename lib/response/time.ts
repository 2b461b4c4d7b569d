/** ISO 8601 UTC, `seconds` (may be a fraction) after `from`. */
export const secondsFrom = (from: string, seconds: number): string =>
  new Date(Date.parse(from) + Math.round(seconds * 1000)).toISOString();

export const hoursFrom = (from: string, hours: number): string => secondsFrom(from, hours * 3600);
