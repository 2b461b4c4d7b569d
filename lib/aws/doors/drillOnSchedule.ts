import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import * as z from "zod";
import { clientOptions, LAMBDA_OPTIONS } from "../clientOptions.ts";
import { beginDrill, checkDrill, type Drilled, type DrillParts } from "../drill.ts";
import { parseEnvironment } from "../environment.ts";
import { settingsOf } from "../lambda.ts";
import { createPorts } from "../ports.ts";
import { startAs } from "../startResponse.ts";
import { startOptions } from "./receiveFinding.ts";

const Due = z.strictObject({ step: z.enum(["begin", "check"]), time: z.iso.datetime() });

/** The target of the two rules of the drill. */
export const createHandler =
  (bundle: string): ((event: unknown) => Promise<Drilled>) =>
  async (event) => {
    const { step, time } = Due.parse(event);
    const at = new Date(time).toISOString();
    const parts = await setUp(new URL(bundle));
    return step === "begin" ? beginDrill(at, parts) : checkDrill(at, parts);
  };

const setUp = async (bundle: URL): Promise<DrillParts> => {
  const env = parseEnvironment(process.env);
  const { cases, notifier } = createPorts(env, await settingsOf(env, bundle));
  const options = startOptions();
  return {
    ...{ cases, notifier },
    guardDuty: new GuardDutyClient(clientOptions({ ...LAMBDA_OPTIONS, region: env.AWS_REGION })),
    start: (finding, name) => startAs(options, name, finding),
  };
};
