/** Every log beside CloudTrail that is read. A further one is a line here. */
import { accessLog } from "./access-log.ts";
import { aggregated } from "./aggregated.ts";
import { entra } from "./entra.ts";
import { flowLog } from "./flow-log.ts";
import { okta } from "./okta.ts";
import { s3Metadata } from "./s3-metadata.ts";
import type { Entry, KeptTables, Lake, LineForm, LogSource, ObjectForm } from "./source.ts";

const SOURCES = [accessLog, flowLog, okta, entra, s3Metadata, aggregated] as const;

export type LogId = (typeof SOURCES)[number]["id"];

export const LOG_SOURCES: readonly (LogSource & { readonly id: LogId })[] = SOURCES;

type OfForm<Form> = LogSource & { readonly id: LogId; readonly reads: Form };

const isOfLines = (source: LogSource): source is OfForm<LineForm<Entry>> => source.reads.form === "lines";
const isOfObjects = (source: LogSource): source is OfForm<ObjectForm<Entry>> => source.reads.form === "objects";

/** Where Athena reads them: in files, or in tables that AWS keeps. */
export type OfLake = LogSource & { readonly id: LogId; readonly lake: Lake };
export type OfKept = LogSource & { readonly id: LogId; readonly lake: KeptTables };
export const isOfLake = (source: LogSource & { readonly id: LogId }): source is OfLake => "lines" in source.lake;
export const isKept = (source: LogSource & { readonly id: LogId }): source is OfKept => "placesOf" in source.lake;

export const LINE_SOURCES: readonly OfForm<LineForm<Entry>>[] = LOG_SOURCES.filter(isOfLines);
export const OBJECT_SOURCES: readonly OfForm<ObjectForm<Entry>>[] = LOG_SOURCES.filter(isOfObjects);

/** What a file is called in sentences, by the kind that documents have. */
export const KIND_NAMES: Readonly<Record<string, string>> = {
  cloudtrail: "CloudTrail",
  digest: "CloudTrail's digests",
  ...Object.fromEntries(SOURCES.map(({ id, name }) => [id, name])),
};

export { accessLog, aggregated, flowLog, s3Metadata };
