import { distinct, sum } from "../../base/lists.ts";
import { CERTAINTIES, type TakenObject } from "../../case/objects.ts";
import { isMovedInside, type Kind, type ReadRow, type Taken, type TheftRules, takenOf } from "./theftCalls.ts";

export {
  certaintyOf,
  isMovedInside,
  parseCopySource,
  type ReadRow,
  type Taken,
  type TheftRules,
  takenOf,
} from "./theftCalls.ts";

/** An object may have been read ten thousand times; three calls lead to the rest. */
const MOST_EVENTS = 3;

/** Rows of reads become one entry per object and path. Restores alone take nothing; they mark what was thawed first. */
export const ledgerOf = (rows: readonly ReadRow[], rules: TheftRules): readonly TakenObject[] => {
  const [restores, reads] = parted(rows, ({ eventname }) => eventname === "RestoreObject");
  const restored = new Set(restores.map((row) => `${row.bucket}\n${row.object_key}`));
  const groups = Map.groupBy(takenOf(reads, rules), ({ bucket, key, versionId, kind }) =>
    JSON.stringify([bucket, key, versionId, kind]),
  );
  return [...groups.values()].map((parts) => entryOf(parts, restored, rules)).toSorted(byPlace);
};

const parted = <Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
];

const entryOf = (parts: readonly Taken[], restored: ReadonlySet<string>, rules: TheftRules): TakenObject => {
  const [{ bucket, key, versionId, kind }] = parts as [Taken];
  const certainty = CERTAINTIES.find((level) => parts.some((part) => part.certainty === level))!;
  const rows = parts.filter((part) => part.certainty === certainty).map(({ row }) => row);
  const bytesOut = isMovedInside(kind) ? null : sumOrNull(rows.map((row) => row.bytes_out));
  const size = rules.sizeOf(
    bucket,
    key,
    versionId,
    extreme(
      rows.map((row) => row.first_at),
      (a, b) => a < b,
    ),
  );
  const to = rows.find((row) => (row.destination_bucket ?? null) !== null) ?? rows[0]!;
  return {
    bucket,
    key,
    versionId,
    path: kind === "download" && isRanged(rows, size) ? "ranged-download" : kind,
    certainty,
    calls: sum(rows.map((row) => row.calls)),
    bytesOut,
    size,
    whole: wholeOf(kind, rows, bytesOut, size),
    firstAt: extreme(
      rows.map((row) => row.first_at),
      (a, b) => a < b,
    ),
    lastAt: extreme(
      rows.map((row) => row.last_at),
      (a, b) => a > b,
    ),
    principals: distinct(rows.map((row) => row.principal_arn ?? row.principal_id)),
    accessKeyIds: distinct(rows.map((row) => row.access_key_id)),
    addresses: distinct(rows.map((row) => row.sourceip)),
    restoredFirst: restored.has(`${bucket}\n${key}`),
    destination: isMovedInside(kind) ? destinationOf(to) : null,
    ...eventsOf(rows),
    ...sourcesOf(rows),
  };
};

const sourcesOf = (rows: readonly ReadRow[]): Pick<TakenObject, "recordedBy" | "openedBy"> => {
  const opened = rows.flatMap(({ opened_by }) => opened_by ?? [])[0];
  const recordedBy = [...new Set(rows.map(({ source }) => source ?? "cloudtrail"))].toSorted().toReversed();
  return {
    ...(opened === undefined ? {} : { openedBy: opened }),
    ...(rows.some(({ source }) => source !== undefined) ? { recordedBy } : {}),
  };
};

const eventsOf = (rows: readonly ReadRow[]): Pick<TakenObject, "eventIds"> => {
  const named = rows.toSorted((a, b) => (a.first_at < b.first_at ? -1 : 1)).flatMap(({ event_ids }) => event_ids ?? []);
  const ids = named.flatMap((text) => text.split(",")).filter((id) => id !== "");
  return ids.length === 0 ? {} : { eventIds: ids.slice(0, MOST_EVENTS) };
};

const destinationOf = (row: ReadRow): TakenObject["destination"] => {
  // The access log names the source of a copy; where it went is in the other bucket's log.
  const bucket = row.destination_bucket ?? (row.source === "access-log" ? null : row.bucket);
  return bucket === null ? null : { bucket, key: row.object_key ?? "", accountId: row.destination_account ?? null };
};

/**
 * Answers smaller than the object mean that it came in ranges. Without its size, answers of different lengths to several
 * calls mean the same; answers of one length are the object again.
 */
const isRanged = (rows: readonly ReadRow[], size: number | null): boolean => {
  const largest = Math.max(0, ...rows.map((row) => row.largest_answer ?? 0));
  const smallest = Math.min(...rows.map((row) => row.smallest_answer ?? largest));
  return size === null ? smallest < largest : size > 0 && largest < size;
};

/** Ranges that add up to the size exactly tile it; to more, they may overlap and leave a hole. */
const wholeOf = (
  kind: Kind,
  rows: readonly ReadRow[],
  bytesOut: number | null,
  size: number | null,
): boolean | null => {
  if (isMovedInside(kind)) return true;
  if (kind === "select" || bytesOut === null || size === null) return null;
  if (rows.some((row) => (row.largest_answer ?? 0) >= size)) return true;
  if (bytesOut < size) return false;
  return bytesOut === size ? true : null;
};

const byPlace = (a: TakenObject, b: TakenObject): number =>
  compare(a.bucket, b.bucket) ||
  compare(a.key, b.key) ||
  compare(a.versionId ?? "", b.versionId ?? "") ||
  compare(a.path, b.path);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sumOrNull = (numbers: readonly (number | null)[]): number | null => {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : sum(known);
};
const extreme = (times: readonly string[], isBefore: (a: string, b: string) => boolean): string =>
  times.reduce((best, time) => (isBefore(time, best) ? time : best));
