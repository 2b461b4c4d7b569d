/**
 * A CloudTrail record as DuckDB types it while reading JSON: what `case-table.sql` asks for and no more, since every
 * member read costs time (facts: log-scan.md). Members whose shape is the caller's business stay JSON text.
 */
const TEXT_MEMBERS = [
  "eventTime",
  "eventSource",
  "eventName",
  "awsRegion",
  "sourceIPAddress",
  "userAgent",
  "errorCode",
  "errorMessage",
  "requestID",
  "eventID",
  "readOnly",
  "eventType",
  "recipientAccountId",
  "sharedEventID",
  "vpcEndpointId",
  "eventCategory",
] as const;

const JSON_MEMBERS = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"] as const;

const ISSUER = '"type" VARCHAR, "principalId" VARCHAR, "arn" VARCHAR, "accountId" VARCHAR, "userName" VARCHAR';

const SESSION = `"attributes" STRUCT("mfaAuthenticated" VARCHAR, "creationDate" VARCHAR), "sessionIssuer" STRUCT(${ISSUER}), "sourceIdentity" VARCHAR`;

const IDENTITY = `${ISSUER}, "invokedBy" VARCHAR, "accessKeyId" VARCHAR, "onBehalfOf" STRUCT("userId" VARCHAR, "identityStoreArn" VARCHAR), "sessionContext" STRUCT(${SESSION})`;

const COLUMNS: ReadonlyMap<string, string> = new Map([
  ["userIdentity", `STRUCT(${IDENTITY})`],
  ...TEXT_MEMBERS.map((name): [string, string] => [name, "VARCHAR"]),
  ...JSON_MEMBERS.map((name): [string, string] => [name, "JSON"]),
  ["resources", 'STRUCT("ARN" VARCHAR, "accountId" VARCHAR, "type" VARCHAR)[]'],
]);

export const RECORD_TYPE = `STRUCT(${[...COLUMNS].map(([name, type]) => `"${name}" ${type}`).join(", ")})`;

/**
 * Athena's CloudTrail table over the records of one batch (`batch`: columns `r`, `file`): the same names, all lower case,
 * nested members as JSON text. `day` stands for the delivery day that is a partition in Athena.
 * Source: Athena user guide, "Create an Athena table for CloudTrail logs".
 */
export const CLOUDTRAIL_LOGS = `
SELECT
  ${TEXT_MEMBERS.map((name) => `r."${name}" AS ${name.toLowerCase()}`).join(", ")},
  struct_pack(type := r."userIdentity"."type", principalid := r."userIdentity"."principalId",
    arn := r."userIdentity"."arn", accountid := r."userIdentity"."accountId",
    invokedby := r."userIdentity"."invokedBy", accesskeyid := r."userIdentity"."accessKeyId",
    username := r."userIdentity"."userName",
    onbehalfof := struct_pack(userid := r."userIdentity"."onBehalfOf"."userId",
      identitystorearn := r."userIdentity"."onBehalfOf"."identityStoreArn"),
    sessioncontext := struct_pack(
      attributes := struct_pack(mfaauthenticated := r."userIdentity"."sessionContext"."attributes"."mfaAuthenticated",
        creationdate := r."userIdentity"."sessionContext"."attributes"."creationDate"),
      sessionissuer := struct_pack(type := r."userIdentity"."sessionContext"."sessionIssuer"."type",
        principalid := r."userIdentity"."sessionContext"."sessionIssuer"."principalId",
        arn := r."userIdentity"."sessionContext"."sessionIssuer"."arn",
        accountid := r."userIdentity"."sessionContext"."sessionIssuer"."accountId",
        username := r."userIdentity"."sessionContext"."sessionIssuer"."userName"),
      sourceidentity := r."userIdentity"."sessionContext"."sourceIdentity")) AS useridentity,
  ${JSON_MEMBERS.map((name) => `CAST(r."${name}" AS VARCHAR) AS ${name.toLowerCase()}`).join(", ")},
  CAST(r."resources" AS STRUCT(arn VARCHAR, accountid VARCHAR, type VARCHAR)[]) AS resources,
  replace(substr(r."eventTime", 1, 10), '-', '/') AS day,
  file AS "$path"
FROM batch`;
