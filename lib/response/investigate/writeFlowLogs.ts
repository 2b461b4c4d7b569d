import { FLOW_LOGS, write } from "../../case/documents.ts";
import type { TakenObject } from "../../case/objects.ts";
import type { FlowSummary } from "../../case/sideLogs.ts";
import { emptyFlowSummary, type FlowRow, flowSummaryOf } from "../../core/logs/flowLog.ts";
import { flowLog } from "../../logs/index.ts";
import { foundOf } from "../../logs/told.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import type { TheftInput } from "./theftInput.ts";

export interface FlowInput extends Pick<TheftInput, "actors" | "marks" | "finding" | "rounds"> {
  readonly ledger: readonly TakenObject[];
  readonly since: string;
}

/** Writes `flow-logs.json`. Never throws; answers why flow logs that were given could not be used, else undefined. */
export const writeFlowLogs = async (caseId: string, input: FlowInput, ports: Ports): Promise<string | undefined> => {
  const keep = (summary: FlowSummary): Promise<void> => write(ports.cases, caseId, FLOW_LOGS, summary);
  if (foundOf(input.rounds.at(-1)?.result?.inventory, flowLog.id) === null) {
    await keep(emptyFlowSummary("not given", ["VPC flow logs were not given to this case."]));
    return undefined;
  }
  try {
    const rows = await ask<FlowRow>(caseId, "flow-transfers", [input.since], ports);
    await keep(flowSummaryOf(rows, suspectsOf(input), input.ledger));
    return undefined;
  } catch (error) {
    const reason = (error as Error).message;
    await keep(emptyFlowSummary("failed", [`Flow logs were given and could not be asked: ${reason}`]));
    return reason;
  }
};

/** EC2 names the session of an instance's role by the instance id. */
const suspectsOf = ({ marks, finding }: FlowInput) => ({
  addresses: marks.addresses,
  instanceIds: new Set(
    [...finding.principals.map(({ principalId }) => principalId ?? ""), ...marks.shared, ...marks.own].flatMap(
      (id) => /:(i-[0-9a-f]{8,17})$/.exec(id)?.[1] ?? [],
    ),
  ),
});
