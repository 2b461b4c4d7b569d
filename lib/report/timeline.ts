import { counted } from "../base/figures.ts";
import type { Decision } from "../core/plan/decision.ts";
import type { CaseDossier } from "./dossier.ts";

/** One line of the incident's timeline, whoever caused it. */
export interface Moment {
  readonly at: string;
  readonly side: "attack" | "detection" | "response";
  readonly phase: string;
  readonly technique: string | null;
  readonly text: string;
  readonly eventIds: readonly string[];
  /** When it ended; absent: it was one moment. */
  readonly until?: string;
}

/** The story from the logs, the finding, and what was done about it, in order of time. */
export const momentsOf = (dossier: CaseDossier): readonly Moment[] =>
  [...attack(dossier), ...detection(dossier), ...response(dossier)].toSorted((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );

/** The story may already tell of the finding; then it is not told twice. */
const attack = ({ story }: CaseDossier): readonly Moment[] =>
  story.map((entry) => ({
    ...entry,
    side: entry.phase === "detection" ? ("detection" as const) : ("attack" as const),
  }));

const detection = ({ finding, head, story }: CaseDossier): readonly Moment[] => [
  ...(story.some(({ phase, at }) => phase === "detection" && at === finding.createdAt)
    ? []
    : [
        moment(
          finding.createdAt,
          "detection",
          "detection",
          `GuardDuty finding generated: ${finding.type}, severity ${finding.severity}`,
        ),
      ]),
  moment(head.openedAt, "response", "case", `Case ${head.caseId} opened`),
];

const response = ({ plans, view, head }: CaseDossier): readonly Moment[] => [
  ...plans.flatMap(({ plan, decisions, records, looks }) => [
    moment(
      plan.createdAt,
      "response",
      "plan",
      `Plan ${plan.planId} proposed: ${counted(plan.actions.length, "action")}${plan.mode === "dry-run" ? ", dry run" : ""}`,
    ),
    ...decisions.map(({ decision, receivedAt }) =>
      moment(
        receivedAt,
        "response",
        "decision",
        `${decision.approver.humanId} ${decided(decision)} plan ${plan.planId}`,
      ),
    ),
    ...records
      .filter(({ status }) => status === "applied")
      .map(({ at, id }) =>
        moment(
          at,
          "response",
          plan.purpose === "release" ? "release" : "containment",
          `${titleOf(plan.actions, id)} applied`,
        ),
      ),
    ...telling(looks).map(({ at, holds }, index) =>
      moment(
        at,
        "response",
        "verification",
        `${holds.filter(({ ok }) => ok).length} of ${holds.length} changes of plan ${plan.planId} ${index === 0 ? "" : "still "}in place`,
      ),
    ),
  ]),
  ...(view.closedAt === null
    ? []
    : [moment(view.closedAt, "response", "case", `Response ended with status ${head.status}`)]),
];

/** The watch looks every few minutes; the first look, the last, and every one that missed a change tell the story. */
const telling = (looks: CaseDossier["plans"][number]["looks"]): CaseDossier["plans"][number]["looks"] => {
  const real = looks.filter(({ holds }) => holds.length > 0);
  return real.filter(({ holds }, index) => index === 0 || index === real.length - 1 || holds.some(({ ok }) => !ok));
};

/** `approves 5 actions and denies 1 action of`. */
export const decided = ({ kind, choices }: Decision): string => {
  if (kind === "withdraw") return "takes back the decision on";
  if (kind === "stop") return "stops";
  const [approved, denied] = (["approve", "deny"] as const).map(
    (choice) => Object.values(choices).filter((one) => one === choice).length,
  );
  const words = [
    approved ? `approves ${counted(approved, "action")}` : "",
    denied ? `denies ${counted(denied, "action")}` : "",
  ]
    .filter((part) => part !== "")
    .join(" and ");
  return `${kind === "break-glass" ? "alone, breaking the glass, " : ""}${words || "decides nothing"} of`;
};

const titleOf = (actions: CaseDossier["plans"][number]["plan"]["actions"], id: string): string => {
  const action = actions.find((one) => one.id === id);
  return action === undefined ? id : `${action.title} (${action.target.label})`;
};

const moment = (at: string, side: Moment["side"], phase: string, text: string): Moment => ({
  at,
  side,
  phase,
  technique: null,
  text,
  eventIds: [],
});
