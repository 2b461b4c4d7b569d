import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { clientOptions, LAMBDA_OPTIONS } from "../clientOptions.ts";
import { type Started, type StartOptions, startResponse } from "../startResponse.ts";

/** The target of the EventBridge rule: a rule cannot name an execution, and without a name every copy would start one. */
export const createHandler = (): ((event: unknown) => Promise<Started>) => {
  const options = startOptions();
  return (event) => startResponse(options, event);
};

export const startOptions = (): StartOptions => {
  const {
    AWS_REGION: region = "",
    CORDON_RESPOND_MACHINE = "",
    CORDON_CASE_BUCKET = "",
    CORDON_ACCOUNT = "",
  } = process.env;
  const client = clientOptions({ ...LAMBDA_OPTIONS, region });
  return {
    sfn: new SFNClient(client),
    s3: new S3Client(client),
    machineArn: CORDON_RESPOND_MACHINE,
    caseBucket: CORDON_CASE_BUCKET,
    account: CORDON_ACCOUNT,
  };
};
