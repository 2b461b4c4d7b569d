import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import type { CheckedLogs } from "../../lib/case/logIntegrity.ts";
import { ACCOUNT, BUCKET, type DigestWorld, givePublicKeys, giveSignature, writeDigestWorld } from "./digestWorld.ts";
import { tempDir, trailOf } from "./trailWorld.ts";

const WINDOW = { from: "2026-11-20T09:00:00.000Z", to: "2026-11-20T23:00:00.000Z" };
const JUDGE = new URL("../judges/cloudtrailDigests.py", import.meta.url).pathname;
const skip =
  spawnSync("python3", ["-c", "import awscli.customizations.cloudtrail.validation"]).status === 0 ? false : "no awscli";

const integrityOf = (context: TestContext, world: DigestWorld): Promise<CheckedLogs> =>
  trailOf(world.logs, tempDir(context)).integrity!(WINDOW, []);

/** A world with its keys and signatures given, spoiled by `meddle`. */
const worldOf = (context: TestContext, meddle: (world: DigestWorld) => void = () => {}): DigestWorld => {
  const world = writeDigestWorld(tempDir(context), 4);
  givePublicKeys(world);
  for (const at of world.digestKeys.keys()) giveSignature(world, at);
  meddle(world);
  return world;
};

const rewrite = (world: DigestWorld, key: string, change: (content: string) => string): void => {
  const path = join(world.logs, key);
  writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(path)).toString())));
};

const MEDDLING: Readonly<Record<string, (world: DigestWorld) => void>> = {
  "nothing was touched": () => {},
  "an event was changed": (world) =>
    rewrite(world, world.logKeys[1]!, (text) => text.replace("GetObject", "PutObject")),
  "a log file was removed": (world) => rmSync(join(world.logs, world.logKeys[2]!)),
  "a log file is cut short": (world) =>
    writeFileSync(
      join(world.logs, world.logKeys[0]!),
      readFileSync(join(world.logs, world.logKeys[0]!)).subarray(0, 60),
    ),
  "a digest was changed with the log file it names": (world) => {
    rewrite(world, world.logKeys[1]!, (text) => text.replace("GetObject", "PutObject"));
    rewrite(world, world.digestKeys[1]!, (text) =>
      text.replace(/"hashValue":"[^"]*"/, `"hashValue":"${"0".repeat(64)}"`),
    );
  },
  "a digest was removed": (world) => rmSync(join(world.logs, world.digestKeys[1]!)),
};

/** What awscli's own `validate-logs` finds on the same files. */
const judged = (world: DigestWorld): { readonly logs: Record<string, string>; readonly invalid: readonly string[] } =>
  JSON.parse(
    execFileSync("python3", [JUDGE, world.logs, BUCKET, ACCOUNT, WINDOW.from, WINDOW.to], {
      input: JSON.stringify({
        keys: world.publicKeys,
        signatures: Object.fromEntries(world.digestKeys.map((key, at) => [key, world.signatures[at]])),
      }),
    }).toString(),
  );

for (const [name, meddle] of Object.entries(MEDDLING))
  test(`awscli agrees on every log file and digest when ${name}`, { skip }, async (context) => {
    const world = worldOf(context, meddle);
    const { files, counts, digests } = await integrityOf(context, world);
    const { logs, invalid } = judged(world);
    const theirs = (state: string): readonly string[] =>
      Object.keys(logs)
        .filter((key) => logs[key] === state)
        .sort();
    const mine = (state: string): readonly string[] =>
      files
        .filter((one) => one.state === state)
        .map(({ file }) => file)
        .sort();
    assert.equal(counts.verified, theirs("valid").length);
    assert.deepEqual(mine("differs"), theirs("invalid"));
    assert.deepEqual(mine("missing"), theirs("missing"));
    assert.deepEqual(
      digests.filter(({ signature }) => signature === "invalid").map(({ file }) => file),
      invalid,
    );
  });

test("a digest without a signature of its own is checked by the one that follows, which repeats it; the last is not", async (context) => {
  const world = writeDigestWorld(tempDir(context), 3);
  givePublicKeys(world);
  const { digests } = await integrityOf(context, world);
  assert.deepEqual(
    digests.map(({ signature, chain }) => [signature, chain]),
    [
      ["verified", "first"],
      ["verified", "linked"],
      ["not checked", "linked"],
    ],
  );
});

test("without public keys hashes are checked and signatures are said not to be", async (context) => {
  const world = writeDigestWorld(tempDir(context), 2);
  const { digests, counts, notes } = await integrityOf(context, world);
  assert.deepEqual(
    digests.map(({ signature }) => signature),
    ["not checked", "not checked"],
  );
  assert.equal(counts.verified, 2);
  assert.equal(notes.length, 1);
});

test("the chain tells of a digest that was removed, and of one that was replaced", async (context) => {
  const removed = worldOf(context, MEDDLING["a digest was removed"]);
  const chains = (await integrityOf(context, removed)).digests.map(({ chain }) => chain);
  assert.deepEqual(chains, ["first", "missing", "linked"]);
  const replaced = worldOf(context, (world) =>
    rewrite(world, world.digestKeys[1]!, (text) => text.replace(ACCOUNT, "999988887777")),
  );
  const { digests, counts } = await integrityOf(context, replaced);
  assert.deepEqual(
    digests.map(({ chain, signature }) => [chain, signature]),
    [
      ["first", "verified"],
      ["linked", "invalid"],
      ["broken", "verified"],
      ["linked", "verified"],
    ],
  );
  assert.deepEqual([counts.verified, counts["not covered"]], [3, 1]);
});

test("a digest under another name than it was delivered with vouches for nothing", async (context) => {
  const world = worldOf(context, ({ logs, digestKeys }) =>
    renameSync(join(logs, digestKeys[3]!), join(logs, digestKeys[3]!.replace("T135900Z", "T145900Z"))),
  );
  const { digests, counts } = await integrityOf(context, world);
  assert.deepEqual([digests.at(-1)?.signature, counts["not covered"]], ["invalid", 1]);
});

test("a log file that was unpacked on the way is as delivered", async (context) => {
  const world = worldOf(context, ({ logs, logKeys }) => {
    const path = join(logs, logKeys[0]!);
    writeFileSync(path.replace(/\.gz$/, ""), gunzipSync(readFileSync(path)));
    rmSync(path);
  });
  const { counts } = await integrityOf(context, world);
  assert.deepEqual([counts.verified, counts.missing], [4, 0]);
});

test("logs without digests are said to be unchecked, and broken digests or keys break nothing", async (context) => {
  const none = worldOf(context, ({ logs, digestKeys }) => digestKeys.forEach((key) => void rmSync(join(logs, key))));
  const { digests, counts, notes } = await integrityOf(context, none);
  assert.deepEqual([digests, counts.verified, notes.length], [[], 0, 1]);
  const broken = worldOf(context, ({ logs, digestKeys }) => {
    writeFileSync(join(logs, digestKeys[0]!), "no gzip");
    writeFileSync(join(logs, digestKeys[1]!), gzipSync("[1]"));
    writeFileSync(
      join(logs, "public-keys.json"),
      `{"PublicKeyList":[null,{"Fingerprint":1},{"Fingerprint":"x","Value":"@"}]}`,
    );
  });
  const after = await integrityOf(context, broken);
  assert.deepEqual(
    after.digests.map(({ signature }) => signature),
    ["invalid", "invalid", "not checked", "not checked"],
  );
});
