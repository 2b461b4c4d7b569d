/** The account that the tests of actions act upon: users alice, bob and carol, roles app, deploy and fn, two buckets. */
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scene, Stamp } from "../../lib/core/action.ts";
import type { PrincipalRef } from "../../lib/core/principal.ts";
import { createAccount, type EmbeddedAccount } from "../../lib/embedded/account.ts";
import type { ApiRequest, ServiceName } from "../../lib/ports.ts";

const FIXTURE = new URL("../fixtures/moto-account/", import.meta.url).pathname;

export const ACCOUNT = "123456789012";
export const FOREIGN = "210987654321";
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

/** A fresh account over the fixture; `prepare` calls bring it into the state a test starts from. */
export const openAccount = (files: Readonly<Record<string, unknown>> = {}): EmbeddedAccount => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-actions-"));
  cpSync(FIXTURE, join(dir, "snapshot"), { recursive: true });
  for (const [name, value] of Object.entries(files)) writeFileSync(join(dir, "snapshot", name), JSON.stringify(value));
  return createAccount({
    iamSnapshotPath: join(dir, "snapshot/iam.json"),
    bucketsDir: join(dir, "snapshot/buckets"),
    overlayDir: join(dir, "overlay"),
    accountId: ACCOUNT,
  });
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
