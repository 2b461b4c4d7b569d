/** What `cdk deploy` does, against MiniStack: the assets to S3, the templates to CloudFormation; and what MiniStack cannot do, taken out here. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

export const ACCOUNT = "111111111111";
export const REGION = "us-east-1";
const ASSETS = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;

/** MiniStack takes an access key of twelve digits for the account. */
export const clientsAt = (endpoint: string, accountId = ACCOUNT) => ({
  endpoint,
  region: REGION,
  forcePathStyle: true,
  credentials: { accessKeyId: accountId, secretAccessKey: "test" },
});

export type Outputs = Readonly<Record<string, string>>;

/** Deploys the stacks in order and answers the outputs of them all. `variables` are added to every function. */
export const deploy = async (
  endpoint: string,
  cdkOut: string,
  stacks: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Outputs> => {
  const s3 = new S3Client(clientsAt(endpoint));
  const cloudFormation = new CloudFormationClient(clientsAt(endpoint));
  await s3.send(new CreateBucketCommand({ Bucket: ASSETS }));
  const outputs: Record<string, string> = {};
  for (const name of stacks) {
    await uploadAssets(s3, cdkOut, name);
    const body = JSON.stringify(
      adapted(JSON.parse(readFileSync(join(cdkOut, `${name}.template.json`), "utf8")), variables),
    );
    await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key: `${name}.json`, Body: body }));
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: name,
        TemplateURL: `${endpoint}/${ASSETS}/${name}.json`,
        Capabilities: ["CAPABILITY_NAMED_IAM"],
      }),
    );
    Object.assign(outputs, await untilCreated(cloudFormation, name));
  }
  return outputs;
};

const uploadAssets = async (s3: S3Client, cdkOut: string, stack: string): Promise<void> => {
  const { files } = JSON.parse(readFileSync(join(cdkOut, `${stack}.assets.json`), "utf8")) as {
    files: Record<
      string,
      { source: { path: string; packaging: string }; destinations: Record<string, { objectKey: string }> }
    >;
  };
  for (const { source, destinations } of Object.values(files).filter((file) => file.source.packaging === "zip")) {
    const folder = join(cdkOut, source.path);
    execFileSync("zip", ["-qr", `${folder}.zip`, "."], { cwd: folder });
    await s3.send(
      new PutObjectCommand({
        Bucket: ASSETS,
        Key: Object.values(destinations)[0]!.objectKey,
        Body: readFileSync(`${folder}.zip`),
      }),
    );
  }
};

/** EventBridge, and MiniStack with it, takes events of `aws.*` from AWS alone: the rule listens to this source here. */
export const SOURCE = "test.guardduty";

/** MiniStack has no Glue and no Athena in templates, and no bootstrap version; and the source of the event. Nothing else is touched. */
const adapted = (template: any, variables: Readonly<Record<string, string>>): unknown => {
  const kept = Object.entries<any>(template.Resources).filter(([, { Type }]) => !/^AWS::(Glue|Athena)::/.test(Type));
  for (const [, resource] of kept)
    if (resource.Type === "AWS::Lambda::Function")
      Object.assign(resource.Properties.Environment?.Variables ?? {}, variables, {
        AWS_SDK_UA_APP_ID: resource.Properties.Environment?.Variables?.CORDON_STEP,
      });
  for (const [, resource] of kept)
    if (resource.Properties?.EventPattern?.source?.[0] === "aws.guardduty")
      resource.Properties.EventPattern.source = [SOURCE];
  const { Rules: _rules, Parameters: _parameters, ...rest } = template;
  return { ...rest, Resources: Object.fromEntries(kept) };
};

const untilCreated = async (cloudFormation: CloudFormationClient, StackName: string): Promise<Outputs> => {
  for (;;) {
    const [stack] = (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks ?? [];
    if (stack?.StackStatus === "CREATE_COMPLETE")
      return Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
    if (stack === undefined || !stack.StackStatus!.endsWith("IN_PROGRESS")) {
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
      const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith("FAILED")).map(
        (event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`,
      );
      throw new Error(`${StackName}: ${stack?.StackStatus}: ${failed.join("; ")}`);
    }
    await pause(250);
  }
};
