/** What is written into the audit trail of the case as a whole: its beginning and end, whoever was told, and its seals. */
import * as z from "zod";
import { second } from "../base/figures.ts";
import { CASE_STATUSES } from "./case.ts";
import { type EventKind, event } from "./eventKind.ts";
import { NoticeFacts } from "./notice.ts";
import { Count, Text, Texts } from "./schema.ts";

export const CASE = [
  event(
    "case.opened",
    z.looseObject({ findingId: z.string(), type: z.string(), severity: z.number(), sample: z.boolean() }),
    "plain",
    ({ type, severity, sample }) => `Case opened: ${type}, severity ${severity}${sample ? ", a sample" : ""}`,
  ),
  event(
    "case.extended",
    z.looseObject({ findingId: z.string(), updatedAt: z.string(), lastSeen: z.string() }),
    "plain",
    () => "Another copy of the finding arrived, or another finding of the same actor",
  ),
  event(
    "case.reopened",
    z.looseObject({
      execution: z.string().describe("which execution goes on with it"),
      next: z.enum(["respond", "look"]),
      run: Count.describe("numbers its executions and plans"),
      news: Texts,
    }),
    "ask",
    ({ next, news }) =>
      `${next === "respond" ? "The question is opened anew" : "The logs are read again"}: ${news.join(", ")}`,
  ),
  event(
    "case.closed",
    z.looseObject({ status: z.enum(CASE_STATUSES), failures: Texts }),
    ({ failures }) => (failures.length > 0 ? "bad" : "plain"),
    ({ status, failures }) =>
      `Case closed as ${status}${failures.length === 0 ? "" : `; not done: ${failures.join(", ")}`}`,
  ),
  event("case.moved", z.looseObject({ to: z.enum(["archive", "home"]), by: z.string() }), "plain", ({ to, by }) =>
    to === "archive" ? `The case was archived by ${by}` : `The case was brought back from the archive by ${by}`,
  ),
  event(
    "notice.sent",
    z.looseObject({
      kind: z.string(),
      text: z.string(),
      delivered: z.boolean(),
      channel: z.string(),
      reason: Text,
      facts: NoticeFacts.nullable().exactOptional(),
      /** Number (`seq`) of the event that it tells of, where more than one notice may lie between. */
      about: z.number().int().exactOptional(),
    }),
    ({ delivered }) => (delivered ? "plain" : "bad"),
    ({ kind, delivered, channel }) => `Notice ${delivered ? "sent" : "NOT delivered"} by ${channel}: ${kind}`,
  ),
  event(
    "person.called",
    z.looseObject({ during: z.string(), steps: Texts, count: Count, delivered: z.boolean() }),
    "bad",
    ({ during, steps, delivered }) =>
      `A person was ${delivered ? "called" : "NOT reached"}: ${steps.length === 0 ? "a step" : steps.join(", ")} failed in ${during}`,
  ),
  event(
    "table.changed",
    z.looseObject({ round: Count, rows: Count }),
    "bad",
    ({ round }) => `The case table of round ${round} is not as it was when the first question was asked of it`,
  ),
  event(
    "table.not-compared",
    z.looseObject({ round: Count }),
    "ask",
    ({ round }) => `Whether the case table of round ${round} is as it was at the first question is not known`,
  ),
  event(
    "logs.changed",
    z.looseObject({ changed: Count, gone: Count, files: Count }),
    "bad",
    ({ changed, gone, files }) =>
      `${changed} of ${files} log files are not as they were when they were read (${gone} gone)`,
  ),
  event(
    "records.foreign",
    z.looseObject({ what: Texts }),
    "bad",
    ({ what }) => `Somebody else wrote to the records of the case: ${what.join(", ")}`,
  ),
  event(
    "evidence.drafted",
    z.looseObject({ revision: Count, digest: z.string() }),
    "plain",
    ({ revision }) => `Revision ${revision} of the evidence is signed`,
  ),
  event(
    "evidence.draft-refused",
    z.looseObject({ revision: Count, name: z.string(), sha256: z.string(), why: z.string() }),
    "bad",
    ({ name, why }) => `${name} was not written by this deployment and was left out: ${why}`,
  ),
  event(
    "evidence.sealed",
    z.looseObject({ revision: Count, kind: z.string(), digest: z.string() }),
    "good",
    ({ revision }) => `Evidence sealed: revision ${revision}`,
  ),
  event(
    "evidence.stamped",
    z.looseObject({ at: z.string(), policy: z.string() }),
    "good",
    ({ at }) => `A time stamp authority dates the evidence at ${second(at)}`,
  ),
  event(
    "evidence.not-stamped",
    z.looseObject({ reason: z.string() }),
    "bad",
    ({ reason }) => `No time stamp: ${reason}`,
  ),
  event(
    "keys.published",
    z.looseObject({ version: z.number(), sha256: z.string() }),
    "plain",
    ({ version }) => `keys.json, version ${version}, is published for auditors`,
  ),
  event(
    "keys.not-published",
    z.looseObject({ reason: z.string() }),
    "bad",
    ({ reason }) => `keys.json could not be published: ${reason}`,
  ),
] as const satisfies readonly EventKind[];
