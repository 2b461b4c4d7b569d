/** A case with a question to decide, people with keys of their own, and a clock that the test moves. */

import { sha256Hex } from "../../lib/base/jcs.ts";
import { DISCOVERED, write } from "../../lib/case/documents.ts";
import type { NewCaseEvent } from "../../lib/case/events.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { Discovered } from "../../lib/case/principal.ts";
import type { Decision } from "../../lib/core/plan/decision.ts";
import type { Settings } from "../../lib/core/settings.ts";
import type { Clock, Ports } from "../../lib/ports/ports.ts";
import { askApproval, checkDecision } from "../../lib/response/approve/askApproval.ts";
import { type Receipt, type Submission, submitDecision } from "../../lib/response/approve/decisions.ts";
import { choicesFor, signDecision } from "../../lib/response/approve/sign.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { planContainment, propose } from "../../lib/response/contain/planContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { ACCOUNT } from "../actions/names.ts";
import { TASK } from "../actions/services.ts";
import { makeKey } from "../evidence/ledgerFixture.ts";
import { findingOf, NO_LOGS, NO_VAULT, openFinding, START, TOKEN } from "./finding.ts";
import {
  activateBothKeys,
  copyOf,
  type Disk,
  emptyDisk,
  memoryAccount,
  memoryCases,
  memoryDecisions,
  memoryLedger,
} from "./memory.ts";

export { START };
export const ORIGIN = "example.test/ledger/one";
export const WINDOW_SECONDS = 3600;
export const PLAN = "contain-1";

/** Keys by human, and a second one for ada. Not of P-256's choosing: whose they are is decided by the policy alone. */
export const KEYS = {
  ada: makeKey(),
  "ada-2": makeKey(),
  grace: makeKey(),
  linus: makeKey(),
  mallory: makeKey(),
  newcomer: makeKey(),
  stranger: makeKey(),
} as const;
export type KeyName = keyof typeof KEYS;

const FOUNDED = "2026-01-01T00:00:00.000Z";
const approver = (humanId: string, keys: readonly KeyName[], rest: Partial<Settings["approvers"][number]> = {}) => ({
  humanId,
  keys: keys.map((name) => sha256Hex(KEYS[name].spki)),
  principals: [],
  since: FOUNDED,
  ...rest,
});

/** Two of ada, grace and linus approve what cannot be undone; mallory shares the role of the suspect; newcomer is new. */
export const SETTINGS: Settings = {
  foundedAt: FOUNDED,
  openOn: ["Exfiltration:S3/*"],
  minimumSeverity: 4,
  mode: "enforce",
  lookbackHours: 24,
  lookaheadHours: 1,
  decisionDeadlineSeconds: WINDOW_SECONDS,
  quorum: { reversible: 1, externallyReversible: 1, irreversible: 2 },
  approvers: [
    approver("ada", ["ada", "ada-2"]),
    approver("grace", ["grace"]),
    approver("linus", ["linus"]),
    approver("mallory", ["mallory"], { principals: [`arn:aws:iam::${ACCOUNT}:role/app`] }),
    approver("newcomer", ["newcomer"], { since: "2026-11-21T02:00:00.000Z" }),
  ],
  exemptArns: [`arn:aws:iam::${ACCOUNT}:role/cordon-responder`],
  protected: { principals: [], buckets: [] },
  classification: { enabled: false, maximumBytes: 0 },
  watchMinutes: 0,
  waits: { scan: 0, classification: 0, propagation: 0, watch: 0, lateLogs: null, reminder: 3600 },
};

export interface World {
  readonly disk: Disk;
  readonly ports: Ports;
  readonly caseId: string;
  readonly plan: Plan;
  /** Moves the clock. */
  advance(milliseconds: number): void;
  setTime(at: string): void;
  now(): string;
  /** Names of calls that changed the account, in order. */
  changes(): readonly string[];
  eventTypes(): readonly string[];
  /** Codes of decisions that were refused. */
  refusals(): readonly unknown[];
}

export interface WorldOptions {
  readonly settings?: Partial<Settings>;
  readonly keys?: "both active";
  /** Only these actions are proposed. */
  readonly actions?: readonly string[];
  /** Puts something between the code and its ports. */
  readonly wrap?: (ports: Ports) => Ports;
}

export const FINDING = findingOf("AKIARZPUZDIKJZEPKFUE", 7, "plain");

