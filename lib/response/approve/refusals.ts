import { type EventOf, ofType } from "../../case/events.ts";
import type { Ports } from "../../ports/ports.ts";

/** A decision or review that was turned away. */
export interface Refusal {
  readonly caseId: string;
  readonly planId: string;
  /** Which door it came to: `gate`, `page`, `api`. */
  readonly actor: string;
  /** Who is proven to have sent it (`human:ada`, an ARN), or `unproven`: never a name that the sender chose. */
  readonly source: string;
  readonly code: string;
  readonly why: string;
  /** SHA-256 (hex) of what was sent; the same again from the same source is not written down twice. */
  readonly content?: string;
  readonly claimedBy?: string;
}

type Line = EventOf<"decision.refused" | "decision.refused.flood">;

/** Refusals of one source about one plan and day that are written down each; of more, only how many they were. */
const LINES_PER_SOURCE = 20;
/** Proven sources are few; so many in all, whatever somebody makes up. */
const LINES_PER_PLAN = 200;

/** How many came of a source since its last line, in this process: what is lost with it was counted too low. */
const unwritten = new WeakMap<object, Map<string, number>>();

/**
 * Writes a refusal down, within bounds: the first ones of every source as they are, then a line whenever their number
 * has doubled. A flood neither fills the case nor hides what came first, and no source's flood hides another source.
 */
export const noteRefusal = async (refusal: Refusal, ports: Ports): Promise<void> => {
  const { caseId, actor, source, planId } = refusal;
  const today = ports.clock.now().slice(0, 10);
  const events = await ports.cases.events(caseId);
  const ofPlan = [
    ...ofType(events, "decision.refused", planId),
    ...ofType(events, "decision.refused.flood", planId),
  ].filter(({ at }) => at.startsWith(today));
  const lines = ofPlan.filter(({ data }) => data.source === source);
  if (isKnown(refusal, lines)) return;
  const single = lines.filter(({ type }) => type === "decision.refused");
  if (single.length < LINES_PER_SOURCE && ofPlan.length < LINES_PER_PLAN) {
    const { caseId: _case, actor: _actor, ...data } = refusal;
    await ports.cases.append(caseId, { type: "decision.refused", actor, data });
  } else await noteFlood(refusal, lines, `${caseId}/${planId}/${source}/${today}`, ports);
};

const isKnown = ({ content, code }: Refusal, lines: readonly Line[]): boolean =>
  content !== undefined &&
  lines.some(({ type, data }) => type === "decision.refused" && data.content === content && data.code === code);

const noteFlood = async (
  { caseId, planId, actor, source }: Refusal,
  lines: readonly Line[],
  key: string,
  { cases }: Ports,
): Promise<void> => {
  const counts = unwritten.get(cases) ?? new Map<string, number>();
  unwritten.set(cases, counts);
  const flood = lines.findLast((line) => line.type === "decision.refused.flood");
  const written = flood?.data.total ?? lines.length;
  const total = written + (counts.get(key) ?? 0) + 1;
  counts.set(key, total - written);
  if (total < 2 * Math.max(1, written)) return;
  await cases.append(caseId, { type: "decision.refused.flood", actor, data: { planId, source, total } });
  counts.delete(key);
};
