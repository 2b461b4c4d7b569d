import { counted, minute } from "../../base/figures.ts";
import type { Breach, Plan, Watch } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";
import { tell } from "../tell.ts";
import { findRecord } from "./progress.ts";

/** What the record says at the end of a watch. `not-known`: the logs have not reached the time after the cut. */
export interface Conclusion {
  readonly activity: "not-watched" | "not-known" | "quiet" | "breached";
  readonly settledUntil: string | null;
  readonly breaches: number;
  readonly why: string;
}

/**
 * Calls a person. What people approved is all that is ever done: an action of the plan that would reach further and was
 * not carried out is named, so that they can approve it, and is not taken.
 */
export const escalate = async (plan: Plan, news: readonly Breach[], ports: Ports): Promise<void> => {
  const serious = news.filter(({ is }) => is !== "rewritten");
  const isLasting = news.some(({ is }) => is === "through" || is === "around");
  const further = await notCarriedOut(plan, ports);
  const { seq } = await ports.cases.append(plan.caseId, {
    type: serious.length > 0 ? "containment.breached" : "containment.touched",
    actor: "watchContainment",
    data: { planId: plan.planId, isLasting, breaches: news.map((breach) => ({ ...breach })), further },
  });
  if (serious.length === 0) return;
  await ports.cases.update(plan.caseId, (head) => ({ ...head, status: "attention", updatedAt: ports.clock.now() }));
  await tell(ports, plan.caseId, "attention", 10, noticeOf(plan, serious, further), seq);
};

/** Numbers and our own ids only: names in the logs are the actor's to choose. */
const noticeOf = ({ planId }: Plan, serious: readonly Breach[], further: readonly Further[]): string => {
  const successes = serious.filter(({ is }) => is === "through" || is === "around");
  const calls = successes.reduce((sum, one) => sum + one.calls, 0);
  const removed = serious.length - successes.length;
  return [
    `After the cut of plan ${planId} was verified, the logs show ${counted(calls, "successful call")} of the contained actor and ${counted(removed, "removal")} of our changes.`,
    "Nothing beyond what was approved is done; a person must act.",
    ...(further.length === 0
      ? []
      : [`Not carried out so far: ${further.map(({ id, kind }) => `${id} (${kind})`).join(", ")}.`]),
    "Details are in the case.",
  ].join(" ");
};

interface Further {
  readonly id: string;
  readonly kind: string;
}

const notCarriedOut = async (plan: Plan, ports: Ports): Promise<readonly Further[]> => {
  const judged = await Promise.all(
    plan.actions.map(async ({ id, kind }) => ({ id, kind, record: await findRecord(plan, id, ports) })),
  );
  return judged.filter(({ record }) => record?.status !== "applied").map(({ id, kind }) => ({ id, kind }));
};

export const conclusionOf = (watch: Watch | null): Conclusion => {
  if (watch === null)
    return {
      activity: "not-watched",
      settledUntil: null,
      breaches: 0,
      why: "the settings name no time to watch the logs (watchMinutes)",
    };
  const { settledUntil, notKnown, breaches } = watch;
  const serious = breaches.filter(({ is }) => is !== "rewritten").length;
  const rest = { settledUntil, breaches: serious };
  if (serious > 0)
    return {
      activity: "breached",
      ...rest,
      why: `${counted(serious, "breach", "breaches")}, in watch/${watch.planId}.json`,
    };
  if (settledUntil === null)
    return {
      activity: "not-known",
      ...rest,
      why: notKnown.at(-1) ?? "the logs have not reached the time after the cut",
    };
  return {
    activity: "quiet",
    ...rest,
    why: `no call of the contained actor succeeded up to ${minute(settledUntil)}; later is not known`,
  };
};
