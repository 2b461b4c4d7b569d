/** What the investigation writes into the audit trail. */

import * as z from "zod";
import { counted, minute } from "../base/figures.ts";
import { DOOR_WORDS } from "./caseState.ts";
import { type EventKind, event } from "./eventKind.ts";
import { Likelihood } from "./opinion.ts";
import { Indicators, ScanEstimate } from "./scan.ts";
import { Count, Text, Texts } from "./schema.ts";
import { Amount } from "./theft.ts";

const told = (amount: { readonly objects: number } | null): string =>
  amount === null ? "not known" : counted(amount.objects, "object");

/** A kind that this version does not know keeps its own name. */
const doorTold = (kind: string): string => (DOOR_WORDS as Readonly<Record<string, string>>)[kind] ?? kind;

const logFiles = Text.exactOptional().describe("SHA-256 of the list of files read; null where the engine cannot tell");

export const INVESTIGATION = [
  event(
    "principal.scoped",
    z.looseObject({ principals: Count, notKnown: Count }),
    "plain",
    ({ principals, notKnown }) =>
      `The account was asked about ${counted(principals, "principal")}${notKnown === 0 ? "" : `; it did not answer ${counted(notKnown, "question")}`}`,
  ),
  event(
    "scan.started",
    z.looseObject({
      round: Count,
      from: z.string(),
      to: z.string(),
      accounts: z.union([z.literal("all"), Texts]).exactOptional(),
      indicators: Indicators,
    }),
    "plain",
    ({ from, to }) => `Cordon reads the logs from ${minute(from)} to ${minute(to)}`,
  ),
  event(
    "scan.refused",
    z.looseObject({ reason: z.string() }),
    "bad",
    ({ reason }) => `Cordon does not read the logs: ${reason}`,
  ),
  event(
    "scan.finished",
    z.looseObject({
      round: Count,
      filesRead: Count,
      filesSetAside: Count,
      bytesScanned: Count,
      eventsKept: Count,
      watermark: Text,
      filesSha256: logFiles,
      tableSha256: Text.exactOptional().describe("of the case table that came of it"),
    }),
    "plain",
    ({ filesRead, filesSetAside, watermark }) =>
      `Logs read: ${counted(filesRead, "file")}, ${filesSetAside} set aside, ${watermark === null ? "no event" : `up to ${minute(watermark)}`}`,
  ),
  event(
    "theft.scoped",
    z.looseObject({ suspects: Count, mintedKeys: Count, changes: Count }),
    "plain",
    ({ suspects, mintedKeys, changes }) =>
      `The logs name ${counted(suspects, "identity", "identities")}, ${counted(mintedKeys, "new key")}, and ${counted(changes, "change")} by them`,
  ),
  event(
    "theft.quantified",
    z.looseObject({ certain: Amount, likely: Amount, upperBound: Amount, notKnown: Count }),
    "plain",
    ({ certain, likely, upperBound }) =>
      `Counted: certain ${told(certain)}, likely ${told(likely)}, at most ${told(upperBound)}`,
  ),
  event(
    "detections.run",
    z.looseObject({
      fired: Texts,
      attempted: Texts,
      failed: Texts,
      notRun: Texts.exactOptional(),
      correlated: z.array(z.looseObject({ principal: z.string(), detections: Texts })).exactOptional(),
    }),
    ({ fired }) => (fired.length > 0 ? "bad" : "plain"),
    ({ fired, attempted, failed }) =>
      `Detections: ${fired.length} fired, ${attempted.length} saw attempts, ${failed.length} could not run`,
  ),
  event(
    "logs.verified",
    z.looseObject({
      digests: Count,
      verified: Count,
      differs: Count,
      missing: Count,
      "not covered": Count,
      "not checked": Count,
      holes: Texts,
    }),
    ({ differs, missing }) => (differs + missing > 0 ? "bad" : "plain"),
    (data) =>
      `Log files held against CloudTrail's digests: ${data.verified} verified, ${data.differs} differ, ${data.missing} missing, ${data["not covered"] + data["not checked"]} not covered or not checked`,
  ),
  event(
    "baseline.started",
    z.looseObject({ round: Count, from: z.string(), to: z.string(), estimate: ScanEstimate }),
    "plain",
    ({ from, to }) => `Cordon reads what was usual before, from ${minute(from)} to ${minute(to)}`,
  ),
  event(
    "baseline.finished",
    z.looseObject({
      round: Count,
      state: z.enum(["done", "failed"]),
      reason: Text,
      bytesScanned: Count.nullable(),
      filesSha256: logFiles,
    }),
    ({ state }) => (state === "done" ? "plain" : "bad"),
    ({ state, reason }) =>
      state === "done" ? "What was usual before is known" : `What was usual before could not be read: ${reason}`,
  ),
  event(
    "verdict.changed",
    z.looseObject({ before: Text, now: Text, round: Count }),
    "ask",
    ({ before, now }) => `The verdict changed with what was usual before: ${now ?? "none"}, was ${before ?? "none"}`,
  ),
  event(
    "verdict.overruled",
    z.looseObject({
      planId: z.string(),
      verdict: Likelihood,
      humanId: z.string(),
      reason: z.string(),
      subject: z.string().describe("SHA-256 of likelihood.json as canonical JSON: what it is put in place of"),
      envelope: z.string(),
      keyFingerprint: z.string(),
      channel: z.string(),
      assurance: z.string(),
    }),
    "ask",
    ({ verdict, humanId, reason }) => `${humanId} overruled the verdict: ${verdict}: ${reason}`,
  ),
  event(
    "input.marked",
    z.looseObject({
      file: z.string(),
      reason: z.string(),
      because: z.string(),
      humanId: z.string(),
      envelope: z.string(),
    }),
    "ask",
    ({ file, humanId, because }) => `${humanId} marked ${file}, which was not understood, as irrelevant: ${because}`,
  ),
  event(
    "doors.found",
    z.looseObject({ eventIds: Texts, kinds: Texts }),
    "bad",
    ({ eventIds, kinds }) =>
      `The actor left ${counted(eventIds.length, "door")} open: ${kinds.map(doorTold).join(", ")}`,
  ),
  event(
    "suspects.found",
    z.looseObject({ planId: z.string(), suspects: z.array(Text) }),
    "bad",
    ({ planId, suspects }) =>
      `Found ${counted(suspects.length, "identity", "identities")} that ${planId} does not speak of`,
  ),
  event(
    "classification.started",
    z.looseObject({ jobId: z.string(), objects: Count, bytes: Count }),
    "plain",
    ({ objects }) => `Cordon classifies ${counted(objects, "object")}`,
  ),
  event(
    "classification.done",
    z.looseObject({ jobId: Text, reason: z.string(), complete: z.boolean(), findings: Count }),
    "plain",
    ({ findings }) => `Classified: ${counted(findings, "object")} with findings`,
  ),
  event(
    "classification.paused",
    z.looseObject({ jobId: Text, reason: z.string() }),
    "ask",
    ({ reason }) => `Classification is paused: ${reason}`,
  ),
  event(
    "classification.unavailable",
    z.looseObject({ jobId: Text, reason: z.string() }),
    "bad",
    ({ reason }) => `Classification is not possible: ${reason}`,
  ),
  event(
    "classification.skipped",
    z.looseObject({ reason: z.string() }),
    "plain",
    ({ reason }) => `Not classified: ${reason}`,
  ),
  event(
    "impact.assessed",
    z.looseObject({ changes: z.array(z.looseObject({ eventName: z.string(), eventTime: z.string() })) }),
    "plain",
    ({ changes }) => `${counted(changes.length, "change")} by the actor assessed`,
  ),
] as const satisfies readonly EventKind[];
