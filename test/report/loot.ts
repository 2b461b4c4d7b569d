import type { HourOfTheft, StolenObject } from "../../lib/case/reportData.ts";

export const CUSTOMERS = "acme-customer-records";
export const FINANCE = "acme-finance-archive";
export const ANALYTICS = "acme-analytics-exports";

/** Lehmer's generator (Park and Miller 1988): the same loot on every machine. */
const numbers = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

const FIRST = Date.parse("2026-02-23T02:47:11Z");
const LAST = Date.parse("2026-02-23T04:12:38Z");

/** 12,847 objects in three buckets as in the first seed's example; sizes give about 4.7 GB, the tests add them up. */
export const loot = (): readonly StolenObject[] => {
  const random = numbers(20260223);
  const shares = [
    {
      bucket: CUSTOMERS,
      objects: 9_000,
      size: 424_000,
      prefixes: ["customers/2024/", "customers/2025/", "customers/kyc/"],
    },
    {
      bucket: FINANCE,
      objects: 3_000,
      size: 386_000,
      prefixes: ["invoices/", "card-settlements/", "statements/2025/"],
    },
    { bucket: ANALYTICS, objects: 847, size: 1_262_000, prefixes: ["dumps/", "events/"] },
  ];
  let at = 0;
  return shares.flatMap(({ bucket, objects, size, prefixes }) =>
    Array.from({ length: objects }, (_, index): StolenObject => {
      const bytesOut = Math.floor(size * (0.1 + 1.8 * random() ** 2 * (index % 97 === 5 ? 12 : 1)));
      const firstAt = new Date(FIRST + ((LAST - FIRST) * at++) / 12_846).toISOString();
      const key = `${prefixes[index % prefixes.length]}part-${String(index).padStart(5, "0")}.csv`;
      const whole = index % 50 !== 3;
      return {
        bucket,
        key,
        versionId: null,
        path: index % 97 === 5 ? "ranged" : "download",
        certainty: "certain",
        calls: index % 97 === 5 ? 4 : 1,
        bytesOut,
        whole,
        firstAt,
        lastAt: firstAt,
        addresses: ["185.220.101.34"],
      };
    }),
  );
};

/** Objects by the hour of their first call; objects and bytes add up to the loot's. */
export const hoursOf = (objects: readonly StolenObject[]): readonly HourOfTheft[] => {
  const hours = new Map<string, HourOfTheft>();
  for (const { firstAt, calls, bytesOut } of objects) {
    const hour = `${firstAt.slice(0, 13)}:00:00Z`;
    const known = hours.get(hour) ?? { hour, calls: 0, objects: 0, bytes: 0 };
    hours.set(hour, { hour, calls: known.calls + calls, objects: known.objects + 1, bytes: known.bytes! + bytesOut! });
  }
  return [...hours.values()].toSorted((a, b) => (a.hour < b.hour ? -1 : 1));
};
