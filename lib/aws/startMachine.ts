import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Machines } from "../ports/ports.ts";
import { isRefusal, toStepError } from "./failures.ts";

export interface MachinesOptions {
  readonly sfn: SFNClient;
  /** ARN of the machine `respond`; its siblings are named alike (`lib/stack/machines.ts`). */
  readonly respondArn: string;
}

/** While an execution runs, the same name and input again is a success; when it is over, it is an error (StartExecution). */
export const createMachines = ({ sfn, respondArn }: MachinesOptions): Machines => ({
  start: async ({ machine, name, input }) => {
    const stateMachineArn = respondArn.replace(/respond$/, machine);
    try {
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      return "running";
    } catch (error) {
      if (isRefusal(error, "ExecutionAlreadyExists")) return "ended";
      throw toStepError("STATE_UNKNOWN", `start ${name}`, error);
    }
  },
});
