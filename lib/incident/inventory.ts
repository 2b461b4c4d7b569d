import { ANALYTICS, CUSTOMERS, FINANCE } from "./cast.ts";
import { HEX, type Random } from "./random.ts";

/** An object at rest. `size` is in bytes. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly lastModified: string;
  readonly versionId: string;
  readonly etag: string;
  readonly storageClass: "STANDARD" | "GLACIER";
  readonly tags: Readonly<Record<string, string>>;
}

/** How keys, sizes and tags of a bucket look. */
interface Kind {
  readonly key: (random: Random, at: number) => string;
  readonly size: (random: Random, at: number) => number;
  readonly tags: Readonly<Record<string, string>>;
}

const KB = 1_000;
const MB = 1_000_000;
/** One object in 45 of the analytics bucket is an archive, large enough that the CLI fetches it in ranges. */
const ARCHIVE_EVERY = 45;

/** Names that break careless quoting, as people really give them. */
const AWKWARD = [
  'customers/0_manual/O\'Brien & Söhne/export "final" (2).csv',
  "customers/0_manual/100% +tax/ünïcode — 顧客.csv",
  "customers/0_manual/=cmd|' /C calc'!A0.csv",
  "customers/0_manual/<b>jane</b>.csv",
];

const KINDS: Readonly<Record<string, Kind>> = {
  [CUSTOMERS]: {
    key: (random, at) =>
      AWKWARD[at] ?? `customers/${dayOf(random, "/")}/part-${numbered(at, 5)}-${random.text(HEX, 8)}.csv`,
    size: (random) => skewed(random, 12 * KB, 600 * KB),
    tags: { data: "customer-pii", owner: "crm" },
  },
  [FINANCE]: {
    key: (random, at) =>
      `${random.pick(["invoices", "statements", "card-settlements"])}/${dayOf(random, "-")}/doc-${numbered(at, 6)}.pdf`,
    size: (random) => skewed(random, 60 * KB, 1.4 * MB),
    tags: { data: "financial", owner: "treasury" },
  },
  [ANALYTICS]: {
    key: (random, at) =>
      at % ARCHIVE_EVERY === 7
        ? `dumps/${dayOf(random, "-")}/warehouse-${numbered(at, 4)}.tar.gz`
        : `events/dt=${dayOf(random, "-")}/part-${numbered(at, 5)}.snappy.parquet`,
    size: (random, at) =>
      at % ARCHIVE_EVERY === 7 ? random.between(20 * MB, 90 * MB) : skewed(random, 80 * KB, 3 * MB),
    tags: { data: "internal" },
  },
};

/** `count` objects of a bucket, sorted by key as S3 lists them. */
export const createObjects = (random: Random, bucket: string, count: number): readonly StoredObject[] => {
  const kind = KINDS[bucket]!;
  const objects = Array.from({ length: count }, (_, at): StoredObject => {
    const day = random.between(40, 700);
    return {
      bucket,
      key: kind.key(random, at),
      size: kind.size(random, at),
      lastModified: new Date(Date.UTC(2026, 1, 16) - day * 86_400_000 + random.below(86_400) * 1000).toISOString(),
      versionId: random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._", 32),
      etag: `"${random.text(HEX, 32)}"`,
      storageClass: "STANDARD",
      tags: kind.tags,
    };
  });
  return objects.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
};

/** Small ones are common and large ones rare: a uniform draw to the fourth power. */
const skewed = (random: Random, low: number, high: number): number =>
  Math.floor(low + (high - low) * random.unit() ** 4);

const dayOf = (random: Random, separator: string): string =>
  [random.pick([2024, 2025]), numbered(random.between(1, 12), 2), numbered(random.between(1, 28), 2)].join(separator);

const numbered = (value: number, digits: number): string => String(value).padStart(digits, "0");
