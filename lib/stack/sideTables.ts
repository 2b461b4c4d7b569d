import { Aws, type Stack } from "aws-cdk-lib";
import { type CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { SideLogPlaces } from "../aws/sideLogs.ts";
import { isKept, isOfLake } from "../logs/index.ts";
import type { KeptCatalog, LakePlace, RawTable } from "../logs/source.ts";
import type { CordonContext } from "./context.ts";
import { accountProjection } from "./trailTable.ts";

type Given = Pick<CordonContext, "sideLogs" | "logs" | "memberAccounts" | "organization">;

const placesIn = (given: Given): readonly (LakePlace & { readonly id: string })[] =>
  given.sideLogs.flatMap(({ source, place }) =>
    isOfLake(source)
      ? {
          id: source.id,
          ...source.lake.placed(place, {
            accounts: accountProjection(given),
            regions: given.logs.regions,
            since: given.logs.since,
          }),
        }
      : [],
  );

/** Catalogues of tables that AWS keeps. */
export const keptCatalogsOf = ({ sideLogs }: Given): readonly KeptCatalog[] =>
  sideLogs.flatMap(({ source, place }) => (isKept(source) ? source.lake.grantsOf(place) : []));

/** Tables of the logs beside CloudTrail that the context names. */
export const makeSideTables = (stack: Stack, database: CfnDatabase, databaseName: string, context: Given): void => {
  for (const { table: raw } of placesIn(context)) {
    const table = new CfnTable(stack, raw.id, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName,
      tableInput: tableInputOf(raw),
    });
    table.addResourceDependency(database);
  }
};

/** What the functions must know of them: `CORDON_SIDE_LOGS`. */
export const sidePlacesOf = (context: Given): SideLogPlaces =>
  Object.fromEntries([
    ...placesIn(context).map(({ id, flatFolders }) => [id, { flatFolders }]),
    ...context.sideLogs.flatMap(({ source, place }) =>
      isKept(source) ? [[source.id, { flatFolders: [], kept: place }]] : [],
    ),
  ]);

/** Folders of the logs for permissions, and keys of their files. */
export const sideFoldersOf = (context: Given): readonly Pick<LakePlace, "bucket" | "folder" | "keyArn">[] =>
  placesIn(context);

/** Raw tables that the scan reads. */
export const sideTableNames = (context: Given): readonly string[] => placesIn(context).map(({ table }) => table.name);

const text = (names: readonly string[]) => names.map((name) => ({ name, type: "string" }));

const tableInputOf = ({ name, columns, separator, location, partitions, template }: RawTable) => ({
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

const projectionOf = (partitions: RawTable["partitions"], template: string): Readonly<Record<string, string>> =>
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
