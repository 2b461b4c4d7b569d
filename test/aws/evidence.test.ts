import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { type TestContext, test } from "node:test";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { createLedgerStore } from "../../lib/aws/ledgerStore.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import { createSigner } from "../../lib/aws/signer.ts";
import { createTrustRoots, formerLedgerKeys, newestTrustRoot } from "../../lib/aws/trustRoots.ts";
import { createVault } from "../../lib/aws/vault.ts";
import { sha256Hex } from "../../lib/base/jcs.ts";
import type { Signer } from "../../lib/base/signer.ts";
import { createSpools } from "../../lib/base/spool.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { toPem } from "../../lib/evidence/publicKey.ts";
import {
  foundTrustRoot,
  makeRootKey,
  parseTrustRoot,
  trustRootBytes,
  trustRootDigest,
} from "../../lib/evidence/trustRoot.ts";
import { pinTrustRoot, signTrustRoot } from "../../lib/evidence/trustRotation.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER, LEDGER_SIGNER } from "../evidence/sample.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { createS3Model, refused } from "./s3Model.ts";
import { json, optionsAt, type Reply, refusal, serve, type Wire } from "./wire.ts";

const ORIGIN = "cordon.dev/ledger/test";
const NAME = "case-20260223-0123456789/r1";
const files = new Map([
  ["data/a.txt", Buffer.from("one")],
  ["bagit.txt", Buffer.from("two")],
]);
const until = new Date("2033-02-23T10:00:00.000Z");
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });

const vaultRig = async (
  t: TestContext,
  meddle: (wire: Wire, act: () => Reply) => Reply = (_wire, act) => act(),
  answerTimeoutMs = 20_000,
) => {
  const model = createS3Model();
  const server = await serve((wire) => meddle(wire, () => model.answer(wire)));
  t.after(server.close);
  const s3 = new S3Client(optionsAt(server.endpoint, 3, answerTimeoutMs));
  const objects = (folder: string) =>
    createObjects({
      s3,
      bucket: "evidence",
      owner: "111111111111",
      folder,
      fault: "SEAL_FAILED",
      lock: () => ({ ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: until }),
    });
  return {
    model,
    vault: createVault(objects("bundles/"), s3, "111111111111"),
    store: () => createLedgerStore(objects("ledger/")),
    keys: objects("ledger/keys/"),
    seen: server.seen,
  };
};

test("a bundle is one locked object under a new name, and its place names the version", async (t) => {
  const { vault, model } = await vaultRig(t);
  assert.equal(await vault.put(NAME, files), "s3://evidence/bundles/case-20260223-0123456789/r1.zip?versionId=v1");
  const headers = model.written.get("evidence/bundles/case-20260223-0123456789/r1.zip")!;
  assert.deepEqual([headers["x-amz-object-lock-mode"], headers["if-none-match"]], ["COMPLIANCE", "*"]);
  // S3 wants it named for an object with retention (PutObject API reference).
  assert.equal(headers["x-amz-sdk-checksum-algorithm"], "SHA256");
  assert.equal(new Date(headers["x-amz-object-lock-retain-until-date"]!).getTime(), until.getTime());
  assert.equal(
    headers["x-amz-checksum-sha256"],
    createHash("sha256")
      .update(model.objects.get("evidence/bundles/case-20260223-0123456789/r1.zip")!)
      .digest("base64"),
  );
});

test("what was put comes back file by file, and lists in order of revisions", async (t) => {
  const { vault } = await vaultRig(t);
  for (const revision of [1, 2, 10]) await vault.put(`case-20260223-0123456789/r${revision}`, files);
  const back = await sealedFiles(vault, NAME);
  assert.deepEqual([...back].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]).sort(), [
    ["bagit.txt", "two"],
    ["data/a.txt", "one"],
  ]);
  assert.deepEqual(
    await vault.list("case-20260223"),
    ["r1", "r2", "r10"].map((revision) => `case-20260223-0123456789/${revision}`),
  );
  assert.deepEqual(
    [
      await vault.files("case-20260223-0123456789/r3", createSpools()),
      await vault.locate("case-20260223-0123456789/r3"),
    ],
    [null, null],
  );
});

test("the same bundle again is the same place; other bytes are refused", async (t) => {
  const { vault } = await vaultRig(t);
  const place = await vault.put(NAME, files);
  assert.equal(await vault.put(NAME, files), place);
  await assert.rejects(vault.put(NAME, new Map([["bagit.txt", Buffer.from("three")]])), { code: "DOCUMENT_CONFLICT" });
});

