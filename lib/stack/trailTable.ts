import type { CfnTable } from "aws-cdk-lib/aws-glue";
import type { CordonContext } from "./context.ts";

type Column = CfnTable.ColumnProperty;

const text = (...names: readonly string[]): readonly Column[] => names.map((name) => ({ name, type: "string" }));

const SESSION_ISSUER = "struct<type:string,principalid:string,arn:string,accountid:string,username:string>";
const SESSION_CONTEXT = `struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:${SESSION_ISSUER},ec2roledelivery:string,sourceidentity:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>`;
const USER_IDENTITY = `struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:${SESSION_CONTEXT}>`;

/** The columns of AWS's own CloudTrail table, with `sourceidentity` and `managementevent`, which it leaves out. */
export const COLUMNS: readonly Column[] = [
  ...text("eventversion"),
  { name: "useridentity", type: USER_IDENTITY },
  ...text(
    "eventtime",
    "eventsource",
    "eventname",
    "awsregion",
    "sourceipaddress",
    "useragent",
    "errorcode",
    "errormessage",
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "requestid",
    "eventid",
    "readonly",
  ),
  { name: "resources", type: "array<struct<arn:string,accountid:string,type:string>>" },
  ...text(
    "eventtype",
    "apiversion",
    "recipientaccountid",
    "serviceeventdetails",
    "sharedeventid",
    "vpcendpointid",
    "vpcendpointaccountid",
    "eventcategory",
    "managementevent",
  ),
  {
    name: "addendum",
    type: "struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>",
  },
  ...text("sessioncredentialfromconsole", "edgedevicedetails"),
  { name: "tlsdetails", type: "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>" },
];

export const PARTITION_KEYS: readonly Column[] = text("account", "region", "day");

/**
 * The accounts of a projected table: enumerated, so that a query without them still finds everything, or, of an organisation,
 * injected: every query names those that it reads, and a new account needs no new table (Athena user guide, injected type).
 */
export const accountProjection = ({
  memberAccounts,
  organization,
}: Pick<CordonContext, "memberAccounts" | "organization">): Readonly<Record<string, string>> =>
  organization === null ? { type: "enum", values: memberAccounts.join(",") } : { type: "injected" };

/**
 * Partition projection: no crawler and no partition to add. Regions are enumerated; one that is not listed is not searched.
 * `day` is the day of delivery, a folder.
 */
export const projection = (bucket: string, context: CordonContext): Readonly<Record<string, string>> => ({
  "projection.enabled": "true",
  ...Object.fromEntries(
    Object.entries(accountProjection(context)).map(([name, value]) => [`projection.account.${name}`, value]),
  ),
  ...rest(bucket, context),
});

const rest = (bucket: string, { logs }: CordonContext): Readonly<Record<string, string>> => ({
  "projection.region.type": "enum",
  "projection.region.values": logs.regions.join(","),
  "projection.day.type": "date",
  "projection.day.format": "yyyy/MM/dd",
  "projection.day.interval": "1",
  "projection.day.interval.unit": "DAYS",
  "projection.day.range": `${logs.since},NOW+1DAYS`,
  "storage.location.template": `${rootOf(bucket, logs)}\${account}/CloudTrail/\${region}/\${day}`,
  classification: "cloudtrail",
});

/** `s3://bucket/prefix/AWSLogs/[o-id/]`: an organisation's trail has one folder more. */
export const rootOf = (bucket: string, { prefix, organizationId }: CordonContext["logs"]): string =>
  `s3://${bucket}/${prefix}AWSLogs/${organizationId === null ? "" : `${organizationId}/`}`;
