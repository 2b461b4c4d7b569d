/** Abuse group 42 of the approval facts: whatever happens in whatever order, executed means approved at that moment. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CordonError } from "../../lib/base/errors.ts";
import { canonicalJson, sha256Hex } from "../../lib/base/jcs.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { SignedDecision } from "../../lib/core/plan/decision.ts";
import { gate } from "../../lib/core/plan/gate.ts";
import type { GateInput } from "../../lib/core/plan/gateInput.ts";
import { planDigestOf, shownDigestOf } from "../../lib/core/plan/renderPlan.ts";
import type { Settings } from "../../lib/core/settings.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import type { Receipt } from "../../lib/response/approve/decisions.ts";
import { propose } from "../../lib/response/contain/planContainment.ts";
import { findRecord } from "../../lib/response/contain/progress.ts";
import { runs } from "../sample.ts";
import {
  ACTIONS,
  closedWhy,
  type History,
  hear,
  history,
  isApproved,
  isMade,
  mayBeHeard,
  type Step,
  settingsOf,
  type Truth,
  truthOf,
  whyNot,
} from "./model.ts";
import {
  carryOn,
  decide,
  execute,
  KEYS,
  type KeyName,
  openWorld,
  PLAN,
  SETTINGS,
  START,
  type World,
  worldOn,
} from "./world.ts";

/** About 10 ms each on one idle core. */
const RUNS = Number(process.env.CORDON_RUNS ?? runs(120, 20_000));
/** The gate alone: about 0.5 ms each. */
const GATE_RUNS = runs(2_000, 200_000);
const DIED = "the process died";

/** One process after another over one disk, each of them watched. */
interface Stage {
  world: World;
  readonly truth: Truth;
  settings: Settings;
  /** Port calls left in the life of the process; null: it lives on. */
  fuel: number | null;
  tamperedFrom: Uint8Array | null;
  /** Calls that must not have been made, and why. */
  readonly violations: string[];
}

const isRead = ({ operation }: ApiRequest): boolean => /^(Get|List|Head|Describe)/.test(operation);

const watched =
  (stage: () => Stage) =>
  (ports: Ports): Ports => {
    const burn = (): void => {
      const now = stage();
      if (now.fuel === null) return;
      if (now.fuel <= 0) throw new CordonError("AUDIT_UNAVAILABLE", DIED);
      now.fuel -= 1;
    };
    const burning = <T extends object>(port: T): T =>
      Object.fromEntries(
        Object.entries(port).map(([name, work]) => [
          name,
          typeof work !== "function"
            ? work
            : async (...args: unknown[]) => {
                burn();
                const answer = await (work as (...all: unknown[]) => unknown)(...args);
                burn();
                return answer;
              },
        ]),
      ) as T;
    return {
      ...ports,
      cases: burning(ports.cases),
      ledger: burning(ports.ledger),
      decisions: burning(ports.decisions),
      account: {
        call: async (request) => {
          burn();
          const { truth, world } = stage();
          const why = isRead(request) ? null : whyNot(truth, request, world.disk.calls, world.now());
          if (why !== null) stage().violations.push(`${request.operation}: ${why}`);
          const answer = await ports.account.call(request);
          burn();
          return answer;
        },
      },
    };
  };

const play = async (past: History): Promise<Stage> => {
  const settings: Settings = { ...SETTINGS, ...settingsOf(past) };
  const first = await openWorld({ settings, keys: "both active", actions: ACTIONS });
  const stage: Stage = {
    world: first,
    truth: truthOf(first.plan, past),
    settings,
    fuel: null,
    tamperedFrom: null,
    violations: [],
  };
  await restart(stage);
  for (const step of past.steps) await take(stage, step);
  return stage;
};

/** Another process: same disk, same time, nothing remembered. */
const restart = async (stage: Stage): Promise<void> => {
  const { world } = stage;
  stage.fuel = null;
  const next = await worldOn(world.disk, world.caseId, stage.settings, { wrap: watched(() => stage) }, world.plan);
  next.setTime(world.now());
  stage.world = next;
};

