import { Aws, type Stack } from "aws-cdk-lib";
import { type CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { SideLogPlaces } from "../aws/sideLogs.ts";
import type { CordonContext } from "./context.ts";
import { accountProjection } from "./trailTable.ts";

type Given = Pick<
  CordonContext,
  "accessLogs" | "flowLogs" | "identityLogs" | "logs" | "memberAccounts" | "organization"
>;

/** A raw table of text. Splitting of lines into columns is left to the queries where `columns` is one. */
interface SideTableInput {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly separator: string;
  readonly location: string;
  readonly partitions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Path of a partition below the location. */
  readonly template: string;
}

const LINE = { columns: ["line"], separator: "\u0001" };
/** Fields of flow logs that the queries read; those that the format lacks are columns behind it, and null. */
const FLOW_FIELDS =
  "account-id interface-id instance-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action flow-direction pkt-src-aws-service pkt-dst-aws-service".split(
    " ",
  );

/** Tables of the logs beside CloudTrail that the context names. */
export const makeSideTables = (stack: Stack, database: CfnDatabase, databaseName: string, context: Given): void => {
  for (const input of inputsOf(context)) {
    const table = new CfnTable(stack, input.id, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName,
      tableInput: tableInputOf(input),
    });
    table.addResourceDependency(database);
  }
};

/** What the functions must know of them: `CORDON_SIDE_LOGS`. */
export const sidePlacesOf = ({ accessLogs, flowLogs, identityLogs }: Given): SideLogPlaces => ({
  ...(accessLogs === null ? {} : { "s3-access-log": { flatFolders: flatFoldersOf(accessLogs) } }),
  ...(flowLogs === null ? {} : { "vpc-flow-log": { flatFolders: [] } }),
  ...(identityLogs === null ? {} : { "okta-system-log": { flatFolders: [] } }),
});

const rootOf = ({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }): string =>
  `s3://${bucket}/${prefix}`;

const flatFoldersOf = (place: NonNullable<Given["accessLogs"]>): readonly string[] => {
  if (place.layout !== "flat") return [];
  return place.sources.length === 0 ? [rootOf(place)] : place.sources.map((one) => `${rootOf(place)}${one}/`);
};

const inputsOf = (given: Given): readonly SideTableInput[] => {
  const { accessLogs, flowLogs, identityLogs, logs } = given;
  const day = dayFrom(logs.since);
  return [
    ...(accessLogs === null ? [] : [accessInput(accessLogs, day)]),
    ...(flowLogs === null
      ? []
      : [
          {
            ...{
              id: "FlowLogRecords",
              name: "flow_log_records",
              separator: " ",
              columns: flowColumns(flowLogs.fields),
            },
            location: `${rootOf(flowLogs)}AWSLogs/`,
            partitions: { account: accountProjection(given), region: oneOf(logs.regions), day },
            template: "${account}/vpcflowlogs/${region}/${day}",
          },
        ]),
    ...(identityLogs === null
      ? []
      : [
          {
            ...{ ...LINE, id: "IdentityLogLines", name: "identity_log_lines", location: rootOf(identityLogs) },
            ...{ partitions: { day }, template: "${day}" },
          },
        ]),
  ];
};

const accessInput = (
  place: NonNullable<Given["accessLogs"]>,
  day: Readonly<Record<string, string>>,
): SideTableInput => ({
  ...{ ...LINE, id: "AccessLogLines", name: "access_log_lines", location: rootOf(place) },
  ...(place.layout === "flat"
    ? { partitions: {}, template: "" }
    : { partitions: { source: oneOf(place.sources), day }, template: "${source}/${day}" }),
});

/** The format's fields, one column for what is too much, and fields that the format lacks. */
export const flowColumns = (fields: readonly string[]): readonly string[] =>
  [...fields, "beyond", ...FLOW_FIELDS.filter((name) => !fields.includes(name))].map((name) =>
    name.replaceAll("-", "_"),
  );

const oneOf = (values: readonly string[]) => ({ type: "enum", values: values.join(",") });
const dayFrom = (since: string) => ({
  type: "date",
  format: "yyyy/MM/dd",
  interval: "1",
  "interval.unit": "DAYS",
  range: `${since},NOW+1DAYS`,
});

const text = (names: readonly string[]) => names.map((name) => ({ name, type: "string" }));

const tableInputOf = ({ name, columns, separator, location, partitions, template }: SideTableInput) => ({
  name,
  tableType: "EXTERNAL_TABLE",
  parameters: { EXTERNAL: "TRUE", ...projectionOf(partitions, `${location}${template}`) },
  partitionKeys: text(Object.keys(partitions)),
  storageDescriptor: {
    columns: text(columns),
    location,
    inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serdeInfo: {
      serializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
      parameters: { "field.delim": separator, "serialization.format": separator },
    },
  },
});

const projectionOf = (partitions: SideTableInput["partitions"], template: string): Readonly<Record<string, string>> =>
  Object.keys(partitions).length === 0
    ? {}
    : {
        "projection.enabled": "true",
        ...Object.fromEntries(
          Object.entries(partitions).flatMap(([column, settings]) =>
            Object.entries(settings).map(([name, value]) => [`projection.${column}.${name}`, value]),
          ),
        ),
        "storage.location.template": template,
      };

/** Folders of the logs, as ARNs for permissions, and keys of their files. */
export const sideFoldersOf = ({ accessLogs, flowLogs, identityLogs }: Given) =>
  [
    { place: accessLogs, below: "", keyArn: null },
    { place: flowLogs, below: "AWSLogs/", keyArn: flowLogs?.keyArn ?? null },
    { place: identityLogs, below: "", keyArn: identityLogs?.keyArn ?? null },
  ].flatMap(({ place, below, keyArn }) =>
    place === null ? [] : [{ bucket: place.bucket, folder: `${place.prefix}${below}`, keyArn }],
  );

/** Raw tables that the scan reads. */
export const sideTableNames = (context: Given): readonly string[] => inputsOf(context).map(({ name }) => name);
