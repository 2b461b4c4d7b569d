import type { EntryType } from "../../base/ledger.ts";
import type { StoredDecision } from "../../case/decision.ts";
import { DECISION, readSound } from "../../case/documents.ts";
import type { Plan } from "../../case/plan.ts";
import { planDigestOf } from "../../core/plan/renderPlan.ts";
import { parseEntry } from "../../evidence/ledger/ledger.ts";
import type { Ports } from "../../ports/ports.ts";
import { envelopeDigestOf, isOnRecord, readDecisions } from "./storedDecisions.ts";

/**
 * Why the case and the ledger do not tell the same story about a plan, or null. Whoever can write the files of a case can
 * make an audit trail that holds together without a denial in it; the ledger remembers that there was one.
 */
export const ledgerFault = async (plan: Plan, ports: Ports): Promise<string | null> => {
  const { caseId, planId } = plan;
  const entries = (await ports.ledger.caseEntries(caseId)).map(parseEntry);
  const digests = (type: EntryType): readonly string[] =>
    entries.filter((entry) => entry.type === type).map(({ digest }) => digest);
  if (!digests("plan").includes(planDigestOf(plan))) return "the plan is not on the ledger";
  const there = (await allDecisions(caseId, ports)).map(envelopeDigestOf);
  if (digests("decision").some((digest) => !there.includes(digest)))
    return "a decision on the ledger is missing from the case";
  const events = await ports.cases.events(caseId);
  const counted = (await readDecisions(caseId, planId, ports)).filter((stored) => isOnRecord(planId, stored, events));
  return counted.every((stored) => digests("decision").includes(envelopeDigestOf(stored)))
    ? null
    : "a decision is not on the ledger";
};

const allDecisions = (caseId: string, { cases }: Ports): Promise<readonly StoredDecision[]> =>
  readSound(cases, caseId, DECISION);