/** Runs until it ends or the process dies; null when it died. */
const living = async <T>(stage: Stage, fuel: number | null, work: (world: World) => Promise<T>): Promise<T | null> => {
  stage.fuel = fuel;
  try {
    return await work(stage.world);
  } catch (error) {
    if (error instanceof CordonError && (error.code === "GATE_CLOSED" || error.code === "DOCUMENT_CONFLICT"))
      return null;
    if (!(error instanceof CordonError && error.message === DIED)) throw error;
    await restart(stage);
    return null;
  } finally {
    stage.fuel = null;
  }
};

const take = async (stage: Stage, step: Step): Promise<void> => {
  switch (step.do) {
    case "submit":
    case "withdraw":
    case "break-glass":
      return speak(stage, step);
    case "advance":
      return stage.world.advance(step.seconds * 1000);
    case "execute":
      await living(stage, step.fuel, execute);
      return;
    case "carry on":
      return wakeUp(stage, step.fuel);
    case "restart":
      return restart(stage);
    case "wake":
      await stage.world.ports.decisions.wake(stage.world.caseId, PLAN, "decided");
      return;
    default:
      return meddle(stage, step.do);
  }
};

type Speech = Extract<Step, { do: "submit" | "withdraw" | "break-glass" }>;

const speak = async (stage: Stage, step: Speech): Promise<void> => {
  const kind = step.do === "submit" ? "decide" : step.do;
  const choices = step.do === "withdraw" ? {} : step.choices;
  const { humanId, key } = step;
  const at = stage.world.now();
  const before = stage.world.disk.documents.size;
  const fuel = step.do === "submit" ? step.fuel : null;
  const given = { humanId, key, kind, choices, reason: "Nobody else answers the phone tonight." } as const;
  const receipt: Receipt | null = await living(stage, fuel, (world) => decide(world, given));
  if (receipt === null) {
    if (stage.world.disk.documents.size > before) hear(stage.truth, { humanId, key, kind, choices, maybe: true }, at);
  } else if (receipt.recorded) settle(stage.truth, { humanId, key, kind, choices }, receipt.repeated, at);
};

interface Heard {
  readonly humanId: string;
  readonly key: KeyName;
  readonly kind: "decide" | "withdraw" | "break-glass";
  readonly choices: Readonly<Record<string, string>>;
}

/** A decision that was half recorded and is handed in again is now on record. */
const settle = (truth: Truth, heard: Heard, repeated: boolean, at: string): void => {
  if (!repeated) {
    hear(truth, { ...heard, maybe: false }, at);
    return;
  }
  const index = truth.said.findIndex(({ humanId, kind }) => humanId === heard.humanId && kind === heard.kind);
  assert.notEqual(index, -1, "a repeated decision was never heard before");
  truth.said[index] = { ...truth.said[index]!, maybe: false };
};

const wakeUp = async (stage: Stage, fuel: number | null): Promise<void> => {
  const next = await living(stage, fuel, carryOn);
  if (next === "stop" && !stage.world.eventTypes().includes("execution.started")) stage.truth.ended = true;
};

type Meddling =
  | "supersede"
  | "tamper"
  | "mend"
  | "change policy"
  | "restore policy"
  | "lose a decision"
  | "plant a decision";

