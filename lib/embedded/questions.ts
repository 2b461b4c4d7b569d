import type { ParkedQuestion } from "../ports/ports.ts";
import type { Journal } from "./journal.ts";

type Key = Pick<ParkedQuestion, "caseId" | "planId">;

/** Which questions still wait for an answer, read from the journal at most so often: hundreds may be looked after at once. */
export interface Questions {
  isOpen(question: Key): boolean;
  /** The next answer is read anew: for whoever acts on it once and does not look again. */
  forget(): void;
}

const FRESH_MS = 100;

export const createQuestions = (journal: Pick<Journal, "openQuestions">, monotonicMs: () => number): Questions => {
  let open: ReadonlySet<string> = new Set();
  let readMs = Number.NEGATIVE_INFINITY;
  return {
    isOpen: (question) => {
      if (monotonicMs() - readMs >= FRESH_MS) {
        open = new Set(journal.openQuestions().map(nameOf));
        readMs = monotonicMs();
      }
      return open.has(nameOf(question));
    },
    forget: () => {
      readMs = Number.NEGATIVE_INFINITY;
    },
  };
};

const nameOf = ({ caseId, planId }: Key): string => `${caseId}/${planId}`;
