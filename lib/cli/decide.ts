import type { Choice, Decision } from "../core/decision.ts";
import { CordonError } from "../core/errors.ts";
import type { Plan } from "../core/plan.ts";
import { fingerprintOf, planDigestOf, renderPlan } from "../core/renderPlan.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { approverKeyPath, localHuman } from "../embedded/settingsFile.ts";
import { createSigner } from "../embedded/signer.ts";
import { caseView } from "../response/caseView.ts";
import { type Receipt, submitDecision } from "../response/decisions.ts";
import { readDocument } from "../response/documents.ts";
import { choicesFor, signDecision } from "../response/sign.ts";
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
  reason: { type: "string", value: "TEXT", help: "why, at least 10 characters; part of the signed record" },
  plan: { type: "string", value: "PLAN", help: "which plan (default: the one that waits)" },
  fingerprint: { type: "string", value: "F", help: "refuse unless the plan has this fingerprint" },
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
  ],
  run: (typed, io) =>
    withDeployment(typed, io, progressOf(io), async (deployment) => {
      const caseId = caseIdFrom(typed);
      const ports = deployment.portsOf(caseId);
      const plan = await planToDecide(caseId, typed, deployment);
      const answer = await answerFor(plan, typed, io);
      const receipt = answer === null ? null : await sign(plan, answer, typed, deployment);
      if (receipt !== null) reportReceipt(receipt, io);
      if (receipt?.recorded === true) await driveUntilParked(deployment, io);
      io.print(viewText(await caseView(caseId, ports)));
      io.result(receipt?.recorded === false ? { refused: receipt } : await caseView(caseId, ports));
      return receipt?.recorded === true ? EXIT.ok : EXIT.failed;
    }),
};

/** What a person answers, before it is signed. */
interface Chosen {
  readonly kind: Decision["kind"];
  readonly choices: Readonly<Record<string, Choice>>;
  readonly reason: string;
}

/** At a terminal after `respond`: shows the plan, asks, signs, carries on. Nothing happens without a clear yes or no. */
export const decideAtTerminal = async (caseId: string, deployment: Deployment, io: Io): Promise<void> => {
  const typed: Typed = { values: {}, positionals: [caseId] };
  const view = await caseView(caseId, deployment.portsOf(caseId));
  if (view.status !== "awaiting-decision") return;
  const plan = await planToDecide(caseId, typed, deployment);
  const answer = await answerFor(plan, typed, io);
  if (answer === null) return;
  reportReceipt(await sign(plan, answer, typed, deployment), io);
  await driveUntilParked(deployment, io);
};

const planToDecide = async (caseId: string, typed: Typed, deployment: Deployment): Promise<Plan> => {
  const view = await caseView(caseId, deployment.portsOf(caseId));
  const waiting = view.plans.find(({ status }) => status === "proposed") ?? view.plans.at(-1);
  const planId = typeof typed.values.plan === "string" ? typed.values.plan : waiting?.planId;
  if (planId === undefined)
    throw new CordonError("USAGE", `${caseId} has no plan to decide about; its status is ${view.status}`);
  return readDocument<Plan>(deployment.ports.cases, caseId, `plans/${planId}.json`);
};

const answerFor = async (plan: Plan, typed: Typed, io: Io): Promise<Chosen | null> => {
  const { approve, deny, withdraw, reason, fingerprint } = typed.values;
  const given = [approve !== undefined, deny === true, withdraw === true].filter(Boolean).length;
  if (given === 0 && io.interactive) return askPerson(plan, io);
  if (given !== 1) throw new CordonError("USAGE", "expected one of --approve, --deny, --withdraw");
  if (typeof reason !== "string") throw new CordonError("USAGE", "expected --reason TEXT, at least 10 characters");
  assertFingerprint(plan, fingerprint);
  if (withdraw === true) return { kind: "withdraw", choices: {}, reason };
  return {
    kind: "decide",
    choices: choicesFor(plan, deny === true ? [] : wantedActions(plan, String(approve))),
    reason,
  };
};

const wantedActions = (plan: Plan, text: string): "all" | readonly string[] => {
  if (text === "all") return "all";
  const wanted = text.split(",").map((id) => id.trim());
  const unknown = wanted.filter((id) => !plan.actions.some((action) => action.id === id));
  if (unknown.length > 0)
    throw new CordonError(
      "USAGE",
      `${plan.planId} has no action ${unknown.join(", ")}; it has ${plan.actions.map(({ id }) => id).join(", ")}`,
    );
  return wanted;
};

const assertFingerprint = (plan: Plan, typed: unknown): void => {
  const expected = fingerprintOf(planDigestOf(plan));
  if (typed === undefined || typed === expected || typed === planDigestOf(plan)) return;
  throw new CordonError(
    "USAGE",
    `the plan has the fingerprint ${expected}, not ${String(typed)}: it is not the plan you were shown`,
  );
};

const askPerson = async (plan: Plan, io: Io): Promise<Chosen | null> => {
  io.print(renderPlan(plan));
  io.print(inShort(plan));
  const text = await io.ask("Approve which actions? (all, a1,a2,…, none to deny, empty to leave it open): ");
  if (text === "") return null;
  const last = fingerprintOf(planDigestOf(plan)).split("-").at(-1)!;
  const typed = await io.ask(
    `Type the last group of the fingerprint (${last.length} characters, shown above) to confirm: `,
  );
  if (typed !== last) {
    io.warn("That is not the plan's fingerprint; nothing was decided.");
    return null;
  }
  const reason = await io.ask("Reason (at least 10 characters, part of the signed record): ");
  return { kind: "decide", choices: choicesFor(plan, text === "none" ? [] : wantedActions(plan, text)), reason };
};

/** The plan may have scrolled away: what is asked about stands once more right above the question. */
const inShort = (plan: Plan): string =>
  [
    `${plan.planId}, fingerprint ${fingerprintOf(planDigestOf(plan))}${plan.mode === "dry-run" ? ", DRY RUN" : ""}:`,
    ...plan.actions.map(
      ({ id, title, target, recommended }) =>
        `  ${id}  ${title}: ${target.label}${recommended ? "" : "   (offered; off unless you name it)"}`,
    ),
  ].join("\n");

const sign = async (plan: Plan, chosen: Chosen, typed: Typed, deployment: Deployment): Promise<Receipt> => {
  const humanId = typeof typed.values.as === "string" ? typed.values.as : localHuman();
  const signer = createSigner(
    typeof typed.values.key === "string" ? typed.values.key : approverKeyPath(deployment.home, humanId),
  );
  const answer = { ...chosen, humanId, channel: "cli", assurance: "key-file", decidedAt: systemClock.now() } as const;
  return submitDecision(await signDecision(plan, answer, signer), deployment.portsOf(plan.caseId));
};

const reportReceipt = (receipt: Receipt, io: Io): void => {
  if (!receipt.recorded) {
    io.warn(`Refused (${receipt.code}): ${receipt.why}`);
    return;
  }
  io.note(receipt.repeated ? "This decision was recorded before." : "Decision recorded.");
  for (const { id, state, why } of receipt.verdict.actions) io.note(`  ${id}  ${state}  ${why}`);
};
