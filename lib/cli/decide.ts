import { existsSync } from "node:fs";
import { HUMAN_ID } from "../core/decision.ts";
import { CordonError } from "../core/errors.ts";
import type { Plan } from "../core/plan.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { approverKeyPath, localHuman } from "../embedded/settingsFile.ts";
import { createSigner } from "../embedded/signer.ts";
import { caseView } from "../response/caseView.ts";
import { type Receipt, submitDecision } from "../response/decisions.ts";
import { readPlan } from "../response/planRecords.ts";
import { findRecord } from "../response/progress.ts";
import { signDecision } from "../response/sign.ts";
import { answerFor, type Chosen, type Question } from "./answer.ts";
import { type Command, EXIT, type OptionSpecs, type Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { progressOf } from "./progress.ts";
import { caseIdFrom, driveUntilParked, withDeployment } from "./session.ts";
import { viewText } from "./show.ts";

export const DECISION_OPTIONS: OptionSpecs = {
  approve: {
    type: "string",
    value: "all|a1,a2",
    help: "approve all recommended actions, or exactly these; the others are denied",
  },
  deny: { type: "boolean", help: "deny every action" },
  withdraw: { type: "boolean", help: "take your decision back, until execution begins" },
  "break-glass": {
    type: "boolean",
    help: "contain alone what needs more people, if the policy names you for it; reviewed within a day",
  },
  reason: { type: "string", value: "TEXT", help: "why, at least 10 characters; part of the signed record" },
  plan: { type: "string", value: "PLAN", help: "which plan (default: the one that waits)" },
  fingerprint: {
    type: "string",
    value: "F",
    help: "refuse unless the plan has this fingerprint; required for what cannot be undone",
  },
  as: { type: "string", value: "HUMAN", help: "your id in the approval policy (default: your user name)" },
  key: { type: "string", value: "FILE", help: "your own key file, PEM (default: the one in the data directory)" },
};

export const decide: Command = {
  name: "decide",
  usage: "CASE (--approve all|a1,a2 | --deny | --withdraw) --reason TEXT",
  summary: "Approves or denies a plan, signed with your key, and carries the case on. Asks when at a terminal.",
  options: DECISION_OPTIONS,
  examples: [
    "cordon decide case-20260223-0123456789",
    'cordon decide case-20260223-0123456789 --approve all --reason "key used from Tor, confirmed with its owner"',
    'cordon decide case-20260223-0123456789 --deny --reason "planned migration, ticket OPS-4711"',
    'cordon decide case-20260223-0123456789 --approve a1,a2 --break-glass --reason "nobody else answers, data is leaving now"',
  ],
  run: (typed, io) =>
    withDeployment(typed, io, progressOf(io), async (deployment) => {
      const caseId = caseIdFrom(typed);
      const ports = deployment.portsOf(caseId);
      const question = await questionOf(caseId, typed, deployment);
      const answer = await answerFor(question, typed, io);
      const receipt = answer === null ? null : await sign(question.plan, answer, typed, deployment);
      if (receipt !== null) reportReceipt(receipt, io);
      if (receipt?.recorded === true) await driveUntilParked(deployment, io);
      io.print(viewText(await caseView(caseId, ports)));
      io.result(receipt?.recorded === false ? { refused: receipt } : await caseView(caseId, ports));
      return receipt?.recorded === true ? EXIT.ok : EXIT.failed;
    }),
};

/** At a terminal after `respond`: shows the plan, asks, signs, carries on. Nothing happens without a clear yes or no. */
export const decideAtTerminal = async (caseId: string, deployment: Deployment, io: Io): Promise<void> => {
  const typed: Typed = { values: {}, positionals: [caseId] };
  const view = await caseView(caseId, deployment.portsOf(caseId));
  if (view.status !== "awaiting-decision") return;
  const question = await questionOf(caseId, typed, deployment);
  const answer = await answerFor(question, typed, io);
  if (answer === null) return;
  reportReceipt(await sign(question.plan, answer, typed, deployment), io);
  await driveUntilParked(deployment, io);
};

/** The plan that waits, or the one named; and what of it is not settled by being carried out. */
const questionOf = async (caseId: string, typed: Typed, deployment: Deployment): Promise<Question> => {
  const ports = deployment.portsOf(caseId);
  const view = await caseView(caseId, ports);
  const waiting = view.plans.find(({ status }) => status === "proposed") ?? view.plans.at(-1);
  const planId = typeof typed.values.plan === "string" ? typed.values.plan : waiting?.planId;
  if (planId === undefined)
    throw new CordonError("USAGE", `${caseId} has no plan to decide about; its status is ${view.status}`);
  const plan = await readPlan(caseId, planId, ports);
  const records = await Promise.all(plan.actions.map(({ id }) => findRecord(plan, id, ports)));
  const ids = plan.actions.map(({ id }) => id);
  const open = ids.filter((_, index) => records[index] === null);
  return { plan, open: open.length === 0 ? ids : open };
};

const sign = async (plan: Plan, chosen: Chosen, typed: Typed, deployment: Deployment): Promise<Receipt> => {
  const humanId = typeof typed.values.as === "string" ? typed.values.as : localHuman();
  const signer = createSigner(keyFileOf(humanId, typed, deployment));
  const answer = { ...chosen, humanId, channel: "cli", assurance: "key-file", decidedAt: systemClock.now() } as const;
  return submitDecision(await signDecision(plan, answer, signer), deployment.portsOf(plan.caseId));
};

/** A key that is made up on the spot belongs to nobody: a mistyped name or path is an error. */
const keyFileOf = (humanId: string, typed: Typed, deployment: Deployment): string => {
  if (!HUMAN_ID.test(humanId))
    throw new CordonError("USAGE", `expected --as with an id of the policy, got ${JSON.stringify(humanId)}`);
  const path = typeof typed.values.key === "string" ? typed.values.key : approverKeyPath(deployment.home, humanId);
  if (existsSync(path)) return path;
  throw new CordonError("USAGE", `${humanId} has no key at ${path}; expected --key FILE with the key of the policy`);
};

const reportReceipt = (receipt: Receipt, io: Io): void => {
  if (!receipt.recorded) {
    io.warn(`Refused (${receipt.code}): ${receipt.why}`);
    return;
  }
  io.note(receipt.repeated ? "This decision was recorded before." : "Decision recorded.");
  if (receipt.note !== undefined) io.warn(receipt.note);
  for (const { id, state, why } of receipt.verdict.actions) io.note(`  ${id}  ${state}  ${why}`);
};
