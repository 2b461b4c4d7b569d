/** The account that the tests of actions act upon: users alice, bob and carol, roles app, deploy and fn, two buckets. */

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiRequest, ServiceName } from "../../lib/case/apiRequest.ts";
import type { ActorChange, PrincipalRef } from "../../lib/case/principal.ts";
import type { Scene, Stamp } from "../../lib/core/plan/action.ts";
import { createAccount, type EmbeddedAccount } from "../../lib/embedded/account.ts";

import { ACCOUNT, FOREIGN } from "./names.ts";
import { SERVICES } from "./services.ts";

const FIXTURE = new URL("../fixtures/moto-account/", import.meta.url).pathname;

export { ACCOUNT, FOREIGN };
export const RESPONDER = `arn:aws:iam::${ACCOUNT}:role/cordon-responder`;

export const stamp: Stamp = {
  caseId: "case-20261121-0123456789",
  sid: "Cordon0123456789",
  at: "2026-11-21T09:00:00.000Z",
  accountId: ACCOUNT,
  region: "us-east-1",
  partition: "aws",
  exemptArns: [RESPONDER],
};

const nobody: PrincipalRef = {
  type: "Unknown",
  accountId: ACCOUNT,
  principalId: null,
  arn: null,
  userName: null,
  accessKeyId: null,
  roleSession: null,
  issuerArn: null,
};

export const suspect = (members: Partial<PrincipalRef>): PrincipalRef => ({ ...nobody, ...members });

export const alice = suspect({
  type: "IAMUser",
  principalId: "AIDAALICE00000000001",
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  userName: "alice",
});

export const appSession = suspect({
  type: "AssumedRole",
  principalId: "AROAAPP0000000000001:i-0317f6c6b66ae9c40",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-0317f6c6b66ae9c40`,
  userName: "app",
  roleSession: "i-0317f6c6b66ae9c40",
  issuerArn: `arn:aws:iam::${ACCOUNT}:role/app`,
});

export const scene = (members: Partial<Scene>): Scene => ({
  caseId: stamp.caseId,
  accountId: ACCOUNT,
  region: stamp.region,
  partition: stamp.partition,
  suspects: [alice],
  keys: [],
  roles: [],
  buckets: ["plain", "shared"],
  addresses: [],
  changes: [],
  exemptArns: stamp.exemptArns,
  protected: { principals: [], buckets: [] },
  ...members,
});

export const appRole = { roleName: "app", arn: `arn:aws:iam::${ACCOUNT}:role/app`, session: "i-0317f6c6b66ae9c40" };

/** A fresh account over the fixture; `files` replace or add parts of the snapshot. */
export const openAccount = (files: Readonly<Record<string, unknown>> = {}): EmbeddedAccount => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-actions-"));
  cpSync(FIXTURE, join(dir, "snapshot"), { recursive: true });
  for (const [name, value] of Object.entries({ "services.json": SERVICES, ...files }))
    writeFileSync(join(dir, "snapshot", name), JSON.stringify(value));
  return createAccount({
    iamSnapshotPath: join(dir, "snapshot/iam.json"),
    bucketsDir: join(dir, "snapshot/buckets"),
    overlayDir: join(dir, "overlay"),
    accountId: ACCOUNT,
  });
};

/** A fresh account in which the inline policies of role app leave no room. */
export const paddedRole = async (): Promise<EmbeddedAccount> => {
  const account = openAccount();
  await pad(account, "PutRolePolicy", { RoleName: "app" }, 200);
  return account;
};

/** An inline policy of somebody's that takes nearly all the room there is: 36 for a user, 200 for a role. */
export const pad = async (
  account: EmbeddedAccount,
  operation: string,
  who: Record<string, unknown>,
  count: number,
): Promise<void> => {
  const Resource = Array.from({ length: count }, (_, at) => `arn:aws:s3:::pad-${String(at).padStart(30, "0")}`);
  const Statement = [{ Effect: "Deny", Action: "x:y", Resource }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await account.call(api("iam", operation, { ...who, PolicyName: "pad", PolicyDocument }));
};

export const api = (service: ServiceName, operation: string, input: Record<string, unknown>): ApiRequest => ({
  service,
  operation,
  region: stamp.region,
  accountId: ACCOUNT,
  input,
});

export const carryOut = async (account: EmbeddedAccount, requests: readonly ApiRequest[]): Promise<void> => {
  for (const request of requests) await account.call(request);
};

/** A change by a suspect. Shapes of request and response: CloudTrail records (test/fixtures, stratus and panther data). */
export const change = (
  eventName: string,
  request: Record<string, unknown>,
  members: Partial<ActorChange> = {},
): ActorChange => ({
  eventId: "e1f3c2d4-0000-4000-8000-000000000001",
  eventTime: "2026-11-21T08:30:00Z",
  eventName,
  eventSource: "any.amazonaws.com",
  bucket: null,
  request,
  response: {},
  ...members,
});

/** Id of bob's only key, as the snapshot lists it. */
export const bobsKey = (): string => {
  const lists = JSON.parse(readFileSync(join(FIXTURE, "access-keys.json"), "utf8")) as readonly {
    AccessKeyMetadata: readonly Record<string, string>[];
  }[];
  return lists.flatMap(({ AccessKeyMetadata }) => AccessKeyMetadata).find(({ UserName }) => UserName === "bob")!
    .AccessKeyId!;
};

/** A file of the fixture, parsed, for a test to alter. */
export const snapshot = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURE, name), "utf8"));
