import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { type Started, startByHand } from "../aws/startResponse.ts";
import { discoverTyped, optionsWith } from "./awsPlace.ts";
import type { Typed } from "./command.ts";
import { chosen, type Findings } from "./sources.ts";

/** Starts one response per finding that is meant, in order; a finding handed in before starts nothing. Throws INPUT_INVALID when none is. */
export const startInAws = async (
  found: Findings,
  typed: Typed,
): Promise<Findings & { readonly started: readonly Started[] }> => {
  const { env, access, settings } = await discoverTyped(typed);
  const { intakes, refused } = chosen(found, settings);
  const options = {
    sfn: new SFNClient(optionsWith(access)),
    s3: new S3Client(optionsWith(access)),
    machineArn: env.CORDON_RESPOND_MACHINE!,
    caseBucket: env.CORDON_CASE_BUCKET,
    account: env.CORDON_ACCOUNT,
  };
  const started: Started[] = [];
  for (const { raw } of intakes) started.push(await startByHand(options, raw));
  return { intakes, refused, started };
};
