import { openReading } from "../embedded/reading.ts";
import type { Reading } from "../ports/ports.ts";
import type { Typed } from "./command.ts";
import { assertOnePlace, homeOf, isInAws, readable } from "./named.ts";

/** The deployment that a command line names, for those who only read: no key is opened, nothing is made, and most of Cordon is never loaded. */
export const withReading = async <T>(typed: Typed, work: (reading: Reading) => Promise<T>): Promise<T> => {
  const reading = await readingOf(typed);
  try {
    return await work(reading);
  } finally {
    reading.close();
  }
};

export const readingOf = async (typed: Typed): Promise<Reading> => {
  if (!isInAws(typed)) {
    const home = homeOf(typed);
    return readable(home, () => openReading(home));
  }
  assertOnePlace(typed);
  const { openAwsReading } = await import("./awsReading.ts");
  return openAwsReading(typed);
};
