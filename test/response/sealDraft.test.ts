import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withSpools } from "../../lib/base/spool.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { createSigner } from "../../lib/embedded/signer.ts";
import { parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { parsePredicate } from "../../lib/evidence/predicate.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { readContents } from "../../lib/response/seal/caseFiles.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { packZip } from "../evidence/wholeZip.ts";
import { eventTypes, withHome } from "./run.ts";
import { openBareCase, sealNext } from "./sealedCase.ts";

type Files = ReadonlyMap<string, Uint8Array>;

const predicateIn = (files: Files) =>
  parsePredicate(JSON.parse(Buffer.from(files.get("attestation/statement.json")!).toString("utf8")).predicate);

const withoutLedger = (files: Files): Files => new Map([...files].filter(([path]) => !path.startsWith("ledger/")));

/** Seals another story of the next revision, with a key of the caller's choice. */
const forge = async (
  newest: Files,
  digest: string,
  signer: Deployment["ports"]["signer"],
  over: object = {},
): Promise<Files> => {
  const { payload: _, ...about } = predicateIn(newest);
  return sealBundle({
    ...about,
    revision: about.revision + 1,
    supersedes: { revision: about.revision, digest },
    ...over,
    payload: new Map([["theft-summary.json", Buffer.from("{}\n")]]),
    schemas: new Map(),
    tagFiles: new Map(),
    ledger: new Map(),
    signer,
  });
};

const plant = (caseId: string, { home }: Deployment, name: string, bytes: Uint8Array): void => {
  const folder = join(home.cases, caseId, "docs/sealing");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), bytes);
};

const sealingsOf = async (caseId: string, { ports }: Deployment): Promise<readonly string[]> =>
  (await ports.ledger.caseEntries(caseId))
    .map(parseEntry)
    .filter(({ type }) => type === "bundle-sealed")
    .map(({ digest }) => digest);

const strangerKey = (home: string) => {
  const path = join(home, "stranger.pem");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return createSigner(path);
};

test("a planted draft never reaches the ledger or the vault: a foreign key, an old revision, another case, no bundle, and one that our key signed and nobody announced", async () => {
  await withHome({}, async (deployment) => {
    const { ports, home } = deployment;
    const caseId = await openBareCase(deployment);
    const first = await sealNext(caseId, deployment);
    const r1 = await sealedFiles(ports.vault, `${caseId}/r1`);
    const drafts: readonly Uint8Array[] = [
      packZip(withoutLedger(r1)),
      packZip(await forge(r1, first.digest, strangerKey(home.root))),
      packZip(await forge(r1, first.digest, ports.signer)),
      packZip(await forge(r1, first.digest, ports.signer, { caseId: "case-20260101-aaaaaaaaaa" })),
      packZip(await forge(r1, "ab".repeat(32), ports.signer)),
      Buffer.from("PK but no more"),
    ];
    for (const [index, draft] of drafts.entries())
      plant(caseId, deployment, `r2${index === 0 ? "" : `-${index + 1}`}.zip`, draft);
    const second = await sealNext(caseId, deployment);
    assert.deepEqual(await sealingsOf(caseId, deployment), [first.digest, second.digest]);
    const r2 = predicateIn(await sealedFiles(ports.vault, `${caseId}/r2`));
    assert.deepEqual([r2.revision, r2.supersedes?.digest], [2, first.digest]);
    const types = await eventTypes(caseId, deployment);
    assert.equal(types.filter((type) => type === "evidence.draft-refused").length, drafts.length);
    const { notKnown } = await ports.cases.head(caseId);
    assert.equal(notKnown.length, drafts.length);
  });
});

test("a run cut off between draft and vault goes on with the very bundle that it had written", async () => {
  await withHome({}, async (deployment) => {
    const { ports } = deployment;
    const caseId = await openBareCase(deployment);
    const broken = {
      ...deployment.portsOf(caseId),
      vault: { ...ports.vault, put: () => Promise.reject(new Error("cut off")) },
    };
    await assert.rejects(sealNext(caseId, { ...deployment, portsOf: () => broken }));
    const [cutOff] = await sealingsOf(caseId, deployment);
    const { digest } = await sealNext(caseId, deployment);
    assert.deepEqual([digest, await sealingsOf(caseId, deployment)], [cutOff, [cutOff]]);
    assert.ok(!(await eventTypes(caseId, deployment)).includes("evidence.draft-refused"));
  });
});

test("a case whose list of revisions was rewritten is not sealed on", async () => {
  await withHome({}, async (deployment) => {
    const { cases } = deployment.ports;
    const caseId = await openBareCase(deployment);
    await sealNext(caseId, deployment);
    const rewritten = { revision: 1, path: "/elsewhere", digest: "ab".repeat(32), at: "2026-01-01T00:00:00.000Z" };
    await cases.update(caseId, (head) => ({ ...head, sealed: [rewritten] }));
    await assert.rejects(sealNext(caseId, deployment), { code: "SEAL_FAILED" });
    await cases.update(caseId, (head) => ({ ...head, sealed: [] }));
    const { revision } = await sealNext(caseId, deployment);
    assert.deepEqual([revision, (await sealingsOf(caseId, deployment)).length], [1, 1], "forgotten, and found again");
  });
});

test("what comes in while the documents are read is in no part of the bundle: trail, head and documents are of one moment", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await openBareCase(deployment);
    const ports = deployment.portsOf(caseId);
    const before = (await ports.cases.events(caseId)).length;
    let isLate = false;
    const cases = {
      ...ports.cases,
      readLarge: async (...asked: Parameters<typeof ports.cases.readLarge>) => {
        if (!isLate) {
          isLate = true;
          await ports.cases.append(caseId, {
            type: "execution.refused",
            actor: "late",
            data: { planId: "p", why: "w" },
          });
          await ports.cases.update(caseId, (head) => ({ ...head, status: "contained" }));
        }
        return ports.cases.readLarge(...asked);
      },
    };
    const { head, events } = await withSpools(
      async (spools) =>
        (
          await readContents(
            await ports.cases.head(caseId),
            { revision: 1, kind: "preliminary", sealedAt: "2026-11-30T00:00:00.000Z" },
            { ...ports, cases },
            spools,
          )
        ).dossier,
    );
    assert.ok(isLate);
    assert.deepEqual([head.status, events.length], ["open", before]);
    assert.equal((await ports.cases.events(caseId)).length, before + 1);
  });
});
