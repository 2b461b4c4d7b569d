import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { revokeKey, rotateEvidenceKey } from "../../lib/cli/keyRotation.ts";
import { trustRootOf } from "../../lib/cli/trust.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { sha256Hex } from "../../lib/evidence/jcs.ts";
import { optionsFromTrustRoot } from "../../lib/evidence/trustOptions.ts";
import { parseTrustRoot } from "../../lib/evidence/trustRoot.ts";
import { followRotation, pinTrustRoot } from "../../lib/evidence/trustRotation.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { carryOn, decideOn, OTRF, respondTo, withHome } from "../response/run.ts";

test("a key is rotated, older and newer bundles verify, and a revocation spares what the ledger held before it", async () => {
  await withHome({}, async (deployment) => {
    const { keys } = deployment.home;
    const { caseId, evidence } = await respondTo(OTRF, deployment);
    const first = {
      bytes: readFileSync((await trustRootOf(deployment)).path),
      root: parseTrustRoot(readFileSync(join(keys, "keys.json"))),
    };
    const oldId = sha256Hex(await deployment.ports.signer.publicKey());
    const second = await rotateEvidenceKey(deployment);
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

const readLedger = async (folder: string): Promise<readonly { type: string }[]> =>
  readdirSync(join(folder, "log/entry")).map(
    (name) => JSON.parse(readFileSync(join(folder, "log/entry", name), "utf8")) as { type: string },
  );
