import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { type Check, pass, warn } from "./check.ts";
import type { DoctorOptions } from "./options.ts";

/** Names that one line holds. */
const NAMED = 20;

/**
 * What runs now: an execution keeps the machine that it began with and calls the functions that are deployed next, with their
 * settings, so that an update in the middle may close its plan.
 */
export const checkInFlight = async ({ clients, partition, region, account, name }: DoctorOptions): Promise<Check> => {
  const machine = `arn:${partition}:states:${region}:${account}:stateMachine:${name}-respond`;
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await clients.sfn.send(
      new ListExecutionsCommand({
        ...{ stateMachineArn: machine, statusFilter: "RUNNING" },
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    names.push(...(page.executions ?? []).map((one) => one.name ?? "?"));
    token = page.nextToken;
  } while (token !== undefined);
  if (names.length === 0) return pass("in-flight", "no response is under way: an update meets none");
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return warn(
    "in-flight",
    `${names.length} response(s) are under way: an update now changes the functions and settings that they run: ${names.slice(0, NAMED).join(", ")}${more}`,
    "cordon cases --status awaiting-decision",
  );
};
