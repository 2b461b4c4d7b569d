/**
 * The four ASL files under an interpreter that is not ours: moto's. Each scenario runs twice, with the same handlers
 * over ports of the same kind, and must come to the same end as under the embedded host. `npm run test:moto-asl`;
 * needs Python 3, and fetches moto once where there is none.
 */
import assert from "node:assert/strict";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Ports } from "../../lib/ports/ports.ts";
import { withHome } from "../response/run.ts";
import { openDoor } from "./moto-asl-door.ts";
import { type EndState, endStateOf } from "./moto-asl-endState.ts";
import { type Engine, embeddedEngine, motoEngine } from "./moto-asl-engines.ts";
import { type Scenario, scenarios } from "./moto-asl-scenarios.ts";
import { findMoto, startMoto } from "./moto-asl-server.ts";

type Handler = { readonly handler: (event: unknown, context: { readonly ports: Ports }) => Promise<unknown> };

/** The engines that moto's interpreter calls back into, by the name of their run. */
const engines = new Map<string, Engine>();

/** A part of a name on the command line chooses scenarios. */
const chosen = scenarios.filter(({ name }) => name.includes(process.argv[2] ?? ""));

const main = async (): Promise<void> => {
  const found = findMoto();
  if ("missing" in found) {
    console.log(`skipped: ${found.missing}`);
    return close(0, 0, chosen.length);
  }
  const door = await openDoor(runHandler);
  const moto = await startMoto(found.python, door.port);
  door.forwardTo(moto.port);
  console.log(`moto ${moto.version}`);
  try {
    const credentials = { accessKeyId: "peer", secretAccessKey: "peer" };
    const sfn = new SFNClient({ endpoint: `http://127.0.0.1:${moto.port}`, region: "us-east-1", credentials });
    const held = await twoAtATime(chosen, (scenario) => holds(scenario, sfn));
    const failed = held.filter((ok) => !ok).length;
    close(chosen.length - failed, failed, 0);
  } finally {
    await moto.stop();
    await door.close();
  }
};

/** A scenario mostly waits: for a poll of moto's, a whole second, a job of ours. */
const twoAtATime = async <T>(items: readonly T[], work: (item: T) => Promise<boolean>): Promise<readonly boolean[]> => {
  const left = items.values();
  const worker = async (): Promise<readonly boolean[]> => {
    const done: boolean[] = [];
    for (const item of left) done.push(await work(item));
    return done;
  };
  return (await Promise.all([worker(), worker()])).flat();
};

/** Lambda's part: `<run>-<handler>` with the ports of the case that the payload names. */
const runHandler = async (functionName: string, payload: unknown): Promise<unknown> => {
  const [run, name] = functionName.split("-") as [string, string];
  const { deployment } = engines.get(run)!;
  const { caseId } = payload as { caseId?: string };
  const module = (await import(new URL(`../../handlers/${name}.ts`, import.meta.url).href)) as Handler;
  return module.handler(payload, { ports: caseId === undefined ? deployment.ports : deployment.portsOf(caseId) });
};

const holds = async (scenario: Scenario, sfn: SFNClient): Promise<boolean> => {
  const began = performance.now();
  try {
    const [mine, theirs] = await Promise.all([underEmbedded(scenario), underMoto(scenario, sfn)]);
    assert.deepEqual(theirs, mine, "moto and the embedded host come to different ends");
    assert.deepEqual(summaryOf(theirs), scenario.expected);
    console.log(`ok      ${scenario.name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${scenario.name}\n${(error as Error).stack}`);
    return false;
  }
};

const underEmbedded = async ({ play, fault }: Scenario): Promise<EndState> =>
  played((deployment) => embeddedEngine(deployment, fault?.() ?? ((ports) => ports)), play);

const underMoto = async ({ play, fault, name }: Scenario, sfn: SFNClient): Promise<EndState> => {
  const run = `run${scenarios.findIndex((scenario) => scenario.name === name)}`;
  return played(async (deployment) => {
    const engine = await motoEngine(deployment, fault?.() ?? ((ports) => ports), run, sfn);
    engines.set(run, engine);
    return engine;
  }, play);
};

const played = async (
  open: (deployment: Engine["deployment"]) => Engine | Promise<Engine>,
  play: Scenario["play"],
): Promise<EndState> => {
  let end: EndState | undefined;
  await withHome({}, async (deployment) => {
    const engine = await open(deployment);
    end = await endStateOf(engine, await play(engine));
  });
  return end!;
};

const summaryOf = ({ executions, case: opened }: EndState): Scenario["expected"] => ({
  status: opened?.status ?? null,
  executions: executions
    .map(({ machine, status, failedIn }) => [machine, status, ...(failedIn === null ? [] : [failedIn])].join(" "))
    .toSorted(),
});

const close = (passed: number, failed: number, skipped: number): void => {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
};

await main();
