import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { type GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { createLogLister } from "../../lib/aws/logFiles.ts";
import { createLogReader } from "../../lib/aws/logReader.ts";
import type { DigestKey } from "../../lib/core/logs/logDigest.ts";
import {
  ACCOUNT,
  BUCKET,
  type DigestWorld,
  givePublicKeys,
  giveSignature,
  writeDigestWorld,
} from "../embedded/digestWorld.ts";
import { tempDir, trailOf } from "../embedded/trailWorld.ts";

const WINDOW = { from: "2026-11-20T09:00:00.000Z", to: "2026-11-20T23:00:00.000Z" };
const PLACE = {
  bucket: BUCKET,
  owner: ACCOUNT,
  prefix: "",
  organizationId: null,
  accounts: [ACCOUNT],
  regions: ["eu-central-1"],
};

interface Bucket {
  readonly s3: S3Client;
  readonly read: string[];
}

/** The files of a world as S3 gives them: signatures in the metadata of digests. */
const bucketOf = ({ logs, digestKeys, signatures }: DigestWorld, denied: readonly string[] = []): Bucket => {
  const read: string[] = [];
  const fault = (name: string, httpStatusCode: number): Error =>
    Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ListObjectsV2Command) {
      const { Prefix, StartAfter = "" } = command.input;
      const names = globSync(`${Prefix}**/*.gz`, { cwd: logs }).filter((name) => name > StartAfter);
      return { Contents: names.sort().map((Key) => ({ Key, Size: statSync(join(logs, Key)).size })) };
    }
    const { Key, Bucket: bucket } = (command as GetObjectCommand).input;
    assert.equal(bucket, BUCKET);
    read.push(Key!);
    if (denied.includes(Key!)) throw fault("AccessDenied", 403);
    const at = digestKeys.indexOf(Key!);
    try {
      const bytes = readFileSync(join(logs, Key!));
      const Metadata = at === -1 ? {} : { signature: signatures[at], "signature-algorithm": "SHA256withRSA" };
      return { Body: { transformToByteArray: async () => bytes }, Metadata };
    } catch {
      throw fault("NoSuchKey", 404);
    }
  };
  return { s3: { send } as unknown as S3Client, read };
};

const readerOf = (
  { s3 }: Bucket,
  keysOf: (region: string) => Promise<readonly DigestKey[]>,
  now: () => string = () => "2026-11-21T00:00:00.000Z",
) => createLogReader({ s3, place: PLACE, logs: createLogLister(s3, PLACE), keysOf, clock: { now } });

const keysGiven = ({ publicKeys }: DigestWorld): readonly DigestKey[] =>
  (publicKeys as { PublicKeyList: { Fingerprint: string; Value: string }[] }).PublicKeyList.map(
    ({ Fingerprint, Value }) => ({ fingerprint: Fingerprint, value: Value }),
  );

const worldOf = (context: TestContext): DigestWorld => {
  const world = writeDigestWorld(tempDir(context), 4);
  givePublicKeys(world);
  for (const at of world.digestKeys.keys()) giveSignature(world, at);
  const changed = join(world.logs, world.logKeys[1]!);
  writeFileSync(changed, gzipSync(gunzipSync(readFileSync(changed)).toString().replace("GetObject", "PutObject")));
  rmSync(join(world.logs, world.logKeys[2]!));
  return world;
};

test("from S3 comes the same judgement as from a folder of the same files", async (context) => {
  const world = worldOf(context);
  const regions: string[] = [];
  const reader = readerOf(bucketOf(world), async (region) => {
    regions.push(region);
    return keysGiven(world);
  });
  const mine = await reader.integrity(WINDOW, []);
  const theirs = await trailOf(world.logs, tempDir(context)).integrity!(WINDOW, []);
  const bare = (file: string): string => file.replace(`s3://${BUCKET}/`, "");
  assert.deepEqual({ ...mine, files: mine.files.map(({ file, state }) => ({ file: bare(file), state })) }, theirs);
  assert.deepEqual([mine.counts.verified, mine.counts.differs, mine.counts.missing], [2, 1, 1]);
  assert.deepEqual(regions, ["eu-central-1"]);
});

test("keys that may not be listed leave signatures unchecked, and say so", async (context) => {
  const world = worldOf(context);
  const { digests, notes } = await readerOf(bucketOf(world), () =>
    Promise.reject(
      Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } }),
    ),
  ).integrity(WINDOW, []);
  assert.deepEqual([...new Set(digests.map(({ signature }) => signature))], ["not checked"]);
  assert.equal(notes.length, 1);
});

test("when the time is over what is left is not checked, and the sources of the case were first", async (context) => {
  const world = worldOf(context);
  const bucket = bucketOf(world);
  let calls = 0;
  // The clock is read when the budget is made, and before each file.
  const now = (): string => (calls++ < 2 ? "2026-11-21T00:00:00.000Z" : "2026-11-21T00:30:00.000Z");
  const source = `s3://${BUCKET}/${world.logKeys[3]!}`;
  const { counts } = await readerOf(bucket, async () => keysGiven(world), now).integrity(WINDOW, [source]);
  assert.deepEqual([counts.verified, counts["not checked"], counts.missing], [1, 2, 1]);
  assert.deepEqual(
    bucket.read.filter((key) => world.logKeys.includes(key)),
    [world.logKeys[3]],
  );
});

test("digests for custody are of the bytes that lie in S3; what is gone, forbidden or elsewhere is left out", async (context) => {
  const world = worldOf(context);
  const bucket = bucketOf(world, [world.logKeys[3]!]);
  const at = (key: string): string => `s3://${BUCKET}/${key}`;
  const found = await readerOf(bucket, async () => []).digests([
    ...world.logKeys.map(at),
    `s3://another-bucket/${world.logKeys[0]!}`,
  ]);
  const [first, second] = world.logKeys as [string, string];
  const expected = [first, second].map((key) => {
    const bytes = readFileSync(join(world.logs, key));
    return [at(key), { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }] as const;
  });
  assert.deepEqual(found, new Map(expected));
});
