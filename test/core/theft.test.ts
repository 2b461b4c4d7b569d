import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import type { TakenObject } from "../../lib/case/objects.ts";
import type { Amount } from "../../lib/case/theft.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { stableIdOf } from "../../lib/core/principal/principal.ts";
import type { ChangeRow } from "../../lib/core/theft/changeRow.ts";
import { type ActorRow, discover, fingerprintsOf, isActor, type MintedRow } from "../../lib/core/theft/discovery.ts";
import { ledgerOf, parseCopySource, type ReadRow, type TheftRules } from "../../lib/core/theft/theft.ts";
import { orderedBuckets } from "../../lib/core/theft/theftOrders.ts";
import { totalsOf } from "../../lib/core/theft/theftTotals.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { StolenObject, Truth } from "../../lib/incident/truth.ts";
import type { VariantId } from "../../lib/incident/variants.ts";
import { finish, OTRF, requestOf, trailOf } from "../embedded/trailWorld.ts";
import { sampled } from "../sample.ts";

const home = mkdtempSync(join(tmpdir(), "cordon-theft-"));
after(() => rmSync(home, { recursive: true, force: true }));

const SQL = new URL("../../lib/sql/", import.meta.url);
const present = (values: readonly (string | null)[]): string[] => values.filter((value) => value !== null);
const textsOf = (values: Iterable<string>, count: number): readonly string[] => [
  [...values].join("\n") || " ",
  ...Array<string>(count - 1).fill(" "),
];

interface Investigated {
  readonly rows: readonly ReadRow[];
  readonly rules: TheftRules;
  readonly ledger: readonly TakenObject[];
  readonly totals: ReturnType<typeof totalsOf>;
}

/** From a finding and a folder of logs to the ledger, as `quantify` goes about it: two rounds, credentials followed. */
const investigate = async (
  name: string,
  finding: unknown,
  logs: string,
  sizes: ReadonlyMap<string, number>,
): Promise<Investigated> => {
  const [{ principals, addresses, buckets, window } = assert.fail("no finding")] = parseFindings(finding);
  const trail = trailOf(logs, join(home, "cases", name));
  const ips = addresses.map(({ ip }) => ip);
  const ask = async <R>(query: string, ...parameters: readonly string[]): Promise<readonly R[]> =>
    (await trail.query("case-1", query, readFileSync(new URL(`${query}.sql`, SQL), "utf8"), parameters))
      .rows as unknown as readonly R[];
  const indicators = {
    accessKeyIds: present(principals.map(({ accessKeyId }) => accessKeyId)),
    principalIds: present(principals.map(({ principalId }) => principalId)).flatMap((id) => [id, stableIdOf(id)]),
    addresses: ips,
    buckets: buckets.map((bucket) => bucket.name),
  };
  await finish(trail, await trail.start(requestOf(indicators)));
  const first = fingerprintsOf(principals, ips, await ask<MintedRow>("minted"));
  const minted = [...first.own];
  const { changes } = discover(first, [], [], await ask<ChangeRow>("changes"));
  const more = {
    ...indicators,
    accessKeyIds: [...indicators.accessKeyIds, ...minted],
    principalIds: [...indicators.principalIds, ...minted],
    buckets: [...indicators.buckets, ...orderedBuckets(changes)],
  };
  await finish(trail, await trail.start(requestOf(more, { round: 2 })));
  const marks = fingerprintsOf(principals, ips, await ask<MintedRow>("minted"));
  const actors = await ask<ActorRow>("actors");
  const since = present([
    ...actors.filter((row) => isActor(row, marks)).map((row) => row.first_at),
    window.firstSeen,
  ]).sort()[0]!;
  const known = [...marks.shared, ...marks.own];
  const rows = await ask<ReadRow>(
    "reads",
    since,
    ...textsOf(known, 4),
    ...textsOf(known, 4),
    ...textsOf(marks.addresses, 2),
  );
  const rules: TheftRules = {
    marks,
    ordinaryAddresses: new Set(
      present(actors.filter((row) => row.first_at < since && !isActor(row, marks)).map(({ sourceip }) => sourceip)),
    ),
    anonymousThief:
      principals.length === 0 || principals.some(({ type }) => type === "Anonymous" || type === "AWSAccount"),
    sizeOf: (bucket, key) => sizes.get(`${bucket}\n${key}`) ?? null,
  };
  return { rows, rules, ledger: ledgerOf(rows, rules), totals: totalsOf(rows, rules) };
};

