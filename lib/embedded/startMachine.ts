import type { Machines } from "../ports/ports.ts";
import type { Journal } from "./journal.ts";

/** Before every finding: a person asked and waits. */
const ASKED_FOR = 100;

/** Puts an execution into the journal; whoever holds the lease of the data directory runs it. */
export const createMachines = (journal: Journal): Machines => ({
  start: async ({ machine, name, caseId, input }) => {
    journal.begin({ name, machine, input: JSON.stringify(input), caseId, parent: null, urgency: ASKED_FOR });
    return journal.execution(name)?.status === "running" ? "running" : "ended";
  },
});
