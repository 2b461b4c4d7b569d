import type { RoleChain } from "../case/chain.ts";
import type { HourOfTheft, PrefixOfTheft } from "../case/reportData.ts";
import type { DiffLine } from "./diff.ts";
import type { Moment } from "./timeline.ts";

/** Colour by meaning; the words beside it say the same. */
export type Tone = "good" | "warn" | "bad" | "plain" | Moment["side"];

/**
 * Words in a line. Plain data: strings may hold hostile parts, and each renderer makes them harmless in its own way. Whoever
 * renders must know every kind, which the compiler sees to.
 */
export type Inline = string | Mark | readonly Inline[];

export type Mark =
  | { readonly as: "code"; readonly text: string }
  | { readonly as: "strong" | "small"; readonly inner: Inline }
  | { readonly as: "unknown" | "break" }
  | { readonly as: "time"; readonly at: string; readonly to: "minute" | "second" }
  | { readonly as: "link"; readonly to: string; readonly text: string }
  /** Numbers of the queries that a figure came from, from 1; none: see the section on queries. */
  | { readonly as: "source"; readonly queries: readonly number[] }
  | { readonly as: "pill"; readonly tone: Tone; readonly text: string }
  | { readonly as: "lines"; readonly items: readonly Inline[] };

export interface Head {
  readonly text: string;
  /** `wide`: sentences, which a narrow screen scrolls to rather than breaks into letters; `name`: one long word. */
  readonly kind: "number" | "time" | "wide" | "name" | null;
}

export interface Row {
  /** Anchor; made by us, never taken from data. */
  readonly anchor: string | null;
  readonly cells: readonly Inline[];
}

export interface Table {
  readonly as: "table";
  readonly caption: string;
  readonly heads: readonly Head[];
  readonly rows: readonly Row[];
  /** The sentence in place of an empty table. */
  readonly empty: string;
  /** `moments`: a line each is an instant and what happened then. */
  readonly look: "plain" | "moments" | "slim";
}

/** A drawing, and what it shows in words for those who cannot see it. */
export type Chart = { readonly as: "chart"; readonly title: string; readonly says: string } & (
  | { readonly of: "hours"; readonly hours: readonly HourOfTheft[] }
  | { readonly of: "prefixes"; readonly prefixes: readonly PrefixOfTheft[] }
  | { readonly of: "phases"; readonly moments: readonly Moment[] }
  | { readonly of: "chain"; readonly chain: RoleChain }
);

export interface Card {
  readonly label: string;
  readonly figure: Inline;
  readonly second: Inline;
  readonly meaning: string;
}

export type Block =
  | { readonly as: "heading"; readonly level: 3 | 4; readonly text: Inline }
  | { readonly as: "text"; readonly text: Inline; readonly look: "plain" | "lead" | "note" | "none" }
  | { readonly as: "verdict"; readonly tone: Tone; readonly text: Inline }
  | { readonly as: "facts"; readonly pairs: readonly (readonly [name: string, value: Inline])[] }
  | { readonly as: "list"; readonly ordered: boolean; readonly items: readonly Inline[] }
  | { readonly as: "checks"; readonly items: readonly { readonly done: boolean; readonly text: Inline }[] }
  | { readonly as: "cards"; readonly cards: readonly Card[] }
  | { readonly as: "path"; readonly stops: readonly { readonly label: string; readonly values: readonly string[] }[] }
  | { readonly as: "difference"; readonly lines: readonly DiffLine[] }
  /** Details that a screen folds and paper leaves out. */
  | { readonly as: "folded"; readonly title: string; readonly blocks: readonly Block[] }
  | Table
  | Chart;

export interface Section {
  /** Anchor; a constant of ours. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface ReportModel {
  readonly title: string;
  readonly caseId: string;
  /** `Evidence revision 2 (final)`. */
  readonly revision: string;
  /** What makes the whole report mean something else. */
  readonly warnings: readonly string[];
  readonly facts: readonly (readonly [name: string, value: Inline])[];
  /** Page one: the answer, the timeline, and what is open. */
  readonly answer: Section;
  readonly sections: readonly Section[];
  /** Folded on a screen, left out on paper; everything is in the bundle. */
  readonly appendices: readonly Section[];
  readonly colophon: string;
}
