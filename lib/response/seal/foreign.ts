import { type Bodies, type Body, digestOfBody, wholeOf } from "../../base/content.ts";
import { EvidenceError } from "../../base/evidenceError.ts";
import { canonicalJson } from "../../base/jcs.ts";
import type { Spools } from "../../base/spool.ts";
import type { CaseHead } from "../../case/case.ts";
import { isDeclared, isWrittenOnce } from "../../case/documents.ts";
import { parseManifest } from "../../evidence/bag.ts";
import { FILES, isPayload, isTagFile } from "../../evidence/layout.ts";
import type { Ports } from "../../ports/ports.ts";

/** Drafts of bundles, judged one by one (`draftOf`). */
const DRAFTS = "sealing/";
const ACTOR = "sealEvidence";
const MOST_NAMED = 20;

/**
 * The case store may be written by others. Before a revision is sealed, what the one before sealed of it must still be there: the
 * audit trail goes on where it ended, and what is written once is the same. What is not is sealed as it is found; a document that
 * Cordon does not write is left out. Both are named in the trail and in what the case does not know, so that nobody takes them
 * for our word.
 */
export const noteForeign = async (head: CaseHead, ports: Ports, spools: Spools): Promise<void> => {
  const { caseId } = head;
  const strangers = (await ports.cases.names(caseId, "")).filter(
    (name) => !isDeclared(name) && !name.startsWith(DRAFTS),
  );
  const found = [
    ...(await changedSince(head, ports, spools)),
    ...strangers.map((name) => `${name} is no document of a case and is left out`),
  ];
  if (found.length === 0) return;
  const more = found.length - MOST_NAMED;
  const what = more > 0 ? [...found.slice(0, MOST_NAMED), `and ${more} more`] : found;
  const known = (await ports.cases.events(caseId)).some(
    (event) => event.type === "records.foreign" && canonicalJson(event.data.what) === canonicalJson(what),
  );
  if (known) return;
  await ports.cases.append(caseId, { type: "records.foreign", actor: ACTOR, data: { what } });
  const reason = `somebody else wrote to the records of the case (${what.join(", ")}); believe the revisions sealed before`;
  await ports.cases.update(caseId, (now) => ({ ...now, notKnown: [...now.notKnown, { step: ACTOR, reason }] }));
};

const changedSince = async (
  { caseId, sealed }: CaseHead,
  { cases, vault }: Ports,
  spools: Spools,
): Promise<readonly string[]> => {
  const previous = sealed.at(-1);
  if (previous === undefined) return [];
  const { revision, digest } = previous;
  const files = await vault.files(`${caseId}/r${revision}`, spools);
  const listed = files === null ? null : listedIn(files, digest);
  if (files === null || listed === null) return [`the vault has no r${revision} of this digest to compare with`];
  const once = [...listed].flatMap(([path, sha256]) => {
    const name = path.slice("data/".length);
    return isWrittenOnce(name) ? [{ name, sha256 }] : [];
  });
  const changed = await Promise.all(
    once.map(async ({ name, sha256 }) => {
      const here = await cases.readLarge(caseId, name, spools);
      if (here !== null && digestOfBody(here) === sha256) return null;
      return here === null ? `${name} of r${revision} is gone` : `${name} is not the one that r${revision} sealed`;
    }),
  );
  const trail = (await cases.events(caseId)).map((event) => `${canonicalJson(event)}\n`).join("");
  return [
    ...(trail.startsWith(sealedTrail(files, listed))
      ? []
      : [`the audit trail is not the one that r${revision} sealed`]),
    ...changed.filter((one) => one !== null),
  ];
};

/** SHA-256 of the files under `data/`, once the digest that the ledger holds vouches for the list. Null: it does not. */
const listedIn = (files: Bodies, digest: string): ReadonlyMap<string, string> | null => {
  const [tags, manifest] = [files.get(FILES.tagManifest), files.get(FILES.manifest)];
  if (tags === undefined || manifest === undefined || digestOfBody(tags) !== digest) return null;
  try {
    if (parseManifest(wholeOf(tags), isTagFile).get(FILES.manifest) !== digestOfBody(manifest)) return null;
    return parseManifest(wholeOf(manifest), isPayload);
  } catch (error) {
    if (error instanceof EvidenceError) return null;
    throw error;
  }
};

/** What no trail begins with, where the sealed one is not as it was sealed. */
const sealedTrail = (files: Bodies, listed: ReadonlyMap<string, string>): string => {
  const path = "data/timeline.jsonl";
  const body: Body | undefined = files.get(path);
  return body !== undefined && digestOfBody(body) === listed.get(path)
    ? Buffer.from(wholeOf(body)).toString("utf8")
    : "\0";
};
