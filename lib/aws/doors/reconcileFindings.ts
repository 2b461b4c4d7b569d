import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { S3Client } from "@aws-sdk/client-s3";
import { clientOptions, LAMBDA_OPTIONS } from "../clientOptions.ts";
import { systemClock } from "../clock.ts";
import { type Reconciled, reconcile } from "../reconcile.ts";
import { readSettings } from "../settings.ts";
import { startResponse } from "../startResponse.ts";
import { startOptions } from "./receiveFinding.ts";

/** Twice the distance between two runs, so that one failed run loses nothing. */
const LOOK_BACK_MS = 2 * 3_600_000;

/** Runs every hour. */
export const createHandler = (bundle: string): (() => Promise<Reconciled>) => {
  const { AWS_REGION: region = "", CORDON_SETTINGS = "", CORDON_ACCOUNT = "" } = process.env;
  const client = clientOptions({ ...LAMBDA_OPTIONS, region });
  const [guardDuty, options] = [new GuardDutyClient(client), startOptions()];
  return async () =>
    reconcile({
      guardDuty,
      settings: await readSettings(CORDON_SETTINGS, new URL(bundle), new S3Client(client), CORDON_ACCOUNT),
      since: new Date(Date.parse(systemClock.now()) - LOOK_BACK_MS).toISOString(),
      start: (finding) => startResponse(options, finding),
    });
};
