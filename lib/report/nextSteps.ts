import { counted, minute } from "../base/figures.ts";
import { doorsOf } from "../core/plan/doors.ts";
import type { ActionOutcome } from "../core/plan/outcome.ts";
import { fingerprintOf, planDigestOf } from "../core/plan/renderPlan.ts";
import { nameOf } from "../core/principal/credential.ts";
import type { CaseDossier } from "./dossier.ts";
import { ownRows } from "./sections/detections.ts";
import { sensitivityOf } from "./sensitivity.ts";

/** What people have to decide or do now, most urgent first; empty when the dossier holds no open question. */
export const nextStepsOf = (dossier: CaseDossier, outcomes: readonly ActionOutcome[]): readonly string[] => [
  ...broken(outcomes),
  ...openPlans(dossier),
  ...openDoors(dossier),
  ...reviews(dossier),
  ...containmentChoice(dossier),
  ...forPeople(outcomes),
  ...changesLeft(dossier),
  ...credentials(dossier),
  ...leads(dossier),
  ...clocks(dossier),
  ...aboutData(dossier),
  ...(["contained", "watched"].includes(dossier.view.state.is)
    ? ["Decide when the containment may be released; until then everything it denies stays denied."]
    : []),
];

const broken = (outcomes: readonly ActionOutcome[]): readonly string[] =>
  outcomes
    .filter(({ state }) => ["failed", "drifted", "gone", "skipped", "unverified"].includes(state))
    .map(({ action, note }) => `Finish by hand or plan again: ${action.title} (${action.target.label}): ${note}.`);

/** What waits within a plan may wait although the rest of it was carried out. */
const openPlans = ({ plans }: CaseDossier): readonly string[] =>
  plans.flatMap(({ plan, verdict, records }) => {
    const waiting = verdict.actions.filter(
      ({ id, state }) => state === "waiting" && !records.some((record) => record.id === id),
    );
    if (verdict.state === "closed" || waiting.length === 0) return [];
    const which = waiting.length === plan.actions.length ? "" : `${waiting.map(({ id }) => id).join(", ")} of `;
    return [
      `Approve or deny ${which}plan ${plan.planId} (fingerprint ${fingerprintOf(planDigestOf(plan))}) before ${minute(plan.expiresAt)}; if nobody decides by then, nothing changes.`,
    ];
  });

const reviews = ({ view }: CaseDossier): readonly string[] =>
  view.reviews.map(
    ({ humanId, planId, actions, dueAt, overdue }) =>
      `Review that ${humanId} alone approved ${actions.join(", ")} of plan ${planId} by breaking the glass: due ${minute(dueAt)}${overdue ? ", overdue" : ""}.`,
  );

/** What the actor left open, and how it is closed. */
const openDoors = ({ view: { state }, head }: CaseDossier): readonly string[] => {
  const unasked = state.doors.filter(({ planId }) => planId === null);
  if (unasked.length === 0) return [];
  const kinds = [...new Set(unasked.map(({ says }) => says))].join(", ");
  return [
    `Close ${counted(unasked.length, "door")} that the actor left open (${kinds}): cordon propose ${head.caseId} asks for it.`,
  ];
};

const UNTOUCHED: readonly string[] = ["not-contained", "refused", "expired", "new", "scanning"];

const containmentChoice = ({ view: { state }, roleChain }: CaseDossier): readonly string[] => {
  const cut = roleChain?.cut == null ? "" : ` The chain of credentials is cut at ${nameOf(roleChain.cut.credential)}.`;
  if (state.is === "dry-run")
    return ["Decide whether to make the changes: this run changed nothing, so the actor's access is as it was."];
  if (state.is === "released") return ["Confirm that the access given back by the release is meant to work again."];
  return UNTOUCHED.includes(state.is) || (state.is === "error" && state.made === 0)
    ? [`Decide how to cut the actor off: nothing was changed, so the access is as it was.${cut}`]
    : [];
};

const forPeople = (outcomes: readonly ActionOutcome[]): readonly string[] => [
  ...outcomes
    .filter(({ state }) => state === "instructed")
    .map(({ action }) => `Do by hand and record it: ${action.title} (${action.target.label}).`),
  ...offered(outcomes.filter(({ state, action }) => state === "refused" && !action.recommended)),
];

