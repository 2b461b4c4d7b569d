import type { ApiRequest } from "../../case/apiRequest.ts";
import type { Breach } from "../../case/plan.ts";
import { isAfter } from "./afterCut.ts";

/** One successful change of a setting, by whomever (`lib/sql/cut-changes.sql`). */
export interface CutChangeRow {
  readonly event_key: string;
  readonly eventtime: string;
  readonly eventsource: string;
  readonly eventname: string;
  readonly requestid: string | null;
  readonly bucket: string | null;
  readonly principal_id: string | null;
  readonly principal_arn: string | null;
  readonly access_key_id: string | null;
  readonly invoked_by: string | null;
  readonly sourceip: string | null;
  readonly requestparameters: string | null;
}

/** What a change of ours wrote, and since when it was in force. */
export interface Guarded {
  readonly id: string;
  readonly since: string;
  readonly requests: readonly ApiRequest[];
}

interface Setting {
  /** CloudTrail's names of the calls that write or remove it. */
  readonly touchedBy: RegExp;
  /** Members of the input with the parameters of the event that must be equal. */
  readonly by: Readonly<Record<string, string>>;
  /** Calls that open the same door again beside it, for the same user or role. */
  readonly andBy?: RegExp;
}

const user = { UserName: "userName" };
const bucket = { Bucket: "bucketName" };
/** One made again under the name has none of our policies. */
const USER_REMADE = /^(?:Create|Delete)User$/;
const ROLE_REMADE = /^(?:Create|Delete)Role$/;
/** Sources: CloudTrail user guide (S3 event names differ from the operations for Block Public Access), IAM API reference. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  "iam:PutUserPolicy": {
    touchedBy: /^(Put|Delete)UserPolicy$/,
    by: { ...user, PolicyName: "policyName" },
    andBy: USER_REMADE,
  },
  "iam:PutRolePolicy": {
    touchedBy: /^(Put|Delete)RolePolicy$/,
    by: { RoleName: "roleName", PolicyName: "policyName" },
    andBy: ROLE_REMADE,
  },
  // Ours hangs on this one role: whoever changes the policy changes the cut.
  "iam:AttachRolePolicy": {
    touchedBy: /^(?:DetachRolePolicy|CreatePolicyVersion|SetDefaultPolicyVersion|DeletePolicy)$/,
    by: { PolicyArn: "policyArn" },
    andBy: ROLE_REMADE,
  },
  "iam:PutUserPermissionsBoundary": {
    touchedBy: /^(Put|Delete)UserPermissionsBoundary$/,
    by: user,
    andBy: USER_REMADE,
  },
  "iam:UpdateAccessKey": {
    touchedBy: /^UpdateAccessKey$/,
    by: { AccessKeyId: "accessKeyId" },
    andBy: /^(?:CreateAccessKey|CreateUser|DeleteUser)$/,
  },
  "iam:PutRolePermissionsBoundary": {
    touchedBy: /^(Put|Delete)RolePermissionsBoundary$/,
    by: { RoleName: "roleName" },
    andBy: ROLE_REMADE,
  },
  "iam:DeleteLoginProfile": { touchedBy: /^(Create|Update)LoginProfile$/, by: user, andBy: USER_REMADE },
  "iam:UpdateAssumeRolePolicy": {
    touchedBy: /^UpdateAssumeRolePolicy$/,
    by: { RoleName: "roleName" },
    andBy: ROLE_REMADE,
  },
  "s3:PutBucketPolicy": { touchedBy: /^(Put|Delete)BucketPolicy$/, by: bucket },
  "s3:DeleteBucketPolicy": { touchedBy: /^PutBucketPolicy$/, by: bucket },
  "s3:PutPublicAccessBlock": { touchedBy: /^(Put|Delete)BucketPublicAccessBlock$/, by: bucket },
  "s3:PutBucketReplication": { touchedBy: /^PutBucketReplication$/, by: bucket },
  "s3:DeleteBucketReplication": { touchedBy: /^PutBucketReplication$/, by: bucket },
  "kms:PutKeyPolicy": { touchedBy: /^PutKeyPolicy$/, by: { KeyId: "keyId" } },
};

/**
 * Who touched what we put in place after it was in force. Calls that we made ourselves are told by their request ids.
 * What takes the whole setting away is `removed`; what writes it anew is `rewritten`.
 */
export const changesToCut = (
  rows: readonly CutChangeRow[],
  guarded: readonly Guarded[],
  ownRequestIds: ReadonlySet<string>,
): readonly Breach[] =>
  rows
    .filter(({ requestid }) => requestid === null || !ownRequestIds.has(requestid))
    .flatMap((row): readonly Breach[] => {
      const parameters = parametersOf(row);
      const touched = guarded.filter(
        ({ since, requests }) =>
          isAfter(row.eventtime, since) && requests.some((made) => touches(row, parameters, made)),
      );
      return touched.length === 0
        ? []
        : [
            breachOf(
              row,
              parameters,
              touched.map(({ id }) => id),
            ),
          ];
    });

type Parameters = Readonly<Record<string, unknown>>;

const touches = (row: CutChangeRow, parameters: Parameters, { service, operation, input }: ApiRequest): boolean => {
  const setting = SETTINGS[`${service}:${operation}`];
  if (setting === undefined || row.eventsource !== `${service}.amazonaws.com`) return false;
  if (setting.andBy?.test(row.eventname) === true) return isSameHolder(input, parameters);
  if (!setting.touchedBy.test(row.eventname)) return false;
  return Object.entries(setting.by).every(([member, parameter]) =>
    parameter === "keyId" ? isSameKey(input[member], parameters[parameter]) : input[member] === parameters[parameter],
  );
};

const isSameHolder = ({ UserName, RoleName }: ApiRequest["input"], { userName, roleName }: Parameters): boolean =>
  UserName === undefined ? RoleName !== undefined && RoleName === roleName : UserName === userName;

/** A KMS key goes by its id or by its ARN, which ends in the id. */
const isSameKey = (ours: unknown, theirs: unknown): boolean =>
  typeof ours === "string" && typeof theirs === "string" && ours.split("/").at(-1) === theirs.split("/").at(-1);

const parametersOf = ({ requestparameters }: CutChangeRow): Parameters => {
  try {
    const value: unknown = JSON.parse(requestparameters ?? "{}");
    return typeof value === "object" && value !== null ? (value as Parameters) : {};
  } catch {
    return {};
  }
};

const takesAway = (name: string, parameters: Parameters): boolean =>
  /^De(?:lete|tach)/.test(name) ||
  /^Create(?:LoginProfile|AccessKey|User|Role)$/.test(name) ||
  parameters.status === "Active";

const breachOf = (row: CutChangeRow, parameters: Parameters, actions: readonly string[]): Breach => ({
  is: takesAway(row.eventname, parameters) ? "removed" : "rewritten",
  actions,
  call: `${row.eventsource.replace(/\.amazonaws\.com$/, "")}:${row.eventname}`,
  by: row.principal_arn ?? row.principal_id ?? row.invoked_by ?? "unknown",
  accessKeyId: row.access_key_id,
  address: row.sourceip,
  bucket: row.bucket,
  calls: 1,
  firstAt: row.eventtime,
  lastAt: row.eventtime,
  eventKey: row.event_key,
});
