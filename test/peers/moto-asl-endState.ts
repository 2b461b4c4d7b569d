import { join } from "node:path";
import type { CaseView } from "../../lib/case/caseView.ts";
import { trustRootOf } from "../../lib/cli/trust.ts";
import { createAccount } from "../../lib/embedded/account.ts";
import { readDefinition, tasksIn } from "../../lib/embedded/machines.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { caseView } from "../../lib/response/caseView.ts";
import type { Ended, Engine } from "./moto-asl-engines.ts";

/** Everything about the end of a scenario that must not depend on the interpreter: no times, digests or random names. */
export interface EndState {
  readonly executions: readonly Ended[];
  /** Null where no case was opened. */
  readonly case: CaseEnd | null;
}

interface CaseEnd {
  readonly status: CaseView["status"];
  readonly findings: number;
  readonly theft: CaseView["theft"];
  readonly coverage: CaseView["coverage"];
  readonly plans: readonly {
    readonly planId: string;
    readonly status: string;
    readonly actions: CaseView["plans"][number]["actions"];
  }[];
  /** Calls made to the account, by operation. */
  readonly calls: readonly string[];
  /** The steps that something is not known of; how interpreters word a cause is theirs. */
  readonly notKnown: readonly string[];
  /** Exit code of the verifier for each sealed revision: 0 proven, 4 proven and superseded by a later one. */
  readonly evidence: readonly number[];
  /** How often each type of event is in the audit trail, polls left out. */
  readonly events: Readonly<Record<string, number>>;
}

export const endStateOf = async (engine: Engine, caseId: string): Promise<EndState> => ({
  executions: (await engine.ended()).map(comparable).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  case: await caseEndOf(engine, caseId),
});

/** Polls of one job count once; branches run at the same time, so their tasks come last, in the order of the alphabet. */
const comparable = (ended: Ended): Ended => {
  const branches = Object.values(readDefinition(ended.machine).States).flatMap((state) => state.Branches ?? []);
  const parallel = new Set(branches.flatMap(tasksIn).map(([name]) => name));
  const once = ended.entered.filter((name, index, all) => name !== all[index - 1]);
  const inBranches = once.filter((name) => parallel.has(name)).toSorted();
  return { ...ended, entered: [...once.filter((name) => !parallel.has(name)), ...inBranches] };
};

const caseEndOf = async ({ deployment }: Engine, caseId: string): Promise<CaseEnd | null> => {
  const { cases } = deployment.ports;
  const head = (await cases.list()).find((one) => one.caseId === caseId);
  if (head === undefined) return null;
  const view = await caseView(caseId, deployment.portsOf(caseId));
  return {
    status: view.status,
    findings: head.findings.length,
    theft: view.theft,
    coverage: view.coverage,
    plans: view.plans.map(({ planId, status, actions }) => ({ planId, status, actions })),
    calls: callsMade(deployment, head.accountId),
    notKnown: view.notKnown.map((line) => line.split(":")[0]!).toSorted(),
    evidence: await verdictsOn(view, deployment),
    events: countsOf((await cases.events(caseId)).map(({ type }) => type)),
  };
};

const callsMade = ({ home }: Engine["deployment"], accountId: string): readonly string[] =>
  createAccount({ iamSnapshotPath: null, bucketsDir: null, overlayDir: join(home.account, accountId), accountId })
    .calls()
    .map(({ operation }) => operation)
    .toSorted();

const verdictsOn = async ({ evidence }: CaseView, deployment: Engine["deployment"]): Promise<readonly number[]> => {
  const { options } = await trustRootOf(deployment);
  return Promise.all(evidence.map(async ({ path }) => (await verifyBundle(path, options)).exitCode));
};

const POLLS: readonly string[] = ["containment.watched"];

const countsOf = (types: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set(types)]
      .filter((type) => !POLLS.includes(type))
      .toSorted()
      .map((type) => [type, types.filter((other) => other === type).length]),
  );
