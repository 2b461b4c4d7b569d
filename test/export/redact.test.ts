import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes, sha256Hex } from "../../lib/base/jcs.ts";
import type { Signer } from "../../lib/base/signer.ts";
import { createSpools } from "../../lib/base/spool.ts";
import { trustRootOf } from "../../lib/cli/trust.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import type { RedactionRecord } from "../../lib/evidence/checkRedaction.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import type { VerifyOptions } from "../../lib/evidence/verifyOptions.ts";
import { identifiersIn } from "../../lib/export/redact/identifiers.ts";
import { createNames } from "../../lib/export/redact/names.ts";
import { createRedact } from "../../lib/export/redact/tokens.ts";
import { redactedFiles } from "../evidence/redactedFiles.ts";
import { ATTACKER_SIGNER } from "../evidence/sample.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { packZip } from "../evidence/wholeZip.ts";
import { carryOn, decideOn, OTRF, withCase } from "../response/run.ts";

type Files = ReadonlyMap<string, Uint8Array>;
const SECRET = "11".repeat(32);

/** What must not be in a copy of the OTRF case, and is in its bundle. */
const NAMES = [
  "mordors3stack-s3bucket-llp2yingx64a",
  "ring.txt",
  "ASIA5FLZVX4OPVKKVBMX",
  "AROA5FLZVX4OAMSW6BCRH",
  "i-0317f6c6b66ae9c40",
  "MordorNginxStack-BankingWAFRole",
  "1.2.3.4",
  "pedro",
  "AIDAICAK2CN5MGHIIDIHA",
  "decided in a test",
];

interface Salted {
  readonly id?: string;
  readonly nonce?: string;
}

const withCopy = async (
  use: (
    copy: Files,
    given: {
      options: VerifyOptions;
      bundle: Files;
      tokens: string;
      record: RedactionRecord;
      signer: Signer;
    },
  ) => Promise<void>,
): Promise<void> =>
  withCase(OTRF, async (deployment, { caseId }) => {
    await decideOn(caseId, deployment, {});
    const { evidence } = await carryOn(caseId, deployment);
    const bundle = await sealedFiles(deployment.ports.vault, `${caseId}/r${evidence.length}`);
    const { options } = await trustRootOf(deployment);
    const { files, tokens, record } = await redactedFiles(bundle, {
      secret: SECRET,
      at: systemClock.now(),
      signer: deployment.ports.signer,
    });
    await use(files, {
      options: { ...options, now: systemClock.now() },
      bundle,
      tokens,
      record,
      signer: deployment.ports.signer,
    });
  });

const codesOf = async (files: Files, options: VerifyOptions): Promise<readonly string[]> =>
  (await verifyBundle(files, options)).errors.map(({ code }) => code);

