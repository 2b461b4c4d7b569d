import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { type Started, startByHand } from "../aws/startResponse.ts";
import { discoverTyped, optionsWith } from "./awsPlace.ts";
import type { Typed } from "./command.ts";

/** Starts one response per finding, in order; a finding handed in before starts nothing. */
export const startInAws = async (findings: readonly unknown[], typed: Typed): Promise<readonly Started[]> => {
  const { env, access } = await discoverTyped(typed);
  const options = {
    sfn: new SFNClient(optionsWith(access)),
    s3: new S3Client(optionsWith(access)),
    machineArn: env.CORDON_RESPOND_MACHINE!,
    caseBucket: env.CORDON_CASE_BUCKET,
    account: env.CORDON_ACCOUNT,
  };
  const started: Started[] = [];
  for (const finding of findings) started.push(await startByHand(options, finding));
  return started;
};
