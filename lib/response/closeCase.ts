import { counted } from "../base/figures.ts";
import type { CaseStatus } from "../case/case.ts";
import type { Ports } from "../ports/ports.ts";
import { type ExecutionState, failuresIn } from "./failures.ts";
import { tell } from "./tell.ts";

/** Closes the case. What failed or could not be contained keeps the status that calls for a person. */
export const closeCase = async (
  { caseId, state }: { caseId: string; state: ExecutionState },
  ports: Ports,
): Promise<{ status: string }> => {
  const failures = failuresIn(state);
  const at = ports.clock.now();
  const before = await ports.cases.head(caseId);
  const needsPerson = failures.some(({ step }) => NEEDS_PERSON.includes(step)) || UNFINISHED.includes(before.status);
  const head = await ports.cases.update(caseId, (current) => ({
    ...current,
    status: needsPerson ? "attention" : current.status,
    closedAt: at,
    updatedAt: at,
  }));
  await ports.cases.append(caseId, {
    type: "case.closed",
    actor: "closeCase",
    data: { status: head.status, failures: failures.map(({ step }) => step) },
  });
  const isQuiet = head.status !== "attention" && failures.length === 0;
  await tell(
    ports,
    caseId,
    isQuiet ? "closed" : "attention",
    isQuiet ? 3 : 8,
    `The response has ended${failures.length === 0 ? "" : `; ${counted(failures.length, "step")} failed`}.`,
  );
  return { status: head.status };
};

/** Nobody waits any more for what these wait for: an answer that comes now wakes nothing. */
const UNFINISHED: readonly CaseStatus[] = ["open", "awaiting-decision", "containing"];

/** A failed investigation is a gap in knowledge; failed containment or sealing is somebody's task tonight. */
const NEEDS_PERSON: readonly string[] = [
  "contain",
  "followUp",
  "scopePrincipal",
  "assessImpact",
  "respond",
  "sealEvidence",
  "planContainment",
  "applyContainment",
  "verifyContainment",
  "watchContainment",
];
