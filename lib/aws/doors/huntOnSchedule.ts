import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { STSClient } from "@aws-sdk/client-sts";
import * as z from "zod";
import { CordonError } from "../../base/errors.ts";
import { clientOptions, LAMBDA_OPTIONS } from "../clientOptions.ts";
import { systemClock } from "../clock.ts";
import { type Environment, parseEnvironment } from "../environment.ts";
import { type HuntParts, type HuntTold, huntOnSchedule } from "../hunt.ts";
import { HuntLists } from "../huntPlan.ts";
import { settingsOf } from "../lambda.ts";
import { createPorts, huntPlacesOf } from "../ports.ts";
import { importFindings } from "../securityHub.ts";
import { startResponse } from "../startResponse.ts";
import { startOptions } from "./receiveFinding.ts";

const PAUSE_MS = 5_000;

/** When the rule was due; a second delivery and Lambda's own second attempt bear the same time. */
const Due = z.looseObject({ time: z.iso.datetime() });

/** The target of the rule for the hunt. */
export const createHandler = (bundle: string): ((event: unknown) => Promise<HuntTold>) => {
  let parts: Promise<HuntParts> | undefined;
  return async (event) => {
    parts ??= setUp(new URL(bundle)).catch((error: unknown) => {
      parts = undefined;
      throw error;
    });
    const { time } = Due.parse(event);
    return huntOnSchedule(new Date(time).toISOString(), await parts);
  };
};

const setUp = async (bundle: URL): Promise<HuntParts> => {
  const env = parseEnvironment(process.env);
  const plan = env.CORDON_HUNT;
  if (plan === undefined) throw new CordonError("SETTINGS_INVALID", "environment: CORDON_HUNT: expected it");
  const options = startOptions();
  return {
    plan,
    lists: HuntLists.parse(JSON.parse(readFileSync(new URL("hunt.json", bundle), "utf8"))),
    ...(await huntPlacesOf(env)),
    ports: createPorts(env, await settingsOf(env, bundle)),
    start: (suspicion) => startResponse(options, suspicion),
    toSecurityHub: plan.securityHub ? hub(env) : null,
    pause: () => sleep(PAUSE_MS),
  };
};

/** With the credentials of a client that is there anyway. */
const hub = (env: Environment): HuntParts["toSecurityHub"] => {
  const { config } = new STSClient(clientOptions({ ...LAMBDA_OPTIONS, region: env.AWS_REGION }));
  const { AWS_REGION: region, CORDON_PARTITION: partition, CORDON_ACCOUNT: account } = env;
  const service = {
    ...{ service: "securityhub", target: "", region, partition, credentials: config.credentials, clock: systemClock },
    endpointUrl: process.env.AWS_ENDPOINT_URL,
  };
  return (alerts, at) => importFindings(service, alerts, at, { partition, region, account });
};
