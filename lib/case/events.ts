/** What can happen to a case, each declared once, and the lines of the audit trail that tell of it. */
import * as z from "zod";
import type { EventKind, Weight } from "./eventKind.ts";
import { APPROVAL } from "./eventsApproval.ts";
import { CASE } from "./eventsCase.ts";
import { CONTAINMENT } from "./eventsContainment.ts";
import { INVESTIGATION } from "./eventsInvestigation.ts";
import { Instant, Json, type Known, Sha256 } from "./schema.ts";

export const EVENTS = [...CASE, ...INVESTIGATION, ...APPROVAL, ...CONTAINMENT] as const;

type Kind = (typeof EVENTS)[number];
export type EventType = Kind["type"];

/** An event as a step hands it over. */
export type NewCaseEvent = {
  [One in Kind as One["type"]]: {
    readonly type: One["type"];
    /** Who or what did it: a handler name, `human:<id>`, `host`. */
    readonly actor: string;
    readonly data: Known<One["schema"]>;
  };
}[EventType];

interface Link {
  readonly seq: number;
  readonly at: string;
  /** SHA-256 (hex) of the line before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256 (hex) of this line without `digest`, as canonical JSON. */
  readonly digest: string;
}

/** One line of the audit trail of a case. Each line commits to the one before it. */
export type CaseEvent = NewCaseEvent & Link;
export type EventOf<Type extends EventType> = Extract<CaseEvent, { readonly type: Type }>;

/** A line of `timeline.jsonl`: what a later version adds is a line like any other. */
export const TimelineLine = z.looseObject({
  seq: z.int().min(1),
  at: Instant,
  type: z.string(),
  actor: z.string(),
  data: Json,
  previous: Sha256.describe("digest of the line before; 64 zeros for the first"),
  digest: Sha256.describe("SHA-256 of this line without `digest`, as canonical JSON (RFC 8785)"),
});

const KINDS: ReadonlyMap<string, EventKind> = new Map(EVENTS.map((one) => [one.type, one as unknown as EventKind]));

/** An event in words, and how far it stands out. One of a kind that this version does not know, or of another shape, says so. */
export const toldOf = ({
  type,
  data,
}: Pick<CaseEvent, "type" | "data">): { readonly text: string; readonly weight: Weight } => {
  const kind = KINDS.get(type);
  if (kind === undefined) return { text: type, weight: "plain" };
  return kind.schema.safeParse(data).success
    ? { text: kind.says(data), weight: kind.weight(data) }
    : { text: `${type}: not as this version writes it`, weight: "bad" };
};

/** Why an event must not be written, or null. */
export const eventFault = ({ type, data }: Pick<CaseEvent, "type" | "data">): string | null => {
  const kind = KINDS.get(type);
  if (kind === undefined) return null;
  const checked = kind.schema.safeParse(data);
  if (checked.success) return null;
  const [issue] = checked.error.issues;
  return `${type}: ${issue!.path.join(".") || "data"}: ${issue!.message}`;
};

/** The events of one type, and of one plan where it is named. */
export const ofType = <Type extends EventType>(
  events: readonly CaseEvent[],
  type: Type,
  planId?: string,
): readonly EventOf<Type>[] =>
  events.filter((one): one is EventOf<Type> => one.type === type && (planId === undefined || planOf(one) === planId));

/** The plan that an event is about, or null. */
export const planOf = ({ data }: Pick<CaseEvent, "data">): string | null => ("planId" in data ? data.planId : null);

/** All events about one plan. */
export const aboutPlan = (events: readonly CaseEvent[], planId: string): readonly CaseEvent[] =>
  events.filter((one) => planOf(one) === planId);

type End = EventOf<"plan.denied" | "plan.expired" | "plan.closed">;

/** Whether an event closes a question for good. */
export const isEnd = (one: CaseEvent): one is End =>
  one.type === "plan.denied" || one.type === "plan.expired" || one.type === "plan.closed";

/** How the question about a plan was closed before anything was carried out: the first event that did, or null. */
export const endOf = (events: readonly CaseEvent[], planId: string): End | null =>
  events.filter(isEnd).find(({ data }) => data.planId === planId) ?? null;
