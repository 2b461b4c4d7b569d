import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faultOf } from "../../lib/base/evidenceError.ts";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { revokeKey, rotateKey } from "../../lib/cli/keyRotation.ts";
import { bundlesIn, consistencyIn } from "../../lib/cli/ledgerSource.ts";
import { trustRootOf } from "../../lib/cli/trust.ts";
import { type Deployment, openDeployment } from "../../lib/embedded/deployment.ts";
import { openOwnLedger } from "../../lib/embedded/ledger.ts";
import { createDirectoryStore } from "../../lib/embedded/ledgerStore.ts";
import { createSigner } from "../../lib/embedded/signer.ts";
import { openCheckpoint, signCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { runLedgerAudit } from "../../lib/evidence/ledger/ledgerAuditRun.ts";
import { auditOptionsOf, leastSizeOf, ledgerKeysOf, optionsFromTrustRoot } from "../../lib/evidence/trustOptions.ts";
import { parseTrustRoot, type TrustRoot, trustRootBytes, trustRootDigest } from "../../lib/evidence/trustRoot.ts";
import { followRotation, pinTrustRoot } from "../../lib/evidence/trustRotation.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { carryOn, decideOn, OTRF, withCase, withHome } from "../response/run.ts";

test("a key is rotated, older and newer bundles verify, and a revocation spares what the ledger held before it", async () => {
  await withCase(OTRF, async (deployment, { caseId, evidence }) => {
    const { keys } = deployment.home;
    const first = {
      bytes: readFileSync((await trustRootOf(deployment)).path),
      root: parseTrustRoot(readFileSync(join(keys, "keys.json"))),
    };
    const oldId = sha256Hex(await deployment.ports.signer.publicKey());
    const second = await rotateKey("evidence", deployment);
    assert.equal(second.version, 2);

    // An auditor who pinned version 1 follows, by the two envelopes; with one of them he does not.
    const envelopes = readdirSync(keys)
      .filter((name) => name.startsWith("keys-v2."))
      .map((name) => readFileSync(join(keys, name)));
    const next = readFileSync(join(keys, "keys.json"));
    assert.deepEqual(followRotation(first, { bytes: next, envelopes }).errors, []);
    for (const one of envelopes)
      assert.deepEqual(
        followRotation(first, { bytes: next, envelopes: [one] }).errors.map(({ code }) => code),
        ["ROTATION_UNSIGNED"],
      );
    assert.equal(pinTrustRoot(next, envelopes, [oldId]).version, 2);

    deployment.host.stop();
    deployment.lease.release();
    // The next process signs with the new key; the case goes on and its next revision verifies, as the first still does.
    const later = openDeployment({ home: deployment.home.root, print: null, onBoundary: () => {} });
    try {
      await decideOn(caseId, later, {});
      const after = await carryOn(caseId, later);
      const newest = after.evidence.at(-1)!;
      const { options } = await trustRootOf(later);
      for (const { path } of [evidence[0]!, newest]) assert.deepEqual((await verifyBundle(path, options)).errors, []);
      assert.notEqual((await verifyBundle(newest.path, options)).fingerprint, oldId);
      assert.equal((await verifyBundle(newest.path, optionsFromTrustRoot(first.root))).exitCode, 3);

      const revoked = async (at: string): Promise<readonly string[]> => {
        const root = await revokeKey({ key: oldId, at, reason: "stolen" }, later);
        return (await verifyBundle(evidence[0]!.path, optionsFromTrustRoot(root))).errors.map(({ code }) => code);
      };
      assert.deepEqual(await revoked("2126-01-01T00:00:00.000Z"), []);
      assert.deepEqual(await revoked("2020-01-01T00:00:00.000Z"), ["KEY_REVOKED"]);
      await assert.rejects(
        revokeKey(
          { key: sha256Hex(await later.ports.signer.publicKey()), at: "2026-01-01T00:00:00.000Z", reason: "x" },
          later,
        ),
        { code: "USAGE" },
      );
      const types = (await readLedger(later.home.ledger)).map(({ type }) => type);
      assert.equal(types.filter((type) => type === "key-rotated").length, 3);
    } finally {
      later.close();
    }
  });
});

test("the ledger key is rotated: the log keeps its name, earlier proofs hold, and the retired key signs nothing longer", async () => {
  await withCase(OTRF, async (deployment, { caseId, evidence }) => {
    const { origin } = deployment.ports.ledger;
    const oldKey = await deployment.ledgerKey();
    const root = await rotateKey("ledger", deployment);
    deployment.host.stop();
    deployment.lease.release();

    const later = openDeployment({ home: deployment.home.root, print: null, onBoundary: () => {} });
    try {
      assert.equal(later.ports.ledger.origin, origin);
      assert.notDeepEqual(await later.ledgerKey(), oldKey);
      await decideOn(caseId, later, {});
      const newest = (await carryOn(caseId, later)).evidence.at(-1)!;
      const options = optionsFromTrustRoot(root);
      for (const { path } of [evidence[0]!, newest]) assert.deepEqual((await verifyBundle(path, options)).errors, []);
      assert.deepEqual((await auditOf(later, root)).faults, []);

      // What the retired key signed in its time counts; an actor of it signs nothing longer.
      const { ledgerTo } = root.keys.find(({ id }) => id === sha256Hex(oldKey))!;
      const stolen = createSigner(join(later.home.keys, `ledger-${sha256Hex(oldKey).slice(0, 16)}.pem`));
      const judged = async (size: number) => {
        const { note } = await signCheckpoint({ size, root: Buffer.alloc(32) }, { name: origin, ...stolen });
        return faultOf(() => openCheckpoint(Buffer.from(note), origin, ledgerKeysOf(root, true)))?.code;
      };
      assert.deepEqual([await judged(ledgerTo! + 1), await judged(ledgerTo! + 2)], [undefined, "KEY_EXPIRED"]);

      // Revoked, it proves nothing by itself; with a checkpoint that the auditor kept, its earlier word stands.
      const revoked = await revokeKey(
        { key: sha256Hex(oldKey), at: "2126-01-01T00:00:00.000Z", reason: "lost" },
        later,
      );
      const bare = await verifyBundle(evidence[0]!.path, optionsFromTrustRoot(revoked));
      assert.deepEqual([bare.exitCode, bare.errors[0]?.code], [3, "LEDGER_UNTRUSTED"]);
      const kept = Buffer.from((await openOwnLedger(later.home).head()).checkpoint);
      const between = await consistencyIn(createDirectoryStore(join(later.home.ledger, "log")));
      const anchored = optionsFromTrustRoot(revoked, { checkpoint: kept, between });
      assert.deepEqual((await verifyBundle(evidence[0]!.path, anchored)).errors, []);
    } finally {
      later.close();
    }
  });
});

test("a rotation that stopped after keys.json named the new key is finished by whoever opens the data directory next", async () => {
  await withHome({}, async (deployment) => {
    const { keys } = deployment.home;
    const before = {
      ledger: readFileSync(join(keys, "ledger.pem")),
      evidence: readFileSync(join(keys, "evidence.pem")),
    };
    for (const purpose of ["ledger", "evidence"] as const) {
      const rotating = openDeployment({ home: deployment.home.root, print: null, onBoundary: () => {} });
      await rotateKey(purpose, rotating);
      rotating.close();
      const after = readFileSync(join(keys, `${purpose}.pem`));
      renameSync(join(keys, `${purpose}.pem`), join(keys, `${purpose}-next.pem`));
      writeFileSync(join(keys, `${purpose}.pem`), before[purpose], { mode: 0o600 });
      openDeployment({ home: deployment.home.root, print: null, onBoundary: () => {} }).close();
      assert.deepEqual(readFileSync(join(keys, `${purpose}.pem`)), after);
      assert.ok(!existsSync(join(keys, `${purpose}-next.pem`)));
    }
  });
});

const auditOf = (deployment: Deployment, root: TrustRoot) =>
  runLedgerAudit({
    store: createDirectoryStore(join(deployment.home.ledger, "log")),
    signed: createDirectoryStore(join(deployment.home.ledger, "signed")),
    origin: root.origin,
    keys: ledgerKeysOf(root, true),
    leastSize: leastSizeOf(root),
    trustRoot: { version: root.version, digest: trustRootDigest(trustRootBytes(root)) },
    judge: auditOptionsOf(root),
    vault: bundlesIn(deployment.ports.vault, false),
    named: null,
    remembered: null,
    asOf: deployment.ports.clock.now(),
    policy: { heartbeatSeconds: 1e9, sealWithinSeconds: 1e9, clockSkewSeconds: 1e9 },
  });

const readLedger = async (folder: string): Promise<readonly { type: string }[]> =>
  readdirSync(join(folder, "log/entry")).map(
    (name) => JSON.parse(readFileSync(join(folder, "log/entry", name), "utf8")) as { type: string },
  );