const sizesIn = (dir: string): ReadonlyMap<string, number> =>
  new Map(
    globSync("buckets/*/objects.jsonl", { cwd: dir }).flatMap((path) =>
      readFileSync(join(dir, path), "utf8")
        .trim()
        .split("\n")
        .map((line) => {
          const { Key, Size } = JSON.parse(line) as { Key: string; Size: number };
          return [`${basename(dirname(path))}\n${Key}`, Size] as const;
        }),
    ),
  );

const play = async (variant: VariantId): Promise<Investigated & { readonly truth: Truth }> => {
  const dir = join(home, variant);
  const truth = await writeIncident(dir, { variant, seed: "theft", backgroundEvents: 1_200 });
  const finding = JSON.parse(readFileSync(join(dir, "finding.json"), "utf8"));
  return { ...(await investigate(variant, finding, join(dir, "logs"), sizesIn(dir))), truth };
};

const idOf = ({ bucket, key }: { readonly bucket: string; readonly key: string }): string => `${bucket}/${key}`;
const MOVED = ["copy", "batch", "replication"];

/** What ledger and truth both say about an object. */
const shared = (one: TakenObject | StolenObject): unknown => ({
  id: idOf(one),
  calls: one.calls,
  bytesOut: MOVED.includes(one.path) || one.path === "server-side-copy" ? null : one.bytesOut,
  whole: one.whole,
  firstAt: one.firstAt,
  lastAt: one.lastAt,
  addresses: one.addresses,
  destination:
    one.destination === null ? null : { bucket: one.destination.bucket, accountId: one.destination.accountId },
});

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
const all = (entries: readonly (TakenObject | StolenObject)[]): unknown =>
  entries.map((one) => shared(one) as { id: string }).toSorted(byId);
const amountIn = ({ totals, byPath }: Truth): Amount => ({
  objects: totals.objects,
  calls: totals.calls,
  bytes: MOVED.some((path) => path in byPath) ? totals.movedBytes : totals.bytesOut,
});

const EXACT = [
  "anonymous",
  "copy",
  "datasync",
  "batch",
  "replication",
  "select",
  "restore",
  "role-chain",
  "cross-account",
  "duplicates",
  "gaps",
] as const;

for (const variant of sampled(EXACT, EXACT.length))
  test(`${variant}: the ledger is the thief's loot object by object, and nothing else is certain`, async () => {
    const { ledger, totals, truth } = await play(variant);
    assert.deepEqual(all(ledger.filter(({ certainty }) => certainty === "certain")), all(truth.objects));
    assert.deepEqual(totals.certain, amountIn(truth));
  });

test("stolen-key: 12,847 objects and 4.7 GB exactly, ranged downloads one object each, the owner's own reads left out", async () => {
  const { ledger, totals, truth } = await play("stolen-key");
  assert.deepEqual(totals.certain, { objects: 12_847, calls: truth.totals.calls, bytes: truth.totals.bytesOut });
  assert.deepEqual(all(ledger.filter(({ certainty }) => certainty === "certain")), all(truth.objects));
  const ranged = truth.objects.filter(({ path, calls, whole }) => path === "ranged" && calls > 1 && whole).map(idOf);
  const found = new Set(ledger.filter(({ path }) => path === "ranged-download").map(idOf));
  assert.deepEqual(
    ranged.filter((id) => !found.has(id)),
    [],
  );
});

