import { type Bodies, type Body, digestOfBody } from "../../base/content.ts";
import { CordonError } from "../../base/errors.ts";
import { EvidenceError } from "../../base/evidenceError.ts";
import { canonicalJson } from "../../base/jcs.ts";
import { keptBody, randomly, type Spools, spooled } from "../../base/spool.ts";
import { DEFAULT_LIMITS } from "../../evidence/inventory.ts";
import { readCheckpoint } from "../../evidence/ledger/checkpoint.ts";
import type { BundlePredicate } from "../../evidence/predicate.ts";
import { bundleDigest } from "../../evidence/seal.ts";
import { PREDICATE_TYPES } from "../../evidence/statement.ts";
import { verifyBundle } from "../../evidence/verify.ts";
import { zipChunks } from "../../evidence/zip.ts";
import { openZip } from "../../evidence/zipRead.ts";
import type { Ports } from "../../ports/ports.ts";

/** What a draft must be of, and how it is made where there is none. */
export interface Wanted extends Pick<BundlePredicate, "caseId" | "revision" | "supersedes" | "deployment"> {
  make(): Promise<Bodies>;
}

/** Whoever plants more than this is told of by failing. */
const MAXIMUM_DRAFTS = 20;
const ACTOR = "sealEvidence";

/**
 * The sealed bytes of a revision, kept before the ledger hears of them: after a crash the very same bundle goes on. The
 * case store may be written by others, so a draft counts only when it is proven to be ours (`whyForeign`); one that is not
 * stays where it lies, is named in the case, and the next name is taken.
 */
export const draftOf = async (wanted: Wanted, ports: Ports, spools: Spools): Promise<Bodies> => {
  let made: Body | null = null;
  for (let number = 1; number <= MAXIMUM_DRAFTS; number++) {
    const name = `sealing/r${wanted.revision}${number === 1 ? "" : `-${number}`}.zip`;
    let kept = await ports.cases.readLarge(wanted.caseId, name, spools);
    if (kept === null) {
      made ??= spooled(spools, zipChunks(await announced(wanted, ports)));
      const isOurs = await ports.cases.createLarge(wanted.caseId, name, made);
      kept = isOurs ? made : (await ports.cases.readLarge(wanted.caseId, name, spools))!;
    }
    const files = filesOf(kept, spools);
    const why = files === null ? "it is no bundle" : await whyForeign(files, wanted, ports);
    if (files !== null && why === null) return files;
    await refuse(wanted, { name, sha256: digestOfBody(kept), why: why! }, ports);
  }
  throw new CordonError(
    "SEAL_FAILED",
    `${MAXIMUM_DRAFTS} drafts that nobody here wrote lie in the way of ${wanted.caseId}`,
  );
};

/** The digest is in the audit trail before the draft is anywhere: what no line names was not written here. */
const announced = async (wanted: Wanted, { cases }: Ports): Promise<Bodies> => {
  const files = await wanted.make();
  const data = { revision: wanted.revision, digest: bundleDigest(files) };
  await cases.append(wanted.caseId, { type: "evidence.drafted", actor: ACTOR, data });
  return files;
};

/** What was read once is what is judged, sealed and stored, whatever lies there meanwhile. */
const filesOf = (zip: Body, spools: Spools): Bodies | null => {
  try {
    return openZip(randomly(keptBody(spools, zip)), DEFAULT_LIMITS);
  } catch (error) {
    if (error instanceof EvidenceError) return null;
    throw error;
  }
};

/** Null: it is whole, signed by our own key as this revision of this case, on a head that our ledger had, and announced. */
const whyForeign = async (
  files: Bodies,
  wanted: Wanted,
  { signer, clock, ledger, cases }: Ports,
): Promise<string | null> => {
  const { caseId, revision, supersedes, deployment } = wanted;
  const report = await verifyBundle(files, {
    trust: [await signer.publicKey()],
    withoutLedger: true,
    now: clock.now(),
    expected: { caseId, revision },
  });
  const { statement, digest, errors } = report;
  if (statement === null || errors[0] !== undefined) return `${errors[0]?.code}: ${errors[0]?.detail}`;
  const { predicate, predicateType } = statement;
  if (predicateType !== PREDICATE_TYPES.evidenceBundle) return "it is a redacted copy";
  const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
  if (!same(predicate.supersedes, supersedes)) return "it supersedes another revision than the one before";
  if (!same(predicate.deployment, deployment)) return "it is of another deployment";
  const head = predicate.ledgerHead;
  const note = head === null ? null : await ledger.checkpoint(Number(head.size));
  if (note === null || rootOf(note) !== head?.rootSha256) return "it names a head that this ledger never had";
  const isAnnounced = (await cases.events(caseId)).some(
    ({ type, data }) => type === "evidence.drafted" && data.revision === revision && data.digest === digest,
  );
  return isAnnounced ? null : "no line of the audit trail says that it was written";
};

const rootOf = (note: string): string => Buffer.from(readCheckpoint(Buffer.from(note)).root).toString("hex");

const refuse = async (
  { caseId, revision }: Wanted,
  found: { readonly name: string; readonly sha256: string; readonly why: string },
  { cases }: Ports,
): Promise<void> => {
  const known = (await cases.events(caseId)).some(
    ({ type, data }) => type === "evidence.draft-refused" && data.sha256 === found.sha256,
  );
  if (known) return;
  await cases.append(caseId, { type: "evidence.draft-refused", actor: ACTOR, data: { revision, ...found } });
  const reason = `${found.name} was not written by this deployment and was left out (${found.why}): somebody else writes to the case store`;
  await cases.update(caseId, (head) => ({ ...head, notKnown: [...head.notKnown, { step: ACTOR, reason }] }));
};