const offered = (refused: readonly ActionOutcome[]): readonly string[] => {
  if (refused.length === 0) return [];
  if (refused.length === 1)
    return ["Decide whether the one further action that was offered and not switched on is wanted."];
  return [
    `Decide which of the ${counted(refused.length, "further action")} that were offered and not switched on are wanted.`,
  ];
};

const MOST_NAMES = 6;

/** Doors are asked for by themselves; whether anything else that the actor changed matters is for a person to say. */
const changesLeft = ({ discovered, head, plans }: CaseDossier): readonly string[] => {
  const changes = discovered?.changes ?? [];
  const doors = new Set(doorsOf(changes, head.accountId).map(({ eventId }) => eventId));
  const others = changes.filter(({ eventId }) => !doors.has(eventId));
  const names = [...new Set(others.map(({ eventName }) => eventName))];
  const leftOut = new Set(plans.flatMap(({ plan }) => plan.leftOut.map(({ kind, target }) => `${kind}\n${target}`)))
    .size;
  return [
    ...(others.length === 0
      ? []
      : [
          `Check ${counted(others.length, "further setting")} that the actor changed (${names.slice(0, MOST_NAMES).join(", ")}${names.length > MOST_NAMES ? ", …" : ""}): what no verified action takes back is still in force.`,
        ]),
    ...(leftOut === 0
      ? []
      : [
          `Read why ${counted(leftOut, "action")} ${leftOut === 1 ? "was" : "were"} left out of the plans, under Containment actions.`,
        ]),
  ];
};

/** Which of them bind is not ours to say; the dates stand in a table of their own. */
const clocks = ({ clocks: rows }: CaseDossier): readonly string[] => {
  const dated = rows.flatMap(({ dueAt }) => dueAt ?? []).toSorted();
  return dated.length === 0
    ? []
    : [
        `Counsel decides which notification duties apply: ${counted(dated.length, "candidate date")} computed (not legal advice), the earliest ${minute(dated[0]!)}.`,
      ];
};

/** Names are hints, but a secret that may be out is treated as out. */
const credentials = ({ hints }: CaseDossier): readonly string[] => {
  const stolen = hints?.rotation.length ?? 0;
  const secrets = hints?.secrets?.length ?? 0;
  return [
    ...(secrets === 0
      ? []
      : [`Replace ${counted(secrets, "secret")} that the actor read, listed under Credentials to replace.`]),
    ...(stolen === 0
      ? []
      : [
          `Replace the credentials in ${counted(stolen, "stolen object")} named like one, listed under How sensitive it is.`,
        ]),
  ];
};

/** Somebody else on the actor's address, and what rules found of others: a person says whether that is ordinary. */
const leads = ({ pivots, detections }: CaseDossier): readonly string[] => {
  const neighbours = [
    ...new Set((pivots?.pivots ?? []).filter(({ kind }) => kind === "address").flatMap(({ adds }) => adds.principals)),
  ];
  const grave = detections.filter((one) => ownRows(one) === 0 && one.rows.length > 0 && GRAVE.includes(one.severity));
  return [
    ...(neighbours.length === 0
      ? []
      : [
          `Ask whether ${counted(neighbours.length, "other identity", "other identities")} on the actor's own address ${neighbours.length === 1 ? "is" : "are"} in it: ${neighbours.slice(0, MOST_NAMES).join(", ")}${neighbours.length > MOST_NAMES ? ", …" : ""}.`,
        ]),
    ...(grave.length === 0
      ? []
      : [
          `Look at ${counted(grave.length, "grave detection")} on other identities: ${grave
            .slice(0, MOST_NAMES)
            .map(({ id }) => id)
            .join(", ")}${grave.length > MOST_NAMES ? ", …" : ""}.`,
        ]),
  ];
};

const GRAVE: readonly string[] = ["critical", "high"];

const aboutData = (dossier: CaseDossier): readonly string[] => {
  const blind = dossier.view.coverage.buckets.filter(({ dataEvents }) => dataEvents !== "covered");
  return [
    ...(sensitivityOf(dossier).state === "not-known"
      ? ["Find out what the objects hold: they have not been classified."]
      : []),
    ...(blind.length === 0
      ? []
      : [
          `Look for other sources (S3 server access logs, VPC flow logs) for ${counted(blind.length, "bucket")} whose reads CloudTrail did not record in full.`,
        ]),
  ];
};