test("sealing fails loudly when the bucket refuses, and may be retried when it is only busy", async (t) => {
  for (const [reply, name] of [
    [refused(403, "AccessDenied"), "CordonError"],
    [refused(503, "SlowDown"), "TransientError"],
    ["hang", "TransientError"],
  ] as const) {
    const { vault } = await vaultRig(t, () => reply, reply === "hang" ? 1500 : 20_000);
    await assert.rejects(vault.put(NAME, files), { code: "SEAL_FAILED", name });
  }
});

test("a ledger over the bucket: two writers, one order, and a lost answer is no second entry", async (t) => {
  let lost = 0;
  const { store, model } = await vaultRig(t, (wire, act) => {
    const reply = act();
    return wire.method === "PUT" && wire.path.includes("entry/") && lost++ === 1 ? "drop" : reply;
  });
  const signer = {
    name: "cordon.dev/ledger/test",
    sign: async (message: Uint8Array) => sign("sha256", message, privateKey),
    publicKey: async () => publicKey.export({ type: "spki", format: "der" }),
  };
  const ledgers = [0, 1].map(() => openLedger({ store: store(), signed: store(), signer, formerKeys: [] }));
  const at = "2026-02-23T10:00:00.000Z";
  const places = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      ledgers[n % 2]!.append({ type: "plan", caseId: "c", digest: String(n).repeat(64), at }),
    ),
  );
  assert.deepEqual(places.map(({ seq }) => seq).sort(), [0, 1, 2, 3, 4, 5]);
  assert.equal([...model.objects.keys()].filter((key) => key.includes("entry/")).length, 6);
  assert.equal((await ledgers[0]!.head()).size, 6);
});

