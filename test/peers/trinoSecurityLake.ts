/**
 * Security Lake's CloudTrail table as Trino can have it here: Parquet of the same columns (Athena reads Iceberg over Parquet). Records
 * become OCSF by the dossier of CloudTrail for OCSF 1.1.0, in this file alone.
 */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Trino } from "./trinoServer.ts";
import { type LogRecord, write } from "./trinoWorlds.ts";

type Doc = Readonly<Record<string, any>>;

const textOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);

/** Members by their paths, as `unmapped` names them. */
const flattened = (value: Doc, path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [`${path}.${name}`, textOf(one) ?? ""]));

const toOcsf = (record: LogRecord & Doc, account: string): Doc => {
  const { userIdentity: who = {}, resources, additionalEventData } = record;
  const { sessionContext: session = {} } = who;
  const issuer = session.sessionIssuer ?? {};
  const unmapped = {
    ...Object.fromEntries(
      ["recipientAccountId", "eventCategory", "readOnly", "sharedEventID", "serviceEventDetails"].flatMap((name) =>
        record[name] === undefined ? [] : [[name, textOf(record[name])]],
      ),
    ),
    ...(typeof additionalEventData === "object" && additionalEventData !== null
      ? flattened(additionalEventData, "additionalEventData")
      : {}),
    ...flattened(issuer, "userIdentity.sessionContext.sessionIssuer"),
    ...(session.sourceIdentity === undefined
      ? {}
      : { "userIdentity.sessionContext.sourceIdentity": session.sourceIdentity }),
    ...(who.onBehalfOf === undefined ? {} : flattened(who.onBehalfOf, "userIdentity.onBehalfOf")),
  };
  const created = session.attributes?.creationDate;
  return {
    metadata: {
      uid: record.eventID,
      event_code: record.eventType,
      product: { name: "CloudTrail", version: record.eventVersion },
    },
    time_dt: record.eventTime.replace("T", " ").replace("Z", ""),
    cloud: { region: record.awsRegion, provider: "AWS" },
    api: {
      operation: record.eventName,
      service: { name: record.eventSource },
      request: { uid: record.requestID ?? null, data: textOf(record.requestParameters) },
      response: {
        ...{ error: record.errorCode ?? null, message: record.errorMessage ?? null },
        data: textOf(record.responseElements),
      },
    },
    actor: {
      user: {
        ...{
          type: who.type ?? null,
          name: who.userName ?? null,
          uid: who.arn ?? null,
          uid_alt: who.principalId ?? null,
        },
        ...{ account: { uid: who.accountId ?? null }, credential_uid: who.accessKeyId ?? null },
      },
      session: {
        ...{ issuer: issuer.arn ?? null, is_mfa: session.attributes?.mfaAuthenticated ?? null },
        created_time: created === undefined ? null : Date.parse(created),
      },
      invoked_by: who.invokedBy ?? null,
    },
    src_endpoint: { ip: record.sourceIPAddress ?? null, domain: null, uid: record.vpcEndpointId ?? null },
    http_request: { user_agent: record.userAgent ?? null },
    resources: resources?.map(({ ARN, arn, type, accountId }: Doc) => ({
      ...{ uid: ARN ?? arn ?? null, type: type ?? null },
      owner: { account: { uid: accountId ?? null } },
    })),
    ...{ unmapped, accountid: account, region: record.awsRegion },
  };
};

const COLUMNS = `
  metadata ROW(uid varchar, event_code varchar, product ROW(name varchar, version varchar)), time_dt timestamp(3),
  cloud ROW(region varchar, provider varchar),
  api ROW(operation varchar, service ROW(name varchar), request ROW(uid varchar, data varchar), response ROW(error varchar, message varchar, data varchar)),
  actor ROW(user ROW(type varchar, name varchar, uid varchar, uid_alt varchar, account ROW(uid varchar), credential_uid varchar),
    session ROW(issuer varchar, is_mfa boolean, created_time bigint), invoked_by varchar),
  src_endpoint ROW(ip varchar, domain varchar, uid varchar), http_request ROW(user_agent varchar),
  resources ARRAY(ROW(uid varchar, type varchar, owner ROW(account ROW(uid varchar)))),
  unmapped MAP(varchar, varchar), accountid varchar, region varchar`;

/** Makes `security_lake` in the schema of a world, from the same records as its log files. */
export const makeSecurityLake = async (
  name: string,
  records: ReadonlyMap<string, readonly LogRecord[]>,
  home: string,
  trino: Trino,
): Promise<void> => {
  const lines = [...records].flatMap(([path, all]) => all.map((record) => toOcsf(record, path.split("/")[1]!)));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  write(join(home, "trino/files", name, "ocsf/part-0.json.gz"), gzipSync(text));
  await trino.query(
    name,
    `CREATE TABLE ocsf_lines (${COLUMNS}) WITH (external_location = 'local:///${name}/ocsf', format = 'OPENX_JSON')`,
  );
  await trino.query(name, "CREATE TABLE security_lake WITH (format = 'PARQUET') AS SELECT * FROM ocsf_lines");
};
