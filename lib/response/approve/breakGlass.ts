import { counted, minute } from "../../base/figures.ts";
import type { Plan } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";
import { tell } from "../tell.ts";
import { hoursFrom } from "../time.ts";

/** One person acted alone: others look at it while they still remember the night. */
const REVIEW_HOURS = 24;

interface BreakGlass {
  readonly humanId: string;
  /** SHA-256 (hex) of the decision's envelope. */
  readonly envelope: string;
  readonly actions: readonly string[];
}

/** Breaking the glass is an alarm of its own: on the ledger, in the audit trail and told to everybody, before it counts. */
export const recordBreakGlass = async (
  plan: Plan,
  { humanId, envelope, actions }: BreakGlass,
  ports: Ports,
): Promise<void> => {
  const { caseId, planId } = plan;
  const at = ports.clock.now();
  const reviewDueAt = hoursFrom(at, REVIEW_HOURS);
  const events = await ports.cases.events(caseId);
  if (events.some(({ type, data }) => type === "break-glass.used" && data.envelope === envelope)) return;
  await ports.ledger.append({ type: "break-glass", caseId, digest: envelope, at });
  await tell(
    ports,
    caseId,
    "attention",
    10,
    `BREAK GLASS: one person alone approved ${counted(actions.length, "change")} of ${planId}. A review is due by ${minute(reviewDueAt)}.`,
  );
  await ports.cases.append(caseId, {
    type: "break-glass.used",
    actor: `human:${humanId}`,
    data: { planId, humanId, actions, envelope, reviewDueAt },
  });
};
