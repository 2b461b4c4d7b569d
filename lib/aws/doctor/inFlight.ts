import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { counted } from "../../base/figures.ts";
import { type Check, pass, warn } from "./check.ts";
import type { DoctorOptions } from "./options.ts";

/** Names that one line holds. */
const NAMED = 20;

/** `respond` runs the others; `contain` and `release` run by themselves too, where a person proposed. */
const MACHINES = ["respond", "investigate", "contain", "release"] as const;

/**
 * What runs now: an execution keeps the machine that it began with and calls the functions that are deployed next, with their
 * settings, so that an update in the middle may close its plan (docs/decisions/update-in-flight.md).
 */
export const checkInFlight = async (options: DoctorOptions): Promise<Check> => {
  const running = (await Promise.all(MACHINES.map((machine) => runningOf(machine, options)))).flat();
  if (running.length === 0) return pass("in-flight", "no execution is under way: an update meets none");
  const more = running.length > NAMED ? ` and ${running.length - NAMED} more` : "";
  return warn(
    "in-flight",
    `${counted(running.length, "execution")} under way, which an update now would meet: ${running.slice(0, NAMED).join(", ")}${more}`,
    "cordon cases --status awaiting-decision",
  );
};

const runningOf = async (
  machine: (typeof MACHINES)[number],
  { clients, partition, region, account, name }: DoctorOptions,
): Promise<readonly string[]> => {
  const stateMachineArn = `arn:${partition}:states:${region}:${account}:stateMachine:${name}-${machine}`;
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await clients.sfn.send(
      new ListExecutionsCommand({
        ...{ stateMachineArn, statusFilter: "RUNNING" },
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    found.push(...(page.executions ?? []).map((one) => `${machine} ${one.name ?? "?"}`));
    token = page.nextToken;
  } while (token !== undefined);
  return found;
};
