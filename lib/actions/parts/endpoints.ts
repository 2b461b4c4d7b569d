import type { Stamp } from "../../core/plan/action.ts";
import type { Account } from "../../ports/ports.ts";
import { readList, request } from "./calls.ts";

/** An endpoint of the account for S3 in the region, with its policy as text (EC2 API, DescribeVpcEndpoints). */
export interface Endpoint {
  readonly id: string;
  readonly policy: string;
}

export const readEndpoints = async (stamp: Stamp, account: Account): Promise<readonly Endpoint[]> => {
  const Filters = [{ Name: "service-name", Values: [`com.amazonaws.${stamp.region}.s3`] }];
  const asked = request(stamp, "ec2", "DescribeVpcEndpoints", { Filters });
  const found = await readList(account, asked, "VpcEndpoints", { output: "NextToken", input: "NextToken" });
  return (found as readonly Readonly<Record<string, unknown>>[])
    .filter(({ State }) => String(State).toLowerCase() === "available")
    .map(({ VpcEndpointId, PolicyDocument }) => ({ id: String(VpcEndpointId), policy: String(PolicyDocument) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
};
