/** Runs an incident to its end and writes down what each handler asked of the ports. */

import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handler as callPerson } from "../../handlers/callPerson.ts";
import { handler as watchContainment } from "../../handlers/watchContainment.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import { caseIdOf } from "../../lib/case/case.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { readDefinition, tasksIn } from "../../lib/embedded/machines.ts";
import type { Boundary } from "../../lib/embedded/running.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { VariantId } from "../../lib/incident/variants.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import type { Need } from "../../lib/stack/steps.ts";
import { type Engine, embeddedEngine } from "../peers/moto-asl-engines.ts";
import { decideOn, standingPlan } from "../response/run.ts";

/** `handler need`, for every call that was seen. */
export type Seen = Set<string>;

const READ = /^(Get|List|Describe|Head|Simulate)/;

/** What a call of a port is in AWS. Null: it needs no permission of its own. */
const needOf = (port: string, method: string, [first]: readonly unknown[]): Need | null => {
  switch (port) {
    case "cases":
    case "vault":
      return port;
    case "ledger":
      return ["head", "proof"].includes(method) ? "sign-ledger" : "ledger";
    case "signer":
      return "sign-evidence";
    case "trail":
      if (method === "query") return "query";
      return ["digests", "integrity"].includes(method) ? "read-logs" : "scan";
    case "account":
      return READ.test((first as ApiRequest).operation) ? "read-member" : "contain-member";
    case "classifier":
      return "classify";
    case "notifier":
      return "notify";
    case "decisions":
      return method === "claim" ? "claim" : method === "wake" ? "wake" : "park";
    case "machines":
      return "propose";
    default:
      return null;
  }
};

const current = new AsyncLocalStorage<string | null>();

/** The handler behind a state of a machine, from the ASL. */
const handlerOf = ({ machine, state }: Boundary): string | null => {
  const found = tasksIn(readDefinition(machine)).find(([name]) => name === state)?.[1];
  const text = JSON.stringify([found?.Resource, (found as { Parameters?: unknown } | undefined)?.Parameters]);
  const name = /\$\{([A-Za-z]+)\}/.exec(text)?.[1] ?? null;
  return name === null || name.endsWith("Machine") ? null : name;
};

const recording = (ports: Ports, seen: Seen): Ports => {
  const wrapped = Object.entries(ports).map(([port, value]) => [port, wrap(port, value, seen)]);
  return Object.fromEntries(wrapped) as unknown as Ports;
};

const wrap = (port: string, value: unknown, seen: Seen): unknown => {
  if (typeof value !== "object" || value === null || port === "settings") return value;
  return new Proxy(value, {
    get: (target, method) => {
      const member: unknown = Reflect.get(target, method);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]) => {
        const [handler, need] = [current.getStore() ?? null, needOf(port, String(method), args)];
        if (handler !== null && need !== null) seen.add(`${handler} ${need}`);
        return Reflect.apply(member, target, args);
      };
    },
  });
};

/** Contains, follows up, watches with logs, calls a person, releases: every handler at least once. */
export const record = async (variant: VariantId, seen: Seen): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-steps-"));
  const opened = openDeployment({ home: join(dir, "home"), print: null, onBoundary: () => {} });
  const engine = embeddedEngine(
    opened,
    (ports) => recording({ ...ports }, seen),
    (boundary) => current.enterWith(boundary.phase === "before" ? handlerOf(boundary) : null),
  );
  try {
    await writeIncident(join(dir, "incident"), { variant, seed: "steps", backgroundEvents: 60 });
    const finding: unknown = JSON.parse(readFileSync(join(dir, "incident/finding.json"), "utf8"));
    const [parsed] = parseFindings(finding);
    const caseId = caseIdOf(parsed!);
    opened.bind(caseId, {
      accountId: parsed!.accountId,
      logs: join(dir, "incident/logs"),
      iam: join(dir, "incident/iam.json"),
      buckets: join(dir, "incident/buckets"),
    });
    await engine.start({ machine: "respond", name: "recorded", caseId, input: { manual: true, finding } });
    await engine.untilParked();
    const contained = await standingPlan(caseId, engine.deployment);
    for (const planId of [contained, "follow-up-1"]) await approve(caseId, planId, engine);
    const ports = engine.deployment.portsOf(caseId);
    await watchLogs(caseId, contained, ports, seen);
    const failed = { caseId, during: "contain", state: { failures: { checkDecision: { Error: "States.Timeout" } } } };
    await current.run("callPerson", () => callPerson(failed, { ports }));
    const input = { caseId, releaseId: "release-1", actions: [] };
    await engine.start({ machine: "release", name: `${caseId}-release-1`, caseId, input });
    await engine.untilParked();
    await approve(caseId, "release-1", engine);
  } finally {
    opened.close();
    rmSync(dir, { recursive: true, force: true });
  }
};

const approve = async (caseId: string, planId: string, { deployment, untilParked }: Engine): Promise<void> => {
  if ((await deployment.ports.cases.read(caseId, `plans/${planId}.json`)) === null) return;
  await current.run(null, () => decideOn(caseId, deployment, { planId }));
  await untilParked();
};

/** The embedded default watches no logs; here two looks do, an hour after the cut: the last one comes again until the scan that it began has been asked. */
const watchLogs = async (caseId: string, planId: string, ports: Ports, seen: Seen): Promise<void> => {
  if ((await ports.cases.read(caseId, `verification/${planId}.json`)) === null) return;
  for (let look = 0; look < MOST_LOOKS && !seen.has("watchContainment query"); look += 1) {
    const minutes = [1, 61][look] ?? 62;
    const clock = { now: () => new Date(Date.parse(ports.clock.now()) + minutes * 60_000).toISOString() };
    const later = { ...ports, clock, settings: { ...ports.settings, watchMinutes: 60 } };
    await current.run("watchContainment", () => watchContainment({ caseId, planId }, { ports: later }));
    await new Promise((done) => setTimeout(done, 250));
  }
};
/** A minute and more of a machine that has other things to do. */
const MOST_LOOKS = 400;
