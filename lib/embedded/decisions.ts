import type { Decisions } from "../ports/ports.ts";
import type { Journal } from "./journal.ts";

/** Parked questions and used nonces in the journal, so that they outlive the process. */
export const createDecisions = (journal: Journal): Decisions => ({
  park: async (question) => journal.park(question),
  read: async (caseId, planId) => journal.parked(caseId, planId),
  open: async () => journal.openQuestions(),
  wake: async (caseId, planId, outcome) => journal.wake(caseId, planId, outcome),
  claim: async (nonce, by) => journal.claim(nonce, by),
});
