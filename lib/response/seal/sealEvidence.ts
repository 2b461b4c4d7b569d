import { type Bodies, digestOfBody, wholeOf } from "../../base/content.ts";
import { CordonError } from "../../base/errors.ts";
import { counted } from "../../base/figures.ts";
import { type Spools, withSpools } from "../../base/spool.ts";
import type { CaseHead } from "../../case/case.ts";
import { FILES } from "../../evidence/layout.ts";
import { parseEntry } from "../../evidence/ledger/ledger.ts";
import { ledgerFiles } from "../../evidence/ledger/ledgerProof.ts";
import type { BundlePredicate } from "../../evidence/predicate.ts";
import { attachLedger, bundleDigest, sealBundle } from "../../evidence/seal.ts";
import type { Ports } from "../../ports/ports.ts";
import { type ExecutionState, noteFailures } from "../failures.ts";
import { bundleSchemas } from "../schemas.ts";
import { tell } from "../tell.ts";
import { caseFiles } from "./caseFiles.ts";
import { draftOf } from "./draft.ts";
import { noteForeign } from "./foreign.ts";
import { compareLogs } from "./logCustody.ts";
import { producer } from "./producer.ts";
import { publishKeys } from "./publishKeys.ts";
import { stamp } from "./timeStamp.ts";

export interface SealStepInput {
  readonly caseId: string;
  readonly kind: "preliminary" | "final" | "release";
  /** The state of the execution: its `failures` become what the case does not know. */
  readonly state: ExecutionState;
}

export interface SealOutput {
  readonly revision: number;
  readonly digest: string;
}

const SALT_BYTES = 32;

/**
 * Seals the next revision: build, sign, verify, enter in the ledger, put into the vault, note in the case, in this
 * order; the sealed bytes are kept before the ledger hears of them, so that a crash anywhere in between goes on with
 * the very same bundle.
 */
export const sealEvidence = (input: SealStepInput, ports: Ports): Promise<SealOutput> =>
  withSpools((spools) => sealNext(input, ports, spools));

const sealNext = async ({ caseId, kind, state }: SealStepInput, ports: Ports, spools: Spools): Promise<SealOutput> => {
  const head = await noteFailures(caseId, state, ports);
  const revision = head.sealed.length + 1;
  await assertSameSealings(head, null, ports);
  await noteForeign(head, ports, spools);
  const sealed = await sealedOnce(head, revision, kind, ports, spools);
  const digest = bundleDigest(sealed);
  await assertSameSealings(head, digest, ports);
  const statement = digestOfBody(sealed.get(FILES.statement)!);
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
const headOf = (sealed: Bodies): { readonly size: number } | null => {
  const { predicate } = JSON.parse(Buffer.from(wholeOf(sealed.get(FILES.statement)!)).toString("utf8")) as {
    predicate: BundlePredicate;
  };
  return predicate.ledgerHead === null ? null : { size: Number(predicate.ledgerHead.size) };
};

/**
 * What the case says was sealed must be what the ledger holds; one sealing more is a run that ended before the case heard of
 * it, and then it is this very revision's. A head that anybody could have written decides nothing.
 */
const assertSameSealings = async (
  { caseId, sealed }: CaseHead,
  digest: string | null,
  { ledger }: Ports,
): Promise<void> => {
  const entries = (await ledger.caseEntries(caseId)).map(parseEntry).filter(({ type }) => type === "bundle-sealed");
  const known = [...sealed.map((one) => one.digest), ...(digest === null ? [] : [digest])];
  const agree = entries.every((entry, at) => entry.digest === (known[at] ?? entry.digest));
  if (agree && entries.length >= sealed.length && entries.length <= sealed.length + 1) return;
  throw new CordonError(
    "SEAL_FAILED",
    `${caseId} names ${counted(sealed.length, "sealed revision")}, and the ledger holds other sealings (${entries.length}): explain that before anything more is sealed`,
  );
};

const sealedOnce = (
  head: CaseHead,
  revision: number,
  kind: SealStepInput["kind"],
  ports: Ports,
  spools: Spools,
): Promise<Bodies> => {
  const about = aboutOf(head, revision, ports);
  return draftOf({ ...about, make: () => seal(head, about, kind, ports, spools) }, ports, spools);
};

type About = Pick<BundlePredicate, "caseId" | "revision" | "supersedes" | "deployment">;

const aboutOf = ({ caseId, sealed, accountId, region }: CaseHead, revision: number, { ledger }: Ports): About => {
  const previous = sealed.at(-1);
  return {
    caseId,
    revision,
    supersedes: previous === undefined ? null : { revision: previous.revision, digest: previous.digest },
    deployment: { accountId, region, ledgerOrigin: ledger.origin },
  };
};

const seal = async (
  head: CaseHead,
  about: About,
  kind: SealStepInput["kind"],
  ports: Ports,
  spools: Spools,
): Promise<Bodies> => {
  await publishKeys(head.caseId, ports);
  await compareLogs(head, ports);
  const sealedAt = ports.clock.now();
  const ledger = await ports.ledger.head();
  return sealBundle({
    ...about,
    sealedAt,
    ...(await caseFiles(head, { revision: about.revision, kind, sealedAt }, ports, spools)),
    schemas: bundleSchemas(),
    tagFiles: new Map(),
    ledger: new Map(),
    producer: producer(),
    ledgerHead: { size: String(ledger.size), rootSha256: ledger.root },
    exercise: head.exercise,
    signer: ports.signer,
    salt: () => ports.ids.random(SALT_BYTES),
    stamp: stamp(head.caseId, ports),
  });
};
