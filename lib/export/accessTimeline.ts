import type { ChangeRow } from "../core/theft/changeRow.ts";
import { type ActorRow, type DeniedRow, type Fingerprints, isActor, type MintedRow } from "../core/theft/discovery.ts";
import { marksOf as marksOfFinding } from "../core/theft/marks.ts";
import { type CaseContents, rowsOf } from "./contents.ts";
import type { AccessLine } from "./schemas/analysis.ts";
import type { InventoriedObject } from "./schemas/inventory.ts";
import type { Tally } from "./tally.ts";

/** Objects up to which each has its own line; beyond, hours stand for them and `objects.jsonl` holds every one. */
const MOST_OBJECTS = 50_000;

/** A line of `access-timeline.jsonl`: one event, or events of one kind between two instants. */

const BLANK = {
  actor: null,
  accessKeyId: null,
  address: null,
  bucket: null,
  key: null,
  outcome: "success",
  calls: 1,
  bytes: null,
  certainty: null,
  eventIds: [],
} as const;

/** The marks of the actor, worked out from what the case kept: the same rule that counted the theft. */
export const marksOf = (contents: CaseContents): Fingerprints => {
  const { finding } = contents.dossier;
  return marksOfFinding(finding, rowsOf<ActorRow>(contents, "actors"), rowsOf<MintedRow>(contents, "minted"));
};

/** Authentication, authorization and data access of the suspects in order of time, with detection and response among them. */
export const accessTimelineOf = (contents: CaseContents, objects: FirstObjects): readonly AccessLine[] => {
  const marks = marksOf(contents);
  const lines = [
    ...authentication(contents, marks),
    ...refusals(contents, marks),
    ...changes(contents, marks),
    ...dataAccess(contents, objects),
    ...detected(contents),
    ...response(contents),
  ];
  return lines.toSorted((a, b) => compare(a.at, b.at) || compare(a.kind, b.kind) || compare(a.what, b.what));
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Credentials that the suspects were given or made. */
const authentication = (contents: CaseContents, marks: Fingerprints): readonly AccessLine[] =>
  rowsOf<MintedRow & { readonly principal_arn: string | null }>(contents, "minted")
    .filter(
      (row) =>
        isActor(row, marks) ||
        [row.minted_key, row.minted_session].some(
          (mark) => mark !== null && (marks.own.has(mark) || marks.shared.has(mark)),
        ),
    )
    .map((row) => ({
      ...BLANK,
      at: row.eventtime,
      until: row.eventtime,
      kind: "authentication",
      what: `${row.eventname} gives ${row.minted_key ?? row.minted_session ?? "a credential"}`,
      actor: row.principal_arn ?? row.principal_id,
      accessKeyId: row.access_key_id,
      address: row.sourceip,
      eventIds: [row.eventid],
      source: "queries/minted.json",
    }));

const refusals = (contents: CaseContents, marks: Fingerprints): readonly AccessLine[] =>
  rowsOf<DeniedRow>(contents, "denied")
    .filter((row) => isActor(row, marks))
    .map((row) => ({
      ...BLANK,
      at: row.first_at,
      until: row.last_at,
      kind: "authorization",
      what: `${row.eventname} refused: ${row.errorcode}`,
      actor: row.principal_id,
      accessKeyId: row.access_key_id,
      address: row.sourceip,
      outcome: "refused",
      calls: row.calls,
      eventIds: row.event_ids?.split(",") ?? [],
      source: "queries/denied.json",
    }));

const changes = (contents: CaseContents, marks: Fingerprints): readonly AccessLine[] =>
  rowsOf<ChangeRow & { readonly principal_arn: string | null }>(contents, "changes")
    .filter((row) => isActor(row, marks))
    .map((row) => ({
      ...BLANK,
      at: row.eventtime,
      until: row.eventtime,
      kind: "configuration",
      what: `${row.eventsource} ${row.eventname}`,
      actor: row.principal_arn ?? row.principal_id,
      accessKeyId: row.access_key_id,
      address: row.sourceip,
      bucket: row.bucket,
      eventIds: [row.eventid],
      source: "queries/changes.json",
    }));

type FirstObjects = readonly InventoriedObject[];

/** The objects as far as each may have its own line, and one more where there are more. */
export const firstObjectsInto = (): Tally<FirstObjects> => {
  const first: InventoriedObject[] = [];
  return {
    add: (one) => {
      if (first.length <= MOST_OBJECTS) first.push(one);
    },
    done: () => first,
  };
};

const dataAccess = ({ dossier }: CaseContents, first: FirstObjects): readonly AccessLine[] =>
  first.length > MOST_OBJECTS
    ? dossier.hours.map(({ hour, calls, objects: count, bytes }) => ({
        ...BLANK,
        at: hour,
        until: hour,
        kind: "data-access",
        what: `${count} objects read within the hour; each is in objects.jsonl`,
        calls,
        bytes,
        certainty: "certain",
        source: "report-data.json",
      }))
    : first.map((one) => ({
        ...BLANK,
        at: one.firstAt,
        until: one.lastAt,
        kind: "data-access",
        what: one.path,
        actor: one.principals[0] ?? null,
        accessKeyId: one.accessKeyIds[0] ?? null,
        address: one.addresses[0] ?? null,
        bucket: one.bucket,
        key: one.key,
        calls: one.calls,
        bytes: one.bytesOut,
        certainty: one.certainty,
        eventIds: one.eventIds ?? [],
        source: "objects.jsonl",
      }));

const detected = ({ dossier }: CaseContents): readonly AccessLine[] => [
  {
    ...BLANK,
    at: dossier.finding.createdAt,
    until: dossier.finding.updatedAt,
    kind: "detection",
    what: `GuardDuty ${dossier.finding.type}`,
    source: "finding.json",
  },
  ...dossier.detections.flatMap(({ id, rows }) =>
    rows.map((row) => ({
      ...BLANK,
      at: String(row.first_at),
      until: String(row.last_at),
      kind: "detection" as const,
      what: id,
      actor: textOf(row.principal),
      accessKeyId: textOf(row.access_key_id),
      address: textOf(row.sourceip),
      bucket: textOf(row.bucket),
      outcome: row.outcome === "attempted" ? ("refused" as const) : ("success" as const),
      calls: Number(row.events ?? 0),
      eventIds: textOf(row.event_ids)?.split(",") ?? [],
      source: "detections.json",
    })),
  ),
];

const textOf = (cell: unknown): string | null =>
  cell === null || cell === undefined || cell === "" ? null : String(cell);

const RESPONSE = /^(?:case\.opened|plan\.|approval\.asked|decision\.recorded|action\.|containment\.|evidence\.sealed)/;

const response = ({ dossier }: CaseContents): readonly AccessLine[] =>
  dossier.events
    .filter(({ type }) => RESPONSE.test(type))
    .map(({ at, type, actor }) => ({
      ...BLANK,
      at,
      until: at,
      kind: "response",
      what: type,
      actor,
      source: "timeline.jsonl",
    }));