const meddle = async (stage: Stage, what: Meddling): Promise<void> => {
  const { world, truth } = stage;
  const path = `${world.caseId}/plans/${PLAN}.json`;
  switch (what) {
    case "supersede":
      await propose({ ...truth.plan, planId: "contain-2", nonce: "2".repeat(32) }, world.ports);
      // What is being carried out goes on: then only the questions left are closed, and nobody is heard about them.
      truth.superseded ||= !world.eventTypes().includes("execution.started");
      return;
    case "tamper":
      stage.tamperedFrom ??= world.disk.documents.get(path)!;
      world.disk.documents.set(path, Buffer.from(canonicalJson({ ...truth.plan, version: 7 })));
      truth.tampered = true;
      return;
    case "mend":
      if (stage.tamperedFrom !== null) world.disk.documents.set(path, stage.tamperedFrom);
      stage.tamperedFrom = null;
      truth.tampered = false;
      return;
    case "change policy":
    case "restore policy":
      truth.policyChanged = what === "change policy";
      stage.settings = {
        ...SETTINGS,
        ...settingsOfTruth(truth),
        ...(truth.policyChanged ? { exemptArns: ["arn:aws:iam::123456789012:role/other"] } : {}),
      };
      return restart(stage);
    case "lose a decision": {
      const name = [...world.disk.documents.keys()].find((one) => one.includes("/decisions/"));
      if (name === undefined || truth.said.some(({ maybe }) => maybe)) return;
      const bytes = world.disk.documents.get(name);
      world.disk.documents.delete(name);
      // A copy that was planted elsewhere is the same signed statement: then nothing is lost.
      truth.lost ||= ![...world.disk.documents.values()].includes(bytes!);
      return;
    }
    case "plant a decision": {
      const place = `${world.caseId}/decisions/${PLAN}/decide/linus.json`;
      const other = [...world.disk.documents.keys()].find((one) => one.includes("/decisions/") && one !== place);
      if (other !== undefined && !world.disk.documents.has(place))
        world.disk.documents.set(place, world.disk.documents.get(other)!);
    }
  }
};

const settingsOfTruth = ({ quorum, glass }: Truth): Partial<Settings> =>
  settingsOf({ quorum: quorum as 1 | 2, glass, steps: [] });

test(`in ${RUNS} random histories every call had a valid quorum at that moment for exactly those bytes, and was made once`, async () => {
  let calls = 0;
  let closed = 0;
  await fc.assert(
    fc.asyncProperty(history, async (past) => {
      const stage = await play(past);
      const open = closedWhy(stage.truth, stage.world.now()) === null && stage.truth.said.every(({ maybe }) => !maybe);
      const untouched = await without(stage, ACTIONS);
      const next = await living(stage, null, carryOn);
      assert.deepEqual(stage.violations, []);
      if (open && next !== null) assertDone(stage, untouched);
      calls += stage.world.disk.calls.length;
      closed += open ? 0 : 1;
    }),
    { numRuns: RUNS },
  );
  assert.ok(calls > RUNS / 4, `only ${calls} calls in ${RUNS} histories: the histories show nothing`);
  assert.ok(closed > RUNS / 20 && closed < RUNS * 0.95, `${closed} of ${RUNS} histories ended closed`);
});

/** Actions of which the case has no record yet. */
const without = async ({ world, truth }: Stage, ids: readonly string[]): Promise<readonly string[]> => {
  const records = await Promise.all(ids.map((id) => findRecord(truth.plan, id, world.ports)));
  return ids.filter((_, index) => records[index] === null);
};

/** The other direction: what was approved is done. */
const assertDone = ({ world, truth }: Stage, untouched: readonly string[]): void => {
  for (const { id, requires } of truth.plan.actions.filter((action) => untouched.includes(action.id))) {
    const ready = requires.every((need) => isMade(truth.plan, need, world.disk.calls));
    if (isApproved(truth, id, true) && ready)
      assert.ok(isMade(truth.plan, id, world.disk.calls), `${id} is approved and was not carried out`);
  }
};

test(`in ${GATE_RUNS} random histories the gate says after every step what the rules say, in both directions`, async () => {
  const base = await openWorld({ settings: SETTINGS, actions: ACTIONS });
  const seen = { open: 0, waiting: 0, closed: 0 };
  fc.assert(
    fc.property(history, (past) => {
      const room = openRoom(base.plan, past);
      for (const step of past.steps) {
        hearIn(room, step);
        const verdict = gate(inputOf(room));
        seen[verdict.state] += 1;
        for (const { id } of base.plan.actions) {
          const says = verdict.state === "open" && verdict.actions.find((one) => one.id === id)?.state === "approved";
          assert.equal(says, mayBeDone(room, id), `${id} after ${JSON.stringify(step)}: ${verdict.why}`);
        }
      }
    }),
    { numRuns: GATE_RUNS },
  );
  for (const count of Object.values(seen)) assert.ok(count > GATE_RUNS / 4, JSON.stringify(seen));
});

