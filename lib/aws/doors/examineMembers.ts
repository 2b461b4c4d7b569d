import { S3Client } from "@aws-sdk/client-s3";
import { clientOptions, LAMBDA_OPTIONS } from "../clientOptions.ts";
import { createLogProbe } from "../doctor/logProbe.ts";
import { examineMembers, MembersRequest, type TryLogs } from "../doctor/memberRoles.ts";
import { parseEnvironment } from "../environment.ts";
import { onLambda } from "../lambda.ts";

/** Called by `cordon doctor`, and by nobody else: the roles trust functions, so a function must try them. */
export const createHandler = (bundle: string) => {
  const tryLogs: TryLogs = (...asked) => {
    const { AWS_REGION: region, CORDON_LOGS } = parseEnvironment(process.env);
    const s3 = new S3Client({ ...clientOptions({ ...LAMBDA_OPTIONS, region }), followRegionRedirects: true });
    return createLogProbe(s3, CORDON_LOGS)(...asked);
  };
  return onLambda(
    (event, { ports }) => examineMembers(MembersRequest.parse(event), ports, tryLogs),
    bundle,
    "examineMembers",
  );
};
