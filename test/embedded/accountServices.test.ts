import assert from "node:assert/strict";
import { test } from "node:test";
import { isApiError } from "../../lib/base/errors.ts";
import type { ServiceName } from "../../lib/case/apiRequest.ts";
import { DETECTOR, INSTANCE, KEY_ARN, SERVICES } from "../actions/services.ts";
import { api, openAccount } from "../actions/world.ts";

// Error codes: the API references of the services.
const refusals: readonly [ServiceName, string, Record<string, unknown>, string][] = [
  ["cloudtrail", "GetTrail", { Name: "gone" }, "TrailNotFoundException"],
  ["cloudtrail", "GetTrail", { Name: "never-recorded" }, "NotKnown"],
  ["cloudtrail", "StartLogging", { Name: "never-recorded" }, "NotKnown"],
  ["cloudtrail", "DeleteTrail", { Name: "main" }, "UnknownOperation"],
  ["ec2", "DescribeVpcEndpoints", { Filters: [{ Name: "vpc-id", Values: ["vpc-1"] }] }, "InvalidParameterValue"],
  [
    "ec2",
    "DisassociateIamInstanceProfile",
    { AssociationId: "iip-assoc-00000000000000000" },
    "InvalidAssociationID.NotFound",
  ],
  ["ec2", "AssociateIamInstanceProfile", { InstanceId: INSTANCE, IamInstanceProfile: { Name: "x" } }, "IncorrectState"],
  ["kms", "PutKeyPolicy", { KeyId: KEY_ARN, PolicyName: "default", Policy: "{" }, "MalformedPolicyDocument"],
  ["guardduty", "GetDetector", {}, "ValidationError"],
];

for (const [service, operation, input, code] of refusals) {
  test(`${service}:${operation} with ${JSON.stringify(input).slice(0, 60)} answers ${code}, and changes nothing`, async () => {
    const account = openAccount();
    await assert.rejects(account.call(api(service, operation, input)), (error) => isApiError(error, code));
    assert.deepEqual(account.calls(), []);
  });
}

test("a change shows in the read that belongs to it, and nowhere else", async () => {
  const account = openAccount();
  await account.call(api("guardduty", "UpdateDetector", { DetectorId: DETECTOR, Enable: true }));
  const { output } = await account.call(api("guardduty", "GetDetector", { DetectorId: DETECTOR }));
  assert.deepEqual(output, { Status: "ENABLED" });
  const filter = await account.call(api("guardduty", "GetFilter", { DetectorId: DETECTOR, FilterName: "hide" }));
  assert.deepEqual(filter.output, SERVICES.guardduty.GetFilter[`${DETECTOR}/hide`]);
});

test("filters of EC2 narrow the answer to what was asked for", async () => {
  const Filters = [{ Name: "service-name", Values: ["com.amazonaws.us-east-1.s3"] }];
  const { output } = await openAccount().call(api("ec2", "DescribeVpcEndpoints", { Filters }));
  assert.deepEqual(
    (output.VpcEndpoints as { VpcEndpointId: string }[]).map(({ VpcEndpointId }) => VpcEndpointId),
    ["vpce-0a1b2c3d4e5f60718"],
  );
});
