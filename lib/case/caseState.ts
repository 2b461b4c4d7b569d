/**
 * How a case can stand, in the words that everybody reads: the page, `cordon show` and `cordon cases`, notices, the report.
 * `lib/core/caseState.ts` tells it from the documents of a case; `status` of the head is the machine's own note.
 */
import * as z from "zod";
import { Count, Instant, type Known, LogTime, Text } from "./schema.ts";

export const TONES = ["plain", "busy", "ask", "good", "bad"] as const;
export type Tone = (typeof TONES)[number];

/** Each state with its tone and its short name. Only `contained` and `watched` say that nothing is open; `unread`: cut, and what is open is not known. */
export const CASE_STATES = {
  new: ["busy", "New"],
  scanning: ["busy", "Reading the logs"],
  asked: ["ask", "Decision needed"],
  executing: ["busy", "Containing"],
  "doors-open": ["bad", "Doors open"],
  incomplete: ["bad", "Not fully contained"],
  partly: ["ask", "Cut in part"],
  unread: ["ask", "Cut, logs not read"],
  breached: ["bad", "The actor went on"],
  watched: ["good", "Contained, watched"],
  contained: ["good", "Contained"],
  released: ["plain", "Released"],
  refused: ["bad", "Denied, nothing changed"],
  expired: ["bad", "Not decided, nothing changed"],
  "dry-run": ["plain", "Dry run, nothing changed"],
  "not-contained": ["bad", "Not contained"],
  error: ["bad", "A person must look"],
} as const satisfies Readonly<Record<string, readonly [Tone, string]>>;
export type CaseStateName = keyof typeof CASE_STATES;
export const CASE_STATE_NAMES = Object.keys(CASE_STATES) as [CaseStateName, ...CaseStateName[]];

/** What the actor can leave open, in our own words: names in the logs are the actor's to choose. */
export const DOOR_WORDS = {
  grant: "a grant to outsiders",
  public: "public access",
  transfer: "a transfer of data",
  identity: "an identity of the actor's own",
  privilege: "raised privileges",
  share: "something shared with outsiders",
  unseen: "recording switched off",
  loss: "data about to be lost",
} as const;
export type DoorKind = keyof typeof DOOR_WORDS;
export const DOOR_KINDS = Object.keys(DOOR_WORDS) as [DoorKind, ...DoorKind[]];

/** Something that the actor opened, made or left running, and that nothing has closed yet. */
export const OpenDoor = z.looseObject({
  kind: z.enum(DOOR_KINDS),
  says: z.string().describe("the kind in words"),
  eventName: z.string(),
  eventTime: LogTime,
  eventId: z.string(),
  bucket: Text,
  planId: Text.describe("the plan that waits for a decision and would close it; null: no plan that waits does"),
});
export type OpenDoor = Known<typeof OpenDoor>;

/** A plan that waits for a decision. */
export const Question = z.looseObject({
  planId: z.string(),
  purpose: z.enum(["contain", "follow-up", "release"]),
  actions: Count.describe("that wait, the offered ones included"),
  recommended: Count.describe("of these"),
  deadline: Instant,
});
export type Question = Known<typeof Question>;

/** `off`: nobody watches the logs; `not-known`: the watch is over and the logs never reached the time after the cut. */
export const WATCH_STATES = ["running", "quiet", "breached", "not-known", "off"] as const;
export const WatchState = z.looseObject({
  is: z.enum(WATCH_STATES),
  until: Instant.nullable(),
  settledUntil: LogTime.nullable().describe("no success of the actor before this time can still be missing"),
});
export type WatchState = Known<typeof WatchState>;

export const CaseState = z.looseObject({
  is: z.enum(CASE_STATE_NAMES),
  tone: z.enum(TONES),
  word: z.string().describe("for a label"),
  sentence: z.string().describe("how the case stands; holds no name of a person, bucket or key"),
  next: z.string().describe("what happens then, and what if nobody does anything"),
  question: Question.nullable().describe("the plan that waits for a decision, the earliest deadline first"),
  doors: z.array(OpenDoor),
  made: Count.describe("changes in force at the last look"),
  due: Count.describe("changes that were recommended or approved, of the plans that count"),
  watch: WatchState.nullable().describe("null: nothing is in force that could be watched"),
});
export type CaseState = Known<typeof CaseState>;
