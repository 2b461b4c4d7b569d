import { sha256Hex } from "../../base/jcs.ts";
import type { CaseHead } from "../../case/case.ts";
import { DEFAULT_LIMITS } from "../../evidence/inventory.ts";
import { FILES } from "../../evidence/layout.ts";
import { ledgerFiles } from "../../evidence/ledger/ledgerProof.ts";
import type { BundlePredicate } from "../../evidence/predicate.ts";
import { attachLedger, bundleDigest, sealBundle } from "../../evidence/seal.ts";
import { packZip, unpackZip } from "../../evidence/zip.ts";
import type { Ports } from "../../ports/ports.ts";
import { noteFailures } from "../failures.ts";
import { tell } from "../openCase.ts";
import { bundleSchemas } from "../schemas.ts";
import { caseFiles } from "./caseFiles.ts";
import { PRODUCER } from "./producer.ts";
import { publishKeys } from "./publishKeys.ts";
import { stamp } from "./timeStamp.ts";

export interface SealStepInput {
  readonly caseId: string;
  readonly kind: "preliminary" | "final" | "release";
  /** The state of the execution: its `failures` become what the case does not know. */
  readonly state: unknown;
}

export interface SealOutput {
  readonly revision: number;
  readonly digest: string;
}

type Files = ReadonlyMap<string, Uint8Array>;

/**
 * Seals the next revision: build, sign, verify, enter in the ledger, put into the vault, note in the case, in this
 * order; the sealed bytes are kept before the ledger hears of them, so that a crash anywhere in between goes on with
 * the very same bundle.
 */
export const sealEvidence = async ({ caseId, kind, state }: SealStepInput, ports: Ports): Promise<SealOutput> => {
  const head = await noteFailures(caseId, state, ports);
  const revision = head.sealed.length + 1;
  const sealed = await sealedOnce(head, revision, kind, ports);
  const digest = bundleDigest(sealed);
  const statement = sha256Hex(sealed.get(FILES.statement)!);
  const { seq } = await ports.ledger.append({
    type: "bundle-sealed",
    caseId,
    digest,
    statement,
    at: ports.clock.now(),
  });
  const path = await ports.vault.put(
    `${caseId}/r${revision}`,
    attachLedger(sealed, await ledgerFiles(ports.ledger, { caseId, seq }, headOf(sealed), null)),
  );
  await ports.cases.update(caseId, (before) =>
    before.sealed.some((known) => known.revision === revision)
      ? before
      : { ...before, sealed: [...before.sealed, { revision, path, digest, at: ports.clock.now() }] },
  );
  await ports.cases.append(caseId, {
    type: "evidence.sealed",
    actor: "sealEvidence",
    data: { revision, kind, digest },
  });
  await tell(
    ports,
    caseId,
    "sealed",
    3,
    `Evidence revision ${revision} (${kind}) is sealed, digest ${digest.slice(0, 16)}.`,
  );
  return { revision, digest };
};

/** The ledger head that the signed statement commits to: the proof must start from it. */
const headOf = (sealed: Files): { readonly size: number } | null => {
  const { predicate } = JSON.parse(Buffer.from(sealed.get(FILES.statement)!).toString("utf8")) as {
    predicate: BundlePredicate;
  };
  return predicate.ledgerHead === null ? null : { size: Number(predicate.ledgerHead.size) };
};

const sealedOnce = async (
  head: CaseHead,
  revision: number,
  kind: SealStepInput["kind"],
  ports: Ports,
): Promise<Files> => {
  const name = `sealing/r${revision}.zip`;
  const kept = await ports.cases.read(head.caseId, name);
  if (kept !== null) return unpackZip(kept, DEFAULT_LIMITS);
  const files = await seal(head, revision, kind, ports);
  return unpackZip(await ports.cases.putOnce(head.caseId, name, packZip(files)), DEFAULT_LIMITS);
};

const seal = async (head: CaseHead, revision: number, kind: SealStepInput["kind"], ports: Ports): Promise<Files> => {
  await publishKeys(head.caseId, ports);
  const sealedAt = ports.clock.now();
  const previous = head.sealed.at(-1);
  const ledger = await ports.ledger.head();
  return sealBundle({
    caseId: head.caseId,
    revision,
    supersedes: previous === undefined ? null : { revision: previous.revision, digest: previous.digest },
    sealedAt,
    payload: await caseFiles(head, revision, kind, sealedAt, ports),
    schemas: bundleSchemas(),
    tagFiles: new Map(),
    ledger: new Map(),
    deployment: { accountId: head.accountId, region: head.region, ledgerOrigin: ports.ledger.origin },
    producer: PRODUCER,
    ledgerHead: { size: String(ledger.size), rootSha256: ledger.root },
    result: { verdict: kind, contained: head.status === "contained", openActions: 0 },
    exercise: head.exercise,
    signer: ports.signer,
    stamp: stamp(head.caseId, ports),
  });
};
