import type { Weight } from "../case/eventKind.ts";
import { type CaseEvent, toldOf } from "../case/events.ts";

/** One line of the audit trail in words. `weight`: how far it should stand out. */
export interface TimelineLine {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly text: string;
  readonly weight: Weight;
}

/** The audit trail in words, newest first. */
export const timelineOf = (events: readonly CaseEvent[]): readonly TimelineLine[] =>
  events.map((event) => ({ ...toldOf(event), ...lineOf(event) })).toReversed();

const lineOf = ({ seq, at, actor, type }: CaseEvent) => ({ seq, at, actor, type });
