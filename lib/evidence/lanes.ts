/** Reads at a time. S3 answers thousands a second; more would only fill the connections of one client (50 by default). */
export const LANES = 16;

/**
 * `work` for every item, at most `lanes` at a time, and what each gave in the order of the items. From a bucket a read takes
 * some tens of milliseconds: a ledger of 10,000 entries would be minutes one after the other. The first error ends it.
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const lane = async (): Promise<void> => {
    for (const [at, item] of rest) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}
