import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprintsOf } from "../../lib/evidence/fingerprints.ts";
import { parsePem, toPem } from "../../lib/evidence/publicKey.ts";
import {
  judgeKey,
  type KeyUse,
  makeRootKey,
  parseTrustRoot,
  type RootKey,
  type TrustRoot,
  trustRootBytes,
  trustRootDigest,
} from "../../lib/evidence/trustRoot.ts";
import { followRotation, pinTrustRoot, signTrustRoot } from "../../lib/evidence/trustRotation.ts";
import { asBytes, codeOf, makeKey, ORIGIN, type TestKey } from "./ledgerFixture.ts";

/** Public facts: an SSH host key that GitHub publishes, and the fingerprint it publishes for it. */
const GITHUB_POINT = "BEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=";
const GITHUB_OPENSSH = "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM";
/** A key made by OpenSSL 3.0.19; fingerprints by `sha256sum` over its DER and by `ssh-keygen -i -m PKCS8`, `ssh-keygen -l`. */
const OPENSSL_PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExzueiNYI+V8Ifm/j/5eUeDb1t2FA
r4adBg2MaYqwEkumAj3TXCdcE+FXtmv95WwoKFbNGx2x1mSh/kJNhyN03A==
-----END PUBLIC KEY-----
`;
const SPKI_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

const START = "2026-01-01T00:00:00.000Z";
const ROTATED = "2026-06-01T00:00:00.000Z";
const evidence = makeKey();
const ledger = makeKey();
const approver = makeKey();
const nextEvidence = makeKey();
const stranger = makeKey();

const keyOf = (identity: TestKey, purpose: RootKey["purpose"], change: Partial<RootKey> = {}): RootKey => ({
  ...makeRootKey(toPem(identity.spki), {
    purpose,
    holder: purpose === "approver" ? "ada" : null,
    validFrom: START,
    ledgerFrom: 0,
  }),
  ...change,
});
const FIRST: TrustRoot = {
  schema: "cordon/keys/v1",
  version: 1,
  origin: ORIGIN,
  issuedAt: START,
  previous: null,
  keys: [keyOf(evidence, "evidence"), keyOf(ledger, "ledger"), keyOf(approver, "approver")],
};
const firstBytes = trustRootBytes(FIRST);
const retired = { validTo: ROTATED, ledgerTo: 99 };
const SECOND: TrustRoot = {
  ...FIRST,
  version: 2,
  issuedAt: ROTATED,
  previous: trustRootDigest(firstBytes),
  keys: [
    keyOf(evidence, "evidence", retired),
    keyOf(ledger, "ledger"),
    keyOf(approver, "approver"),
    keyOf(nextEvidence, "evidence", { validFrom: ROTATED, ledgerFrom: 100 }),
  ],
};
const signedBy = (bytes: Uint8Array, ...signers: readonly TestKey[]) =>
  Promise.all(signers.map(({ sign, spki }) => signTrustRoot(bytes, { sign, publicKey: spki })));
const rotate = async (next: TrustRoot, ...signers: readonly TestKey[]) => {
  const bytes = trustRootBytes(next);
  const outcome = followRotation(
    { root: FIRST, bytes: firstBytes },
    { bytes, envelopes: await signedBy(bytes, ...signers) },
  );
  return outcome.errors.map(({ code }) => code);
};

test("fingerprints are those that OpenSSL, sha256sum and ssh-keygen give, and GitHub publishes", () => {
  assert.equal(
    fingerprintsOf(Buffer.concat([SPKI_PREFIX, Buffer.from(GITHUB_POINT, "base64")])).openssh,
    GITHUB_OPENSSH,
  );
  assert.deepEqual(fingerprintsOf(parsePem(asBytes(OPENSSL_PEM)).spki), {
    sha256: "f760fe4cc431f07c8eea91aa2c245d999a8bd26ad32b1484d08a34bb4df44c2f",
    openssh: "SHA256:AXRwE/QNTg+ZkcBjOi4OBDiRh8sdNaV7RcUa1x3bCcg",
  });
});

test("a trust root is read back the same", () => {
  assert.deepEqual(parseTrustRoot(firstBytes), FIRST);
});

test("a trust root that is not exactly one is refused", () => {
  const withKey = (change: Partial<RootKey>) => trustRootBytes({ ...FIRST, keys: [{ ...FIRST.keys[0]!, ...change }] });
  const cases: Record<string, readonly [Uint8Array, string]> = {
    "not canonical": [asBytes(JSON.stringify(FIRST, null, 1)), "JSON"],
    "other schema": [trustRootBytes({ ...FIRST, schema: "cordon/keys/v2" as "cordon/keys/v1" }), "JSON"],
    "version 0": [trustRootBytes({ ...FIRST, version: 0 }), "JSON"],
    "first version with a past": [trustRootBytes({ ...FIRST, previous: "0".repeat(64) }), "JSON"],
    "second version without a past": [trustRootBytes({ ...FIRST, version: 2 }), "JSON"],
    "one key for two purposes": [
      trustRootBytes({ ...FIRST, keys: [keyOf(ledger, "ledger"), keyOf(ledger, "evidence")] }),
      "JSON",
    ],
    "approver without a name": [withKey({ purpose: "approver" }), "JSON"],
    "unknown purpose": [withKey({ purpose: "any" as "ledger" }), "JSON"],
    "date without time": [withKey({ validFrom: "2026-01-01" }), "JSON"],
    "id of another key": [withKey({ id: stranger.key.fingerprint }), "KEY"],
    "fingerprint of another key": [withKey({ opensshFingerprint: GITHUB_OPENSSH }), "KEY"],
    "PEM of another key": [withKey({ pem: toPem(stranger.spki) }), "KEY"],
  };
  for (const [name, [bytes, code]] of Object.entries(cases))
    assert.equal(
      codeOf(() => parseTrustRoot(bytes)),
      code,
      name,
    );
});

test("trust starts with a fingerprint that came another way, and with nothing else", async () => {
  const envelopes = await signedBy(firstBytes, evidence);
  assert.deepEqual(pinTrustRoot(firstBytes, envelopes, [evidence.key.fingerprint]), FIRST);
  assert.equal(
    codeOf(() => pinTrustRoot(firstBytes, envelopes, [ledger.key.fingerprint])),
    "UNTRUSTED",
  );
  assert.equal(
    codeOf(() => pinTrustRoot(firstBytes, [], [evidence.key.fingerprint])),
    "UNTRUSTED",
  );
  const foreign = await signedBy(trustRootBytes(SECOND), evidence);
  assert.equal(
    codeOf(() => pinTrustRoot(firstBytes, foreign, [evidence.key.fingerprint])),
    "UNTRUSTED",
  );
  assert.equal(
    codeOf(() => pinTrustRoot(firstBytes, [asBytes("{}")], [evidence.key.fingerprint])),
    "UNTRUSTED",
  );
});

test("a rotation signed by the outgoing and the incoming key is followed", async () => {
  assert.deepEqual(await rotate(SECOND, evidence, nextEvidence), []);
});

test("a rotation that either of them has not signed is refused", async () => {
  assert.deepEqual(await rotate(SECOND, evidence), ["ROTATION_UNSIGNED"]);
  assert.deepEqual(await rotate(SECOND, nextEvidence), ["ROTATION_UNSIGNED"]);
  assert.deepEqual(await rotate(SECOND, nextEvidence, ledger), ["ROTATION_UNSIGNED"]);
  assert.deepEqual(await rotate(SECOND), ["ROTATION_UNSIGNED", "ROTATION_UNSIGNED"]);
  assert.deepEqual(await rotate(SECOND, stranger, nextEvidence), ["ROTATION_UNSIGNED"]);
});

test("a new ledger key needs the old ledger key, a new approver an evidence key, and each of them its own signature", async () => {
  const [newLedger, newApprover] = [makeKey(), makeKey()];
  const adding = (identity: TestKey, purpose: RootKey["purpose"]): TrustRoot => ({
    ...SECOND,
    keys: [...FIRST.keys, keyOf(identity, purpose)],
  });
  assert.deepEqual(await rotate(adding(newLedger, "ledger"), ledger, newLedger), []);
  assert.deepEqual(await rotate(adding(newLedger, "ledger"), evidence, newLedger), ["ROTATION_UNSIGNED"]);
  assert.deepEqual(await rotate(adding(newApprover, "approver"), evidence, newApprover), []);
  assert.deepEqual(await rotate(adding(newApprover, "approver"), approver, newApprover), ["ROTATION_UNSIGNED"]);
  assert.deepEqual(await rotate(adding(newApprover, "approver"), evidence), ["ROTATION_UNSIGNED"]);
});

test("a version that does not continue the one before is refused", async () => {
  const both = [evidence, nextEvidence] as const;
  assert.deepEqual(await rotate({ ...SECOND, version: 3 }, ...both), ["VERSION"]);
  assert.deepEqual(await rotate({ ...SECOND, previous: "0".repeat(64) }, ...both), ["VERSION"]);
  assert.deepEqual(await rotate({ ...SECOND, origin: "example.test/ledger/two" }, ...both), ["VERSION"]);
  const earlier = { ...SECOND, issuedAt: "2025-01-01T00:00:00.000Z", keys: FIRST.keys };
  assert.ok((await rotate(earlier, ...both)).includes("VERSION"));
});

test("no rotation may drop a key, rewrite one or give one more time", async () => {
  const both = [evidence, nextEvidence] as const;
  const [, ...others] = SECOND.keys;
  assert.deepEqual(await rotate({ ...SECOND, keys: others }, ...both), ["EQUIVOCATION", "ROTATION_UNSIGNED"]);
  const rewritten = keyOf(evidence, "evidence", { ...retired, validFrom: "2025-01-01T00:00:00.000Z" });
  assert.deepEqual(await rotate({ ...SECOND, keys: [rewritten, ...others] }, ...both), ["EQUIVOCATION"]);
});

test("an end that was set may be drawn nearer, never lifted", async () => {
  const revoked = { ...retired, revokedAt: ROTATED, reason: "key copied" };
  const [, ...others] = SECOND.keys;
  const present = { ...SECOND, keys: [keyOf(evidence, "evidence", revoked), ...others] };
  const bytes = trustRootBytes(present);
  const change = async (ends: Partial<RootKey>) => {
    const keys = [keyOf(evidence, "evidence", { ...revoked, ...ends }), ...others];
    const next = trustRootBytes({ ...present, version: 3, previous: trustRootDigest(bytes), keys });
    const envelopes = await signedBy(next, nextEvidence);
    return followRotation({ root: present, bytes }, { bytes: next, envelopes }).errors.map(({ code }) => code);
  };
  const earlier = "2026-05-01T00:00:00.000Z";
  const later = "2026-07-01T00:00:00.000Z";
  assert.deepEqual(await change({ validTo: earlier, ledgerTo: 50, revokedAt: earlier }), []);
  for (const ends of [
    { validTo: null },
    { validTo: later },
    { ledgerTo: null },
    { ledgerTo: 100 },
    { revokedAt: null },
    { revokedAt: later },
  ]) {
    assert.deepEqual(await change(ends), ["EQUIVOCATION"], JSON.stringify(ends));
  }
});

const judge = (root: TrustRoot, use: Partial<KeyUse>): string => {
  const usual = {
    keyId: evidence.key.fingerprint,
    purpose: "evidence" as const,
    at: "2026-03-01T00:00:00.000Z",
    ledgerIndex: 50,
  };
  return judgeKey(root, { ...usual, ...use })?.code ?? "counts";
};

test("a key counts for its purpose and its time, by date and by place in the ledger", () => {
  assert.equal(judge(SECOND, {}), "counts");
  assert.equal(judge(SECOND, { ledgerIndex: null }), "counts");
  assert.equal(judge(SECOND, { keyId: stranger.key.fingerprint }), "UNTRUSTED");
  assert.equal(judge(SECOND, { purpose: "ledger" }), "KEY_PURPOSE");
  assert.equal(judge(SECOND, { keyId: approver.key.fingerprint }), "KEY_PURPOSE");
  assert.equal(judge(SECOND, { at: "2025-12-31T23:59:59.999Z" }), "KEY_NOT_YET_VALID");
  assert.equal(
    judge(SECOND, { keyId: nextEvidence.key.fingerprint, at: ROTATED, ledgerIndex: 99 }),
    "KEY_NOT_YET_VALID",
  );
  assert.equal(judge(SECOND, { keyId: nextEvidence.key.fingerprint, at: ROTATED, ledgerIndex: 100 }), "counts");
  assert.equal(judge(SECOND, { at: ROTATED }), "KEY_EXPIRED");
  assert.equal(judge(SECOND, { ledgerIndex: 100 }), "KEY_EXPIRED");
});

test("a revoked key counts up to the last anchored entry, and no date written by its thief helps beyond", () => {
  const revoked = (change: Partial<RootKey>): TrustRoot => ({
    ...FIRST,
    keys: [keyOf(evidence, "evidence", { revokedAt: ROTATED, reason: "key copied", ...change })],
  });
  const anchored = revoked({ ledgerTo: 60 });
  assert.equal(judge(anchored, { ledgerIndex: 60 }), "counts");
  assert.equal(judge(anchored, { ledgerIndex: 61 }), "KEY_REVOKED");
  assert.equal(judge(anchored, { ledgerIndex: 61, at: START }), "KEY_REVOKED");
  assert.equal(judge(anchored, { ledgerIndex: null, at: START }), "KEY_REVOKED");
  assert.equal(judge(revoked({}), { ledgerIndex: 0 }), "KEY_REVOKED");
  assert.equal(judge(anchored, { purpose: "ledger", ledgerIndex: 61 }), "KEY_PURPOSE");
});
