/** The two interpreters behind one interface: each runs the ASL files over the ports of a deployment of its own. */

import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { monotonicMs } from "../../lib/embedded/clock.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { createHost } from "../../lib/embedded/host.ts";
import { MACHINES, type MachineName, readDefinition } from "../../lib/embedded/machines.ts";
import type { Boundary } from "../../lib/embedded/running.ts";
import type { Decisions, Ports } from "../../lib/ports/ports.ts";

export interface Start {
  readonly machine: MachineName;
  readonly name: string;
  readonly caseId: string;
  readonly input: unknown;
}

/** How one execution ended. `failedIn`: its Fail state; `entered`: the task states it entered, in that order. */
export interface Ended {
  readonly machine: MachineName;
  readonly name: string;
  readonly status: "SUCCEEDED" | "FAILED";
  readonly failedIn: string | null;
  readonly entered: readonly string[];
}

export interface Engine {
  /** As the handlers of this engine see it. */
  readonly deployment: Deployment;
  start(execution: Start): Promise<void>;
  /** Resolves when everything has ended or waits for a human. */
  untilParked(): Promise<void>;
  ended(): Promise<readonly Ended[]>;
}

/** Sets a fault into the ports of a case. */
export type Fault = (ports: Ports) => Ports;

const POLL_MS = 250;
const PATIENCE_MS = 90_000;
const ROLE = "arn:aws:iam::123456789012:role/peer";

export const embeddedEngine = (
  opened: Deployment,
  fault: Fault,
  onBoundary: (boundary: Boundary) => void = () => {},
): Engine => {
  const reports: Boundary[] = [];
  const deployment = {
    ...opened,
    ports: fault(opened.ports),
    portsOf: (caseId: string) => fault(opened.portsOf(caseId)),
  };
  const host = createHost({
    journal: opened.journal,
    portsOf: deployment.portsOf,
    clock: opened.ports.clock,
    ids: opened.ports.ids,
    onBoundary: (boundary) => {
      reports.push(boundary);
      onBoundary(boundary);
    },
    turns: opened.turns,
    onFault: () => {},
    patienceMs: 0,
    monotonicMs,
  });
  return {
    deployment,
    start: async (execution) => void host.start(execution),
    untilParked: () => host.untilParked(),
    ended: async () =>
      reports
        .filter(({ phase }) => phase === "execution-ended")
        .map(({ execution, machine }) => {
          const { status, output } = opened.journal.execution(execution)!;
          const entered = reports.filter((report) => report.execution === execution && report.phase === "before");
          return {
            machine,
            name: execution,
            status: status === "succeeded" ? "SUCCEEDED" : "FAILED",
            failedIn: status === "succeeded" ? null : failStateOf(machine, output!),
            entered: entered.map(({ state }) => state),
          };
        }),
  };
};

/** The journal keeps the cause alone: the interpreter of the embedded host does not hand on the error of a Fail state. */
const failStateOf = (machine: MachineName, output: string): string | null => {
  const { cause } = JSON.parse(output) as { cause: string };
  const states = Object.entries(readDefinition(machine).States) as [string, { Type: string; Cause?: string }][];
  return (
    states.find(([, { Type, Cause }]) => Type === "Fail" && Cause !== undefined && cause.endsWith(Cause))?.[0] ?? null
  );
};

/** Creates the four machines in moto under names of this run; functions are called `<run>-<handler>`. */
export const motoEngine = async (opened: Deployment, fault: Fault, run: string, sfn: SFNClient): Promise<Engine> => {
  const portsOf = (caseId: string): Ports => {
    const ports = fault(opened.portsOf(caseId));
    return { ...ports, decisions: wakingIn(sfn, ports.decisions) };
  };
  const deployment = { ...opened, ports: fault(opened.ports), portsOf };
  const machines = await createMachines(run, sfn);
  return {
    deployment,
    start: async ({ machine, name, input }) => {
      const stateMachineArn = machines.get(machine)!;
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    },
    untilParked: () => untilParked(deployment, machines, sfn),
    ended: async () => Promise.all((await executionsOf(machines, sfn)).map((execution) => endOf(execution, sfn))),
  };
};

/** The parked token goes to the interpreter that waits; as in lib/aws, nobody waiting any more is no error. */
const wakingIn = (sfn: SFNClient, decisions: Decisions): Decisions => ({
  ...decisions,
  wake: async (caseId, planId, outcome) => {
    const question = await decisions.read(caseId, planId);
    if (question === null || !(await decisions.wake(caseId, planId, outcome))) return false;
    await sfn.send(new SendTaskSuccessCommand({ taskToken: question.token, output: JSON.stringify({ outcome }) }));
    return true;
  },
});

type Machines = ReadonlyMap<MachineName, string>;

const createMachines = async (run: string, sfn: SFNClient): Promise<Machines> => {
  const arns = new Map<MachineName, string>();
  const arnOf = (key: string): string =>
    arns.get(key.replace(/Machine$/, "") as MachineName) ??
    `arn:aws:lambda:us-east-1:123456789012:function:${run}-${key}`;
  for (const machine of MACHINES.toSorted((a, b) => Number(a === "respond") - Number(b === "respond"))) {
    const text = JSON.stringify(readDefinition(machine));
    const definition = text.replaceAll(/\$\{([A-Za-z]+)\}/g, (_, key: string) => arnOf(key));
    const created = await sfn.send(
      new CreateStateMachineCommand({ name: `${run}-${machine}`, roleArn: ROLE, definition }),
    );
    arns.set(machine, created.stateMachineArn!);
  }
  return arns;
};

interface Execution {
  readonly machine: MachineName;
  readonly name: string;
  readonly arn: string;
  readonly status: string;
}

const executionsOf = async (machines: Machines, sfn: SFNClient): Promise<readonly Execution[]> => {
  const lists = await Promise.all(
    [...machines].map(async ([machine, stateMachineArn]) => {
      const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      return executions.map(({ name, executionArn, status }) => ({
        machine,
        name: name!,
        arn: executionArn!,
        status: status!,
      }));
    }),
  );
  return lists.flat();
};

const untilParked = async ({ journal }: Deployment, machines: Machines, sfn: SFNClient): Promise<void> => {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const running = (await executionsOf(machines, sfn)).filter(({ status }) => status === "RUNNING");
    if (running.length === 0) return;
    if (journal.openQuestions().length > 0 && (await allWait(running, sfn))) return;
    await sleep(POLL_MS);
  }
  throw new Error("moto: executions neither end nor wait for a human");
};

/** Only `contain` and `release` ask; whoever started such a one waits for it. */
const allWait = async (running: readonly Execution[], sfn: SFNClient): Promise<boolean> => {
  const asking = running.filter(({ machine }) => machine === "contain" || machine === "release");
  const starters = await Promise.all(
    asking.map(async ({ arn }) => {
      const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
      return (JSON.parse(input!) as Record<string, string>).AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID;
    }),
  );
  return running.every((execution) => asking.includes(execution) || starters.includes(execution.arn));
};

const endOf = async ({ machine, name, arn }: Execution, sfn: SFNClient): Promise<Ended> => {
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: arn }));
  return {
    machine,
    name,
    status: status as Ended["status"],
    failedIn: events.find(({ type }) => type === "FailStateEntered")?.stateEnteredEventDetails?.name ?? null,
    entered: events
      .filter(({ type }) => type === "TaskStateEntered")
      .map(({ stateEnteredEventDetails }) => stateEnteredEventDetails!.name!),
  };
};
