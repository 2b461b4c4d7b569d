import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { S3Client } from "@aws-sdk/client-s3";
import { remindReviews } from "../../response/approve/remindReviews.ts";
import { clientOptions, LAMBDA_OPTIONS } from "../clientOptions.ts";
import { systemClock } from "../clock.ts";
import { parseEnvironment } from "../environment.ts";
import { createPorts } from "../ports.ts";
import { type Reconciled, reconcileAll } from "../reconcile.ts";
import { readSettings } from "../settings.ts";
import { startResponse } from "../startResponse.ts";
import { startOptions } from "./receiveFinding.ts";

/** Twice the distance between two runs, so that one failed run loses nothing. */
const LOOK_BACK_MS = 2 * 3_600_000;

/** Runs every hour: findings whose event was lost, and reviews that nobody gave. */
export const createHandler = (bundle: string): (() => Promise<Reconciled>) => {
  const { AWS_REGION: region = "", CORDON_SETTINGS = "", CORDON_ACCOUNT = "" } = process.env;
  const client = clientOptions({ ...LAMBDA_OPTIONS, region });
  const regions = (process.env.CORDON_FINDING_REGIONS ?? region).split(",");
  const guardDuties = regions.map((one) => new GuardDutyClient({ ...client, region: one }));
  const options = startOptions();
  return async () => {
    const settings = await readSettings(CORDON_SETTINGS, new URL(bundle), new S3Client(client), CORDON_ACCOUNT);
    const since = new Date(Date.parse(systemClock.now()) - LOOK_BACK_MS).toISOString();
    // Neither stops the other; what failed is thrown afterwards, and rings.
    const [reconciled, reminded] = await Promise.allSettled([
      reconcileAll(guardDuties, { settings, since, start: (finding) => startResponse(options, finding) }),
      remindReviews(createPorts(parseEnvironment(process.env), settings)),
    ]);
    if (reconciled.status === "rejected") throw reconciled.reason;
    if (reminded.status === "rejected") throw reminded.reason;
    return reconciled.value;
  };
};