/** A history without a store: what was signed, and what is true. */
interface Room {
  readonly truth: Truth;
  readonly settings: Settings;
  readonly signed: SignedDecision[];
  now: string;
}

const openRoom = (plan: Plan, past: History): Room => ({
  truth: truthOf(plan, past),
  settings: { ...SETTINGS, ...settingsOf(past) },
  signed: [],
  now: START,
});

/** Everything anybody signs is put before the gate, strangers' and suspects' statements too, each as often as it is said. */
const hearIn = (room: Room, step: Step): void => {
  const { truth } = room;
  if (step.do === "advance") room.now = new Date(Date.parse(room.now) + step.seconds * 1000).toISOString();
  else if (step.do === "supersede") truth.superseded = true;
  else if (step.do === "change policy") truth.policyChanged = true;
  else if (step.do === "restore policy") truth.policyChanged = false;
  else if (step.do === "lose a decision") truth.lost = true;
  else if (step.do === "mend") truth.lost = false;
  else if (step.do === "submit" || step.do === "withdraw" || step.do === "break-glass") sayIn(room, step);
};

const sayIn = (room: Room, step: Speech): void => {
  const kind = step.do === "submit" ? "decide" : step.do;
  const choices = step.do === "withdraw" ? {} : step.choices;
  const { humanId, key } = step;
  room.signed.push(signedIn(room, { kind, choices, humanId, key }));
  const isGlass = kind === "break-glass";
  const allowed = !isGlass || (room.truth.glass && humanId === "ada" && !("a8" in choices));
  if (!allowed || !mayBeHeard(humanId, key) || (kind !== "withdraw" && room.now >= room.truth.plan.expiresAt)) return;
  room.truth.said.push({ humanId, kind, choices, maybe: false });
};

const signedIn = (
  { truth, now }: Room,
  said: {
    kind: "decide" | "withdraw" | "break-glass";
    choices: Readonly<Record<string, "approve" | "deny">>;
    humanId: string;
    key: KeyName;
  },
): SignedDecision => ({
  decision: {
    kind: said.kind,
    caseId: truth.plan.caseId,
    planId: truth.plan.planId,
    planNonce: truth.plan.nonce,
    shownDigest: shownDigestOf(truth.plan),
    choices: said.choices,
    reason: "Nobody else answers the phone tonight.",
    approver: { humanId: said.humanId },
    channel: "cli",
    assurance: "key-file",
    decidedAt: START,
  },
  keyFingerprint: sha256Hex(KEYS[said.key].spki),
  planDigest: planDigestOf(truth.plan),
  receivedAt: now,
});

const inputOf = ({ truth, settings, signed, now }: Room): GateInput => ({
  plan: truth.plan,
  planDigest: planDigestOf(truth.plan),
  shownDigest: shownDigestOf(truth.plan),
  policyDigest: truth.policyChanged ? "0".repeat(64) : truth.plan.policyDigest,
  decisions: signed,
  settings,
  suspects: truth.plan.suspects,
  detectedAt: "2026-11-21T02:58:00.000Z",
  now,
  supersededBy: truth.superseded ? "1".repeat(64) : null,
  begun: false,
  fault: truth.lost ? "a decision is missing" : null,
  ended: false,
});

/** By the rules: nothing closes the plan, and the action and all it needs are approved. */
const mayBeDone = (room: Room, id: string): boolean => {
  const needs = room.truth.plan.actions.find((action) => action.id === id)!.requires;
  return (
    closedWhy(room.truth, room.now) === null &&
    isApproved(room.truth, id) &&
    needs.every((need) => mayBeDone(room, need))
  );
};