test("presigned: links opened from the finding's address are certain, from an address never seen before likely", async () => {
  const { totals, ledger, truth } = await play("presigned");
  assert.ok(totals.certain.objects > 0 && totals.certain.objects < truth.totals.objects);
  assert.deepEqual(totals.likely, amountIn(truth));
  assert.ok(ledger.every(({ path }) => path === "presigned"));
});

test("OTRF: one object, 178 bytes, two calls by the role session; pedro shares the address and took nothing", async () => {
  const finding = JSON.parse(readFileSync(new URL("../fixtures/otrf-case/finding.json", import.meta.url), "utf8"));
  const { ledger, totals } = await investigate("otrf", finding, OTRF, new Map());
  assert.deepEqual(totals.certain, { objects: 1, calls: 2, bytes: 178 });
  assert.deepEqual(totals["upper-bound"], totals.certain);
  const [entry] = ledger;
  assert.equal(entry?.key, "ring.txt");
  assert.equal(entry?.path, "download", "two answers of 89 bytes are the object twice, not two ranges");
  assert.deepEqual([entry?.firstAt, entry?.lastAt], ["2020-09-14T01:02:34Z", "2020-09-14T01:13:20Z"]);
  assert.deepEqual(entry?.principals, [
    "arn:aws:sts::123456789123:assumed-role/MordorNginxStack-BankingWAFRole-9S3E0UAE1MM0/i-0317f6c6b66ae9c40",
  ]);
});

const RULES: TheftRules = {
  marks: {
    shared: new Set(["AKIATHIEF", "AIDATHIEF"]),
    own: new Set(["ASIAMINTED"]),
    addresses: new Set(["203.0.113.77"]),
  },
  ordinaryAddresses: new Set(["10.0.0.1"]),
  anonymousThief: false,
  sizeOf: () => null,
};
const row = (members: Partial<ReadRow> = {}): ReadRow => ({
  bucket: "b",
  object_key: "k",
  version_id: null,
  eventname: "GetObject",
  copy_source: null,
  auth_method: "AuthHeader",
  has_expiry: false,
  principal_type: "IAMUser",
  principal_id: "AIDATHIEF",
  principal_arn: "arn:aws:iam::1:user/dev",
  principal_account: "1",
  access_key_id: "AKIATHIEF",
  sourceip: "203.0.113.77",
  calls: 1,
  bytes_out: 100,
  largest_answer: 100,
  first_at: "2026-01-01T00:00:00Z",
  last_at: "2026-01-01T00:00:00Z",
  ...members,
});
const certaintiesOf = (...rows: readonly ReadRow[]): readonly string[] =>
  ledgerOf(rows, RULES).map(({ certainty }) => certainty);

test("a minted key is the thief's from anywhere; the stolen key is his from his address, likely from a new one, and its owner's from the owner's", () => {
  assert.deepEqual(certaintiesOf(row({ access_key_id: "ASIAMINTED", principal_id: "AROA:x", sourceip: "10.0.0.1" })), [
    "certain",
  ]);
  assert.deepEqual(certaintiesOf(row()), ["certain"]);
  assert.deepEqual(certaintiesOf(row({ sourceip: "198.51.100.9" })), ["likely"]);
  assert.deepEqual(certaintiesOf(row({ sourceip: "10.0.0.1" })), ["upper-bound"]);
  assert.deepEqual(certaintiesOf(row({ access_key_id: "AKIAOTHER", principal_id: "AIDAOTHER" })), ["upper-bound"]);
});

