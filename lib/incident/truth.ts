import { distinct } from "../base/lists.ts";
import { ACCOUNT, REGION } from "./cast.ts";
import type { Delivered } from "./delivery.ts";
import { eventKeyOf, isoSecond } from "./records.ts";
import type { Deed, Loot, Story, TheftPath } from "./story.ts";

/** What really happened, for comparison with what an investigation finds. Written as `truth.json`. */
export interface Truth {
  readonly schema: "cordon/incident-truth/v1";
  readonly variant: string;
  readonly seed: string;
  readonly accountId: string;
  readonly region: string;
  readonly thief: Omit<Story["thief"], "roles">;
  readonly firstTheftAt: string;
  readonly lastTheftAt: string;
  /** What the readable log files show, each event once. */
  readonly totals: Totals;
  readonly byPath: Readonly<Partial<Record<TheftPath, Totals>>>;
  /** Sorted by bucket and key. */
  readonly objects: readonly StolenObject[];
  /** Calls of the actor that failed, by event name and error code. */
  readonly denied: Readonly<Record<string, number>>;
  /** Configuration changes that succeeded, in order. */
  readonly changes: readonly { readonly eventId: string; readonly eventTime: string; readonly eventName: string }[];
  /** Thefts that no readable file shows. */
  readonly hidden: Totals;
  readonly log: Omit<Delivered, "seen">;
}

export interface Totals {
  readonly objects: number;
  readonly calls: number;
  /** Sum of `bytesTransferredOut`. */
  readonly bytesOut: number;
  /** Bytes of objects that left, server-side copies at their full size. */
  readonly movedBytes: number;
}

export interface StolenObject {
  readonly bucket: string;
  readonly key: string;
  readonly path: TheftPath;
  readonly calls: number;
  readonly bytesOut: number;
  readonly movedBytes: number;
  readonly size: number;
  /** Every byte left at least once; null where the log cannot tell (a query's answer). */
  readonly whole: boolean | null;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly accessKeyIds: readonly string[];
  readonly addresses: readonly string[];
  readonly destination: Loot["destination"];
}

interface Theft extends Deed {
  readonly loot: Loot;
}

/** Adds up the deeds themselves, not the files: a count over the files must come to the same. */
export const truthOf = (story: Story, variant: string, seed: string, { seen, ...log }: Delivered): Truth => {
  const copies = Map.groupBy(story.deeds, ({ record }) => eventKeyOf(record));
  const deeds = [...copies.values()].map((all) => all[0]!);
  const thefts = deeds.filter((deed): deed is Theft => deed.loot !== null);
  const [visible, hidden] = parted(thefts, ({ record }) => seen.has(eventKeyOf(record)));
  const { roles: _, ...thief } = story.thief;
  return {
    schema: "cordon/incident-truth/v1",
    variant,
    seed,
    accountId: ACCOUNT,
    region: REGION,
    thief,
    firstTheftAt: isoSecond(Math.min(...thefts.map(({ at }) => at))),
    lastTheftAt: isoSecond(Math.max(...thefts.map(({ at }) => at))),
    totals: totalsOf(visible),
    byPath: Object.fromEntries(
      [...Map.groupBy(visible, ({ loot }) => loot.path)].map(([path, part]) => [path, totalsOf(part)]),
    ),
    objects: objectsOf(visible, copies),
    denied: deniedOf(deeds.filter(({ record }) => seen.has(eventKeyOf(record)))),
    changes: changesOf(deeds.filter(({ record }) => seen.has(eventKeyOf(record)))),
    hidden: totalsOf(hidden),
    log,
  };
};

const parted = <Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
];

const idOf = ({ loot }: Theft): string => `${loot.object.bucket}/${loot.object.key}`;
const sum = (thefts: readonly Theft[], measure: (loot: Loot) => number): number =>
  thefts.reduce((total, { loot }) => total + measure(loot), 0);

const totalsOf = (thefts: readonly Theft[]): Totals => ({
  objects: new Set(thefts.map(idOf)).size,
  calls: thefts.length,
  bytesOut: sum(thefts, ({ bytesOut }) => bytesOut),
  movedBytes: sum(thefts, ({ movedBytes }) => movedBytes),
});

const objectsOf = (thefts: readonly Theft[], copies: ReadonlyMap<string, readonly Deed[]>): readonly StolenObject[] =>
  [...Map.groupBy(thefts, idOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, calls]) => {
      const { object, path, destination } = calls[0]!.loot;
      const { bytesOut, movedBytes } = totalsOf(calls);
      const times = calls.map(({ record }) => record.eventTime).sort();
      return {
        bucket: object.bucket,
        key: object.key,
        path,
        calls: calls.length,
        bytesOut,
        movedBytes,
        size: object.size,
        whole: path === "select" ? null : movedBytes >= object.size,
        firstAt: times[0]!,
        lastAt: times.at(-1)!,
        accessKeyIds: distinct(calls.flatMap(({ record }) => copies.get(eventKeyOf(record))!).map(keyOf)),
        addresses: distinct(calls.map(({ record }) => record.sourceIPAddress as string)),
        destination,
      };
    });

/** The owner's copy of a foreign call names no key; the caller's copy does. */
const keyOf = ({ record }: Deed): string | undefined => (record.userIdentity as { accessKeyId?: string }).accessKeyId;

const deniedOf = (deeds: readonly Deed[]): Truth["denied"] => {
  const failed = deeds.filter(({ record }) => record.errorCode !== undefined);
  const counted = Map.groupBy(failed, ({ record }) => `${record.eventName} ${String(record.errorCode)}`);
  return Object.fromEntries(
    [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, calls]) => [name, calls.length]),
  );
};

const changesOf = (deeds: readonly Deed[]): Truth["changes"] =>
  deeds
    .filter(
      ({ record }) => record.readOnly === false && record.managementEvent === true && record.errorCode === undefined,
    )
    .map(({ record }) => ({ eventId: record.eventID, eventTime: record.eventTime, eventName: record.eventName }));