/** The actor came through a task of role app, too. */
export const FOUND_SINCE: Discovered = {
  suspects: [
    {
      type: "AssumedRole",
      accountId: ACCOUNT,
      principalId: `AROARZPUZDIKF3GA73QXJ:${TASK}`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/${TASK}`,
      userName: "app",
      accessKeyId: "ASIARZPUZDIKQQQQQQQQ",
      roleSession: TASK,
      issuerArn: `arn:aws:iam::${ACCOUNT}:role/app`,
    },
  ],
  keys: [],
  buckets: [],
  addresses: [],
  changes: [],
};

const bases = new Map<string, Promise<{ readonly disk: Disk; readonly caseId: string }>>();

/** A case whose plan waits for an answer. Worlds of the same settings start from copies of one disk. */
export const openWorld = async (options: WorldOptions = {}): Promise<World> => {
  const settings: Settings = { ...SETTINGS, ...options.settings };
  const key = JSON.stringify([settings, options.keys, options.actions]);
  const known = bases.get(key) ?? openBase(settings, options);
  bases.set(key, known);
  const { disk, caseId } = await known;
  return worldOn(copyOf(disk), caseId, settings, options);
};

/** Another process over the same disk, or another disk under the same process. */
export const worldOn = async (
  disk: Disk,
  caseId: string,
  settings: Settings,
  options: WorldOptions = {},
  known: Plan | null = null,
): Promise<World> => {
  let now = Date.parse(START) + 1000;
  const clock: Clock = { now: () => new Date(now).toISOString() };
  const bare = portsOn(disk, settings, clock);
  const ports = options.wrap?.(bare) ?? bare;
  return {
    disk,
    ports,
    caseId,
    plan: known ?? (await readPlan(caseId, PLAN, bare)),
    advance: (milliseconds) => {
      now += milliseconds;
    },
    setTime: (at) => {
      now = Date.parse(at);
    },
    now: clock.now,
    changes: () => disk.calls.map(({ service, operation }) => `${service}:${operation}`),
    eventTypes: () => (disk.events.get(caseId) ?? []).map(({ type }) => type),
    refusals: () =>
      (disk.events.get(caseId) ?? []).filter((one) => one.type === "decision.refused").map(({ data }) => data.code),
  };
};

const openBase = async (
  settings: Settings,
  options: WorldOptions,
): Promise<{ readonly disk: Disk; readonly caseId: string }> => {
  const disk = emptyDisk();
  if (options.keys === "both active") activateBothKeys(disk);
  const ports = portsOn(disk, settings, { now: () => START });
  const caseId = await openFinding(FINDING, ports);
  await write(ports.cases, caseId, DISCOVERED, FOUND_SINCE);
  const { next } = await proposePlan(caseId, ports, options.actions);
  if (next === "ask") await askApproval({ caseId, planId: PLAN, token: TOKEN }, ports);
  return { disk, caseId };
};

/** The plan of the product; or, where only some of its actions are wanted, the same without the others. */
const proposePlan = async (
  caseId: string,
  ports: Ports,
  only: readonly string[] | undefined,
): Promise<{ next: string }> => {
  if (only === undefined) return planContainment({ caseId, purpose: "contain" }, ports);
  const scratch = emptyDisk();
  scratch.heads.set(caseId, await ports.cases.head(caseId));
  for (const name of ["finding.json", "discovered.json"])
    scratch.documents.set(`${caseId}/${name}`, (await ports.cases.read(caseId, name))!);
  const drafted = { ...ports, cases: memoryCases(scratch, ports.clock), ledger: memoryLedger(scratch, ORIGIN) };
  await planContainment({ caseId, purpose: "contain" }, drafted);
  const plan = await readPlan(caseId, PLAN, drafted);
  return propose({ ...plan, actions: plan.actions.filter(({ id }) => only.includes(id)) }, ports);
};

let random = 0;

export const portsOn = (disk: Disk, settings: Settings, clock: Clock): Ports => {
  return {
    settings,
    clock,
    ids: {
      random: (bytes) => {
        random += 1;
        return sha256Hex(String(random)).slice(0, bytes * 2);
      },
    },
    cases: memoryCases(disk, clock),
    decisions: memoryDecisions(disk),
    ledger: memoryLedger(disk, ORIGIN),
    account: memoryAccount(disk),
    notifier: {
      notify: async (notice) => {
        disk.notices.push(notice);
        return { delivered: true, channel: "test", reason: null };
      },
    },
    ...NO_LOGS,
    ...NO_VAULT,
  };
};

export interface Given {
  readonly humanId?: string;
  readonly key?: KeyName;
  readonly kind?: Decision["kind"];
  readonly approve?: "all" | readonly string[];
  readonly choices?: Decision["choices"];
  readonly reason?: string;
  readonly plan?: Plan;
}

/** A decision signed with the key of its human, unless another one is given. */
export const signed = ({ plan: stored, ports }: World, given: Given): Promise<Submission> => {
  const humanId = given.humanId ?? "ada";
  const plan = given.plan ?? stored;
  const key = KEYS[given.key ?? (humanId as KeyName)];
  return signDecision(
    plan,
    {
      humanId,
      kind: given.kind ?? "decide",
      choices: given.choices ?? choicesFor(plan, given.approve ?? "all"),
      reason: given.reason ?? "Confirmed with the owner by phone.",
      channel: "cli",
      assurance: "key-file",
      decidedAt: ports.clock.now(),
    },
    key,
  );
};

export const decide = async (world: World, given: Given): Promise<Receipt> =>
  submitDecision(await signed(world, given), world.ports);

export const codeOf = (receipt: Receipt): string => (receipt.recorded ? "recorded" : receipt.code);

/** What the state machine does when it is woken: looks at the records, and carries out if they say so. */
export const carryOn = async ({
  ports,
  caseId,
}: Pick<World, "ports" | "caseId">): Promise<"ask" | "apply" | "stop"> => {
  const { next } = await checkDecision({ caseId, planId: PLAN }, ports);
  if (next === "apply") await applyContainment({ caseId, planId: PLAN }, ports);
  return next;
};

export const execute = ({ ports, caseId }: World): Promise<unknown> =>
  applyContainment({ caseId, planId: PLAN }, ports);

/** Breaks the audit trail for lines of these types. */
export const failingAppend =
  (...types: readonly string[]) =>
  (ports: Ports): Ports => ({
    ...ports,
    cases: {
      ...ports.cases,
      append: async (caseId: string, event: NewCaseEvent) => {
        if (types.includes(event.type))
          throw Object.assign(
            new (await import("../../lib/base/errors.ts")).CordonError("AUDIT_UNAVAILABLE", "no"),
            {},
          );
        return ports.cases.append(caseId, event);
      },
    },
  });