test("what a service does on the thief's order is the thief's, on anybody else's nobody's loot", () => {
  const batch = {
    principal_id: "AROABATCH:s3-batch-operations_1",
    access_key_id: "ASIAX",
    sourceip: "batchoperations.s3.amazonaws.com",
    order_name: "CreateJob",
  };
  const copy = {
    eventname: "CopyObject",
    copy_source: "b/k",
    bucket: "drop",
    object_key: "loot/k",
    destination_bucket: "drop",
    destination_account: "9",
  };
  const his = ledgerOf(
    [row({ ...batch, ...copy, ordered_by: "AIDATHIEF", ordered_key: "AKIATHIEF", ordered_from: "203.0.113.77" })],
    RULES,
  );
  assert.deepEqual(
    his.map(({ bucket, key, path, certainty, destination }) => ({ bucket, key, path, certainty, destination })),
    [
      {
        bucket: "b",
        key: "k",
        path: "batch",
        certainty: "certain",
        destination: { bucket: "drop", key: "loot/k", accountId: "9" },
      },
    ],
  );
  assert.deepEqual(
    ledgerOf(
      [row({ ...batch, ...copy, ordered_by: "AIDAADMIN", ordered_key: "AKIAADMIN", ordered_from: "10.0.0.9" })],
      RULES,
    ),
    [],
  );
});

test("a copy counts its object's size once, however often it was copied, and never the bytes of the receipt", () => {
  const copy = row({
    eventname: "CopyObject",
    copy_source: "/b/k%2Fwith%20blank?versionId=v1",
    bucket: "drop",
    object_key: "x",
    bytes_out: 224,
    calls: 3,
  });
  const rules = {
    ...RULES,
    sizeOf: (bucket: string, key: string) => (bucket === "b" && key === "k/with blank" ? 5_000 : null),
  };
  assert.deepEqual(totalsOf([copy, { ...copy, sourceip: "198.51.100.9" }], rules).likely, {
    objects: 1,
    calls: 6,
    bytes: 5_000,
  });
  assert.equal(totalsOf([copy], RULES).certain.bytes, null);
  assert.equal(ledgerOf([copy], RULES)[0]?.bytesOut, null);
});

test("ranges that tile the size exactly make it whole, fewer bytes make it a part, more bytes prove nothing", () => {
  const sized = { ...RULES, sizeOf: () => 100 };
  const ranged = (bytes: number): TakenObject | undefined =>
    ledgerOf([row({ calls: 3, bytes_out: bytes, largest_answer: 40, smallest_answer: 20 })], sized)[0];
  assert.deepEqual([ranged(100)?.path, ranged(100)?.whole], ["ranged-download", true]);
  assert.equal(ranged(99)?.whole, false);
  assert.equal(ranged(120)?.whole, null);
});

test("a restore alone takes nothing, and marks the object that is read afterwards", () => {
  const restore = row({ eventname: "RestoreObject", bytes_out: null });
  assert.deepEqual(ledgerOf([restore], RULES), []);
  assert.equal(ledgerOf([restore, row()], RULES)[0]?.restoredFirst, true);
});

test("a copy source is read whichever way it is written", () => {
  assert.deepEqual(parseCopySource("/b/a%2Bb/%E2%82%AC?versionId=v1"), { bucket: "b", key: "a+b/€", versionId: "v1" });
  assert.deepEqual(parseCopySource("b%2Fk"), { bucket: "b", key: "k", versionId: null });
  assert.deepEqual(parseCopySource("b/100%"), { bucket: "b", key: "100%", versionId: null });
  assert.equal(parseCopySource("nonsense"), null);
});

test("buckets that a service was told to use are found in one rule or many, and nowhere else", () => {
  const change = (eventName: string, request: Record<string, unknown>) =>
    ({
      eventId: "1",
      eventTime: "2026-01-01T00:00:00Z",
      eventName,
      eventSource: "s3.amazonaws.com",
      bucket: "b",
      request,
      response: {},
    }) as const;
  const to = (name: string) => ({ Destination: { Bucket: `arn:aws-cn:s3:::${name}` } });
  assert.deepEqual(
    orderedBuckets([
      change("PutBucketReplication", { ReplicationConfiguration: { Rule: to("one") } }),
      change("PutBucketReplication", { ReplicationConfiguration: { Rule: [to("two"), to("three"), "nonsense"] } }),
      change("CreateLocationS3", { s3BucketArn: "arn:aws:s3:::four" }),
      change("PutBucketPolicy", { s3BucketArn: "arn:aws:s3:::five" }),
    ]),
    ["four", "one", "three", "two"],
  );
});