test("a redacted copy verifies against the original's digests, names nobody, and no change to it goes unseen", async () => {
  await withCopy(async (copy, { options, bundle, tokens, record, signer }) => {
    const report = await verifyBundle(copy, options);
    assert.deepEqual([report.exitCode, report.errors], [0, []]);
    assert.deepEqual((await verifyBundle(packZip(copy), options)).exitCode, 0);
    assert.equal((await verifyBundle(copy, { trust: [] })).exitCode, 3);

    const whole = Buffer.concat([...bundle.values()]);
    for (const name of NAMES) {
      assert.ok(whole.includes(name), `${name} is in the original`);
      const leaks = [...copy].filter(([, bytes]) => Buffer.from(bytes).includes(name)).map(([path]) => path);
      assert.deepEqual(leaks, [], name);
    }
    // Every file of the original is accounted for, with the salted digest that the original lists.
    const manifest = Buffer.from(bundle.get("salted-digests.txt")!)
      .toString("utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("  "));
    assert.deepEqual(record.files.map(({ path, original }) => [original, path]).sort(), manifest.toSorted());
    assert.equal(record.tokens.mapSha256, sha256Hex(tokens));
    for (const { state, path, original, salt } of record.files)
      if (state === "same")
        assert.equal(sha256Hex(`${salt} ${sha256Hex(copy.get(`data/copy/${path.slice(5)}`)!)}\n`), original);

    const put = (path: string, bytes: Uint8Array): Files => new Map(copy).set(path, bytes);
    assert.ok((await codesOf(put("data/copy/finding.json", Buffer.from("{}")), options)).includes("DIGEST"));
    assert.ok((await codesOf(put("ledger/entry.json", bundle.get("ledger/entry.json")!), options)).includes("EXTRA"));
    const without = new Map(copy);
    without.delete("data/original/ledger/case.tlog-proof");
    assert.notEqual((await verifyBundle(without, options)).exitCode, 0);

    // Signed by the genuine key, but not about the original that lies in it: only the record betrays them.
    const resealed = async (
      change: (payload: Map<string, Uint8Array>) => void,
      by = signer,
    ): Promise<readonly string[]> => {
      const payload = new Map(
        [...copy].filter(([path]) => path.startsWith("data/")).map(([path, bytes]) => [path.slice(5), bytes] as const),
      );
      change(payload);
      const { payload: _size, ...about } = report.statement!.predicate;
      const input = {
        ...about,
        payload,
        schemas: new Map(),
        tagFiles: new Map(),
        ledger: new Map(),
        signer: by,
        predicateType: PREDICATE_TYPES.redactedCopy,
      };
      try {
        return await codesOf(await sealBundle(input), options);
      } catch (error) {
        return [(error as Error).message];
      }
    };
    const edited = (change: (value: typeof record) => unknown) =>
      resealed((payload) => payload.set("redaction.json", canonicalBytes(change(record))));
    assert.deepEqual(await resealed(() => {}), []);
    assert.deepEqual(await resealed(() => {}, ATTACKER_SIGNER), ["UNTRUSTED"]);
    assert.match((await edited((value) => ({ ...value, revision: 9 })))[0]!, /REDACTION/);
    assert.match((await edited((value) => ({ ...value, files: value.files.slice(1) })))[0]!, /REDACTION/);
    assert.match(
      (
        await edited((value) => ({
          ...value,
          files: value.files.map((file) => ({ ...file, original: "0".repeat(64) })),
        }))
      )[0]!,
      /REDACTION/,
    );
    assert.match(
      (
        await edited((value) => ({
          ...value,
          files: value.files.map((file) => (file.state === "redacted" ? { ...file, state: "same" } : file)),
        }))
      )[0]!,
      /REDACTION/,
    );
    assert.match((await edited((value) => ({ ...value, original: { digest: "0".repeat(64) } })))[0]!, /REDACTION/);
    assert.match((await resealed((payload) => payload.set("copy/added.json", Buffer.from("{}"))))[0]!, /EXTRA/);
    assert.match((await resealed((payload) => payload.delete("redaction.json")))[0]!, /MISSING/);
    assert.match(
      (
        await resealed((payload) => payload.set("original/salted-digests.txt", bundle.get("tagmanifest-sha256.txt")!))
      )[0]!,
      /DIGEST/,
    );
  });
});

test("what the ledger holds of findings and plans is no digest that names can be tried out on: each holds a number that the copy does not tell", () =>
  withCopy(async (copy, { bundle }) => {
    const text = Buffer.concat([...copy.values()]).toString("utf8");
    const documents = [...bundle].filter(([path]) => /^data\/(?:finding|plans\/.+)\.json$/.test(path));
    const salts = documents.map(([, bytes]) => JSON.parse(Buffer.from(bytes).toString("utf8")) as Salted);
    assert.ok(salts.length >= 2);
    for (const { id, nonce } of salts) {
      assert.match((nonce ?? id)!, /^[0-9a-f]{32}$/);
      assert.ok(!text.includes((nonce ?? id)!), nonce ?? id);
    }
  }));

test("a redacted copy never passes for an evidence bundle, and a revoked key makes no copies", async () => {
  await withCopy(async (copy, { options }) => {
    const statement = Buffer.from(copy.get("attestation/statement.json")!).toString("utf8");
    assert.match(statement, /redacted-copy\/v1/);
    const revoked = await verifyBundle(copy, { ...options, judgeSigner: () => ({ code: "KEY_REVOKED", detail: "" }) });
    assert.ok(revoked.errors.some(({ code }) => code === "KEY_REVOKED"));
  });
});

test("tokens are the same within a copy and others in the next, and keep what kind of thing they stand for", () => {
  const value = {
    accessKeyId: "AKIAEXAMPLEEXAMPLE01",
    sourceip: "203.0.113.9",
    bucket: "b",
    why: "key AKIAEXAMPLEEXAMPLE01 from 203.0.113.9 read s3 of b",
    nested: '{"userName":"ann","list":["x/ann/y"]}',
  };
  const redactedBy = (secret: string): typeof value => {
    const names = createNames(secret, createSpools().spool());
    identifiersIn(value, names);
    return createRedact(names, false)(value) as typeof value;
  };
  const once = redactedBy(SECRET);
  assert.deepEqual(redactedBy(SECRET), once);
  assert.notEqual(redactedBy("22".repeat(32)).sourceip, once.sourceip);
  assert.match(once.accessKeyId, /^key-[0-9a-f]{32}$/);
  assert.match(once.sourceip, /^address-[0-9a-f]{32}$/);
  assert.match(once.bucket, /^bucket-[0-9a-f]{32}$/);
  assert.equal(once.why, `key ${once.accessKeyId} from ${once.sourceip} read s3 of b`);
  assert.match((JSON.parse(once.nested) as { userName: string }).userName, /^name-/);
});

test("people called like a member or a mailbox are tokens where they are named, and no other word becomes one", () => {
  const value = {
    approver: "data@example.com",
    user: "Report@example.com",
    data: { type: "case-opened", text: "data of the report" },
    byUser: { "anna@example.com": 1 },
    note: "data@example.com asked anna",
  };
  const names = createNames(SECRET, createSpools().spool());
  identifiersIn({ ...value, userName: "anna@example.com" }, names);
  identifiersIn({ bucket: "data" }, names);
  const copy = createRedact(names, false)(value) as typeof value;
  assert.match(copy.approver, /^name-/);
  assert.match(copy.user, /^name-/);
  assert.deepEqual(Object.keys(copy.data), ["type", "text"]);
  assert.match(copy.data.text, /^bucket-[0-9a-f]+ of the report$/);
  assert.match(Object.keys(copy.byUser)[0]!, /^name-/);
  assert.match(copy.note, /^name-[0-9a-f]+ asked name-/);
});
