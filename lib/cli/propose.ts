import { CordonError } from "../base/errors.ts";
import { digestOf } from "../base/jcs.ts";
import type { CaseView } from "../case/caseView.ts";
import type { PlanRequest } from "../response/approve/requestPlan.ts";
import { caseView } from "../response/caseView.ts";
import { EXIT, type OptionSpecs, type Typed, type Verb } from "./command.ts";
import { decideIn } from "./decide.ts";
import type { Io } from "./io.ts";
import { caseIdFrom } from "./named.ts";
import type { Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { progressOf } from "./progress.ts";
import { showCase } from "./screen.ts";
import { SIGNING_OPTIONS } from "./signing.ts";

export const ASKING_OPTIONS: OptionSpecs = { as: SIGNING_OPTIONS.as! };

export const propose: Verb = {
  usage: "CASE",
  options: ASKING_OPTIONS,
  examples: ["cordon propose case-20260223-0123456789", "cordon propose case-20260223-0123456789 --profile security"],
  run: (typed, io) =>
    withPlace(typed, io, progressOf(io), (place) => askForPlan({ purpose: "contain", actions: [] }, typed, place, io)),
};

/**
 * Asks, drives the case until the question waits, and puts it to the person at the terminal. In AWS the plan is made
 * meanwhile, and whoever asked is told how to look. Throws USAGE when refused.
 */
export const askForPlan = async (
  wanted: Pick<PlanRequest, "purpose" | "actions">,
  typed: Typed,
  place: Place,
  io: Io,
): Promise<number> => {
  const caseId = await caseIdFrom(typed, place.ports);
  const humanId = await place.human(typed);
  const asked = await place.propose({ ...wanted, caseId, humanId });
  const planId = asked.requested ? asked.planId : await askedBefore(caseId, humanId, wanted, place);
  if (planId === null && !asked.requested) throw new CordonError("USAGE", `${asked.why} (${asked.code})`);
  await place.carryOn();
  if (io.interactive && !place.inAws) await decideIn(caseId, { values: {}, positionals: [caseId] }, place, io);
  const view = await showCase(caseId, place.portsOf(caseId), place.flags, io);
  io.print(`\n${whatNext(planId!, view, place)}`);
  io.result(view);
  return EXIT.ok;
};

/**
 * The plan that waits, when the same person asked for just that: the command was killed after it had been made. Null: the
 * plan that is in the way is another one.
 */
const askedBefore = async (
  caseId: string,
  humanId: string,
  { purpose, actions }: Pick<PlanRequest, "purpose" | "actions">,
  place: Place,
): Promise<string | null> => {
  const { cases } = place.portsOf(caseId);
  const view = await caseView(caseId, place.portsOf(caseId));
  const waiting = view.plans.find(({ planId, status }) => planId.startsWith(`${purpose}-`) && status === "proposed");
  const mine = (await cases.events(caseId)).some(
    ({ type, data }) =>
      type === "plan.requested" &&
      data.planId === waiting?.planId &&
      data.humanId === humanId &&
      digestOf(data.actions) === digestOf(actions),
  );
  return mine ? waiting!.planId : null;
};

const whatNext = (planId: string, { caseId, plans }: CaseView, { flags }: Place): string => {
  const status = plans.find((plan) => plan.planId === planId)?.status;
  if (status === undefined) return `${planId} is being made:  cordon show ${caseId}${flags} --plan ${planId}`;
  return status === "proposed"
    ? `${planId} waits for a decision:  cordon decide ${caseId}${flags} --plan ${planId} --approve all --reason "…"`
    : `${planId} is ${status}.`;
};
