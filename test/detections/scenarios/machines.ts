import { bucketCall, by, call, FOREIGN, OWN, objectCall, SERVICE } from "../events.ts";
import { fires, lookAlike, quiet, type Scenarios, three } from "../scenario.ts";

const LAMBDA = "lambda";
const ADMIN = `arn:aws:iam::${OWN}:role/admin`;

export const machines: Scenarios = {
  "function-changed": three(
    [
      ["code overwritten", call(LAMBDA, "UpdateFunctionCode20150331v2", { functionName: "app", s3Bucket: "x" })],
      [
        "a layer added",
        call(LAMBDA, "UpdateFunctionConfiguration20150331v2", { functionName: "app", layers: ["arn:x"] }),
      ],
    ],
    [
      "only the memory of a function changed",
      call(LAMBDA, "UpdateFunctionConfiguration20150331v2", { functionName: "app", memorySize: 512 }),
    ],
    ["code changed by a service", by(SERVICE, call(LAMBDA, "UpdateFunctionCode20150331v2", { functionName: "app" }))],
  ),
  "function-opened": [
    ...three(
      [
        [
          "everybody let in",
          call(LAMBDA, "AddPermission20150331v2", { functionName: "app", principal: "*" }),
          { target: "*" },
        ],
        [
          "another account let in",
          call(LAMBDA, "AddPermission20150331v2", { functionName: "app", principal: FOREIGN }),
          { target: FOREIGN },
        ],
        [
          "a web address without a login",
          call(LAMBDA, "CreateFunctionUrlConfig", { functionName: "app", authType: "NONE" }),
        ],
      ],
      [
        "a service let in",
        call(LAMBDA, "AddPermission20150331v2", {
          functionName: "app",
          principal: "s3.amazonaws.com",
          sourceAccount: OWN,
        }),
      ],
      ["our own account let in", call(LAMBDA, "AddPermission20150331v2", { functionName: "app", principal: OWN })],
    ),
    quiet("everybody, but only for our organisation", [
      call(LAMBDA, "AddPermission20150331v2", { functionName: "app", principal: "*", principalOrgID: "o-1" }),
    ]),
  ],
  "role-passed-to-machine": three(
    [
      [
        "a profile put on an instance",
        call("ec2", "AssociateIamInstanceProfile", { instanceId: "i-1", iamInstanceProfile: { name: "admin" } }),
        { severity: "high" },
      ],
      ["an endpoint of Glue with a role", call("glue", "CreateDevEndpoint", { endpointName: "x", roleArn: ADMIN })],
      ["a task with another role", call("ecs", "RunTask", { taskDefinition: "x", overrides: { taskRoleArn: ADMIN } })],
    ],
    ["a task with its own role", call("ecs", "RunTask", { taskDefinition: "x" })],
    ["profiles listed", call("iam", "ListInstanceProfiles", null)],
  ),
  "commands-on-machines": three(
    [
      [
        "a script run on two machines",
        call("ssm", "SendCommand", { instanceIds: ["i-1", "i-2"], documentName: "AWS-RunShellScript" }),
        { severity: "high" },
      ],
      ["a key pushed", call("ec2-instance-connect", "SendSSHPublicKey", { instanceId: "i-1" }), { target: "i-1" }],
    ],
    ["commands listed", call("ssm", "ListCommands", null)],
    ["an agent reporting", call("ssm", "UpdateInstanceInformation", null)],
  ),
  "machine-entry-prepared": three(
    [
      [
        "a start-up script changed",
        call("ec2", "ModifyInstanceAttribute", { instanceId: "i-1", userData: "<sensitive>" }),
        { severity: "high" },
      ],
      ["serial consoles enabled", call("ec2", "EnableSerialConsoleAccess", null)],
    ],
    [
      "the type of an instance changed",
      call("ec2", "ModifyInstanceAttribute", { instanceId: "i-1", instanceType: { value: "t3.large" } }),
    ],
    ["key pairs listed", call("ec2", "DescribeKeyPairs", null)],
  ),
  "ai-service-reads-bucket": three(
    [
      [
        "a data source over a bucket",
        call("bedrock", "CreateDataSource", {
          dataSourceConfiguration: { s3Configuration: { bucketArn: "arn:aws:s3:::acme-data" } },
        }),
        { target: "arn:aws:s3:::acme-data" },
      ],
      [
        "a job that writes into a bucket",
        call("sagemaker", "CreateProcessingJob", {
          processingOutputConfig: { outputs: [{ s3Output: { s3Uri: "s3://evil/x" } }] },
        }),
        { target: "s3://evil/x" },
      ],
    ],
    ["a model asked", call("bedrock", "InvokeModel", { modelId: "m" })],
    ["jobs listed", call("sagemaker", "ListProcessingJobs", null)],
  ),
  "vpc-endpoint-opened": three(
    [
      [
        "everything allowed",
        call("ec2", "ModifyVpcEndpoint", {
          ModifyVpcEndpointRequest: {
            VpcEndpointId: "vpce-1",
            PolicyDocument: JSON.stringify({
              Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
            }),
          },
        }),
        { target: "vpce-1" },
      ],
    ],
    [
      "everything, for our organisation",
      call("ec2", "ModifyVpcEndpoint", {
        ModifyVpcEndpointRequest: {
          VpcEndpointId: "vpce-1",
          PolicyDocument: JSON.stringify({
            Statement: [
              {
                Effect: "Allow",
                Principal: "*",
                Action: "*",
                Resource: "*",
                Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
              },
            ],
          }),
        },
      }),
    ],
    [
      "a route table added",
      call("ec2", "ModifyVpcEndpoint", {
        ModifyVpcEndpointRequest: { VpcEndpointId: "vpce-1", AddRouteTableId: { content: "rtb-1" } },
      }),
    ],
  ),
  "distribution-over-bucket": three(
    [
      [
        "a distribution with a bucket behind",
        call("cloudfront", "CreateDistribution2020_05_31", {
          distributionConfig: { origins: { items: [{ domainName: "acme-data.s3.eu-central-1.amazonaws.com" }] } },
        }),
        { target: "acme-data.s3.eu-central-1.amazonaws.com" },
      ],
      [
        "a function put on a distribution",
        call("cloudfront", "UpdateDistribution2020_05_31", {
          id: "E1",
          distributionConfig: {
            defaultCacheBehavior: { lambdaFunctionAssociations: { items: [{ lambdaFunctionARN: "x" }] } },
          },
        }),
        { severity: "high" },
      ],
    ],
    [
      "a distribution with a server behind",
      call("cloudfront", "CreateDistribution2020_05_31", {
        distributionConfig: { origins: { items: [{ domainName: "www.example.com" }] } },
      }),
    ],
    ["a cache emptied", call("cloudfront", "CreateInvalidation2020_05_31", { distributionId: "E1" })],
  ),
  "web-code-uploaded": [
    fires("a script below static/", [objectCall("PutObject", "static/js/app.js")]),
    lookAlike("a script put there by the pipeline", [
      objectCall("PutObject", "static/js/app.js", {}, { userAgent: "AWS CodeBuild/1.0" }),
    ]),
    quiet("data", [objectCall("PutObject", "static/js/app.json")]),
  ],
  "bucket-settings-loosened": three(
    [
      [
        "ownership given to the writer",
        bucketCall("PutBucketOwnershipControls", { OwnershipControls: { Rule: { ObjectOwnership: "ObjectWriter" } } }),
        { severity: "medium" },
      ],
      [
        "every site let in",
        bucketCall("PutBucketCors", { CORSConfiguration: { CORSRule: { AllowedOrigin: "*", AllowedMethod: "GET" } } }),
      ],
    ],
    [
      "ownership enforced",
      bucketCall("PutBucketOwnershipControls", {
        OwnershipControls: { Rule: { ObjectOwnership: "BucketOwnerEnforced" } },
      }),
    ],
    [
      "one site let in",
      bucketCall("PutBucketCors", {
        CORSConfiguration: { CORSRule: { AllowedOrigin: "https://acme.example", AllowedMethod: "GET" } },
      }),
    ],
  ),
};