test("KMS is given the digest and told so, and its signature verifies outside", async (t) => {
  const message = Buffer.from("DSSEv1 4 type 4 body");
  const server = await serve((wire) => {
    const input = JSON.parse(wire.body.toString());
    if (wire.headers["x-amz-target"] === "TrentService.GetPublicKey")
      return json(200, { PublicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64") });
    assert.deepEqual([input.KeyId, input.MessageType, input.SigningAlgorithm], ["the-key", "DIGEST", "ECDSA_SHA_256"]);
    assert.equal(input.Message, createHash("sha256").update(message).digest("base64"));
    return json(200, { Signature: sign("sha256", message, privateKey).toString("base64") });
  });
  t.after(server.close);
  const signer = createSigner(new KMSClient(optionsAt(server.endpoint)), "the-key");
  assert.ok(verify("sha256", message, publicKey, await signer.sign(message)));
  await signer.publicKey();
  await signer.publicKey();
  assert.equal(server.seen.length, 2);
});

test("a key that may not be used stops sealing; a busy KMS is tried again by the machine", async (t) => {
  for (const [code, name] of [
    ["AccessDeniedException", "CordonError"],
    ["DisabledException", "CordonError"],
    ["ThrottlingException", "TransientError"],
  ] as const) {
    const server = await serve(() => refusal(400, code));
    t.after(server.close);
    await assert.rejects(createSigner(new KMSClient(optionsAt(server.endpoint)), "k").sign(Buffer.from("m")), {
      code: "SEAL_FAILED",
      name,
    });
  }
});

test("keys.json is published once beside the ledger, locked, with an envelope of both keys that pins it", async (t) => {
  const { keys, model } = await vaultRig(t);
  const [evidence, ledger] = [EVIDENCE_SIGNER, LEDGER_SIGNER];
  const facts = {
    objects: keys,
    origin: "cordon.dev/ledger/test",
    foundedAt: "2026-01-01T00:00:00.000Z",
    evidence,
    ledger,
  };
  const bytes = await createTrustRoots(facts).publish();
  assert.deepEqual(await createTrustRoots({ ...facts, foundedAt: "2026-02-02T00:00:00.000Z" }).publish(), bytes);
  const names = [...model.objects.keys()].filter((name) => name.startsWith("evidence/ledger/keys/"));
  assert.equal(names.length, 3);
  const file = "evidence/ledger/keys/keys-v1.json";
  assert.equal(model.written.get(file)!["x-amz-object-lock-mode"], "COMPLIANCE");
  const envelopes = names.filter((name) => name !== file).map((name) => model.objects.get(name)!);
  for (const signer of [evidence, ledger]) {
    const fingerprint = createHash("sha256")
      .update(await signer.publicKey())
      .digest("hex");
    assert.deepEqual(
      pinTrustRoot(bytes, envelopes, [fingerprint]).keys.map(({ purpose }) => purpose),
      ["evidence", "ledger"],
    );
  }
});

test("a later keys.json beside the ledger counts when the outgoing and the incoming key signed it, and a foreign one never", async (t) => {
  const foundedAt = "2026-01-01T00:00:00.000Z";
  const rig = async () => {
    const { keys } = await vaultRig(t);
    const facts = { objects: keys, origin: ORIGIN, foundedAt, evidence: EVIDENCE_SIGNER, ledger: LEDGER_SIGNER };
    const first = await createTrustRoots(facts).publish();
    /** Version 2 as its owner writes it: another ledger key from entry 12 on, signed by those named. */
    const second = async (signers: readonly Signer[], incoming: Signer = ATTACKER_SIGNER): Promise<Uint8Array> => {
      const root = parseTrustRoot(first);
      const added = makeRootKey(toPem(await incoming.publicKey()), {
        ...{ purpose: "ledger", holder: null, validFrom: "2026-06-01T00:00:00.000Z", ledgerFrom: 12 },
      });
      const bytes = trustRootBytes({
        ...root,
        ...{ version: 2, issuedAt: added.validFrom, previous: trustRootDigest(first) },
        keys: [...root.keys.map((key) => (key.purpose === "ledger" ? { ...key, ledgerTo: 11 } : key)), added],
      });
      for (const [index, { sign, publicKey }] of signers.entries())
        await keys.create(
          `keys-v2.${"abcdef"[index]!.repeat(16)}.dsse.json`,
          await signTrustRoot(bytes, { sign, publicKey: await publicKey() }),
        );
      await keys.create("keys-v2.json", bytes);
      return new Uint8Array(bytes);
    };
    return { keys, facts, first, second };
  };

  const rotated = await rig();
  const bytes = await rotated.second([LEDGER_SIGNER, ATTACKER_SIGNER]);
  assert.deepEqual(await newestTrustRoot(rotated.keys), bytes);
  assert.deepEqual(await createTrustRoots(rotated.facts).publish(), bytes);
  // The log's signer, which has the new key, goes on behind what the old one signed, for its time alone.
  assert.deepEqual(
    (await formerLedgerKeys(rotated.keys, ATTACKER_SIGNER.publicKey)).map(({ fingerprint, lastEntry }) => [
      fingerprint,
      lastEntry,
    ]),
    [[sha256Hex(await LEDGER_SIGNER.publicKey()), { from: 0, to: 11 }]],
  );

  for (const signers of [[], [ATTACKER_SIGNER], [LEDGER_SIGNER], [EVIDENCE_SIGNER, ATTACKER_SIGNER]]) {
    const { keys, facts, second } = await rig();
    await second(signers);
    await assert.rejects(newestTrustRoot(keys), { code: "SETTINGS_INVALID" });
    await assert.rejects(createTrustRoots(facts).publish(), { code: "SETTINGS_INVALID" });
    // It stops no entry and no sealing: the keys are those of the version before.
    assert.deepEqual(await formerLedgerKeys(keys, LEDGER_SIGNER.publicKey), []);
  }
});

test("a first keys.json that not all its keys signed is not believed, and none is no fault", async (t) => {
  const { keys } = await vaultRig(t);
  assert.equal(await newestTrustRoot(keys), null);
  assert.deepEqual(await formerLedgerKeys(keys, LEDGER_SIGNER.publicKey), []);
  const [evidenceKey, ledgerKey] = [await EVIDENCE_SIGNER.publicKey(), await LEDGER_SIGNER.publicKey()];
  const bytes = new Uint8Array(
    trustRootBytes(foundTrustRoot({ origin: ORIGIN, foundedAt: "2026-01-01T00:00:00.000Z", evidenceKey, ledgerKey })),
  );
  await keys.create("keys-v1.json", bytes);
  await keys.create(
    "keys-v1.a.dsse.json",
    await signTrustRoot(bytes, { sign: EVIDENCE_SIGNER.sign, publicKey: evidenceKey }),
  );
  await assert.rejects(newestTrustRoot(keys), { code: "SETTINGS_INVALID" });
  await keys.create(
    "keys-v1.b.dsse.json",
    await signTrustRoot(bytes, { sign: LEDGER_SIGNER.sign, publicKey: ledgerKey }),
  );
  assert.deepEqual(await newestTrustRoot(keys), bytes);
});
