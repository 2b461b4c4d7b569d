/** What is written into the audit trail while a plan is carried out, verified and watched. */

import * as z from "zod";
import { counted, second } from "../base/figures.ts";
import { type EventKind, event } from "./eventKind.ts";
import { Breach, Evaluation, Hold } from "./plan.ts";
import { Count, type Known, Text, Texts } from "./schema.ts";

const planId = z.string();
/** Actions of the plan that would reach further and were not carried out. */
const further = z.array(z.looseObject({ id: z.string(), kind: z.string() })).exactOptional();
const ofAction = z.looseObject({ planId, id: z.string(), kind: z.string(), target: z.string(), why: z.string() });
const looked = z.looseObject({ planId, holds: z.array(Hold), evaluated: z.array(Evaluation).exactOptional() });

const of =
  (did: string) =>
  ({ id, kind, target, why }: { id: string; kind: string; target: string; why: string }): string =>
    `${id} ${kind} on ${target}: ${did}${why === "" ? "" : ` (${why})`}`;

/** What the actor did, or what became of our change. */
const breachTold = ({ is, call, by, bucket, calls, firstAt }: Known<typeof Breach>): string =>
  is === "through" || is === "around"
    ? `${by} succeeded with ${call}${bucket === null ? "" : ` on ${bucket}`}, ${counted(calls, "call")} from ${second(firstAt)}`
    : `${by} ${is === "removed" ? "removed a change of ours" : "wrote a setting of ours"} with ${call}, ${second(firstAt)}`;

type Holds = readonly { readonly ok: boolean }[];
const held = (holds: Holds): number => holds.filter(({ ok }) => ok).length;
const weightOf = ({ holds }: { readonly holds: Holds }) => (held(holds) === holds.length ? "good" : "bad");
const toldOf = (did: string, holds: Holds): string =>
  `${did}: ${held(holds)} of ${counted(holds.length, "change")} in force`;

/** How the watch over new events ended; without one of the logs only the settings were read back. */
const ENDINGS = {
  quiet: ["good", "quiet, no success of the actor up to"],
  breached: ["bad", "the actor succeeded or a change was removed; logs known up to"],
  "not-known": ["ask", "no logs of the time after the cut were read: not known"],
  "not-watched": ["ask", "the logs after the cut were not watched"],
} as const;

export const CONTAINMENT = [
  event(
    "execution.started",
    z.looseObject({ planId, planDigest: z.string(), mode: z.enum(["dry-run", "enforce"]) }),
    "plain",
    ({ mode, ...data }) => `Carrying out ${data.planId}${mode === "dry-run" ? " as a dry run" : ""}`,
  ),
  event(
    "execution.refused",
    z.looseObject({ planId, why: z.string() }),
    "bad",
    ({ why, ...data }) => `Not carried out (${data.planId}): ${why}`,
  ),
  event(
    "execution.finished",
    z.looseObject({
      planId,
      applied: Count,
      failed: Count,
      drifted: Count,
      wouldHave: Count,
      instructed: Count,
      notApproved: Count,
      skipped: Count,
      waiting: Count.exactOptional(),
    }),
    ({ failed, drifted, skipped }) => (failed + drifted + skipped > 0 ? "bad" : "plain"),
    ({ applied, failed, drifted, ...data }) =>
      `Plan ${data.planId} finished: ${applied} applied, ${failed} failed, ${drifted} drifted`,
  ),
  event("action.started", z.looseObject({ planId, id: z.string() }), "plain", ({ id }) => `${id} begun`),
  event(
    "action.called",
    z.looseObject({ planId, id: z.string(), operation: z.string() }),
    "plain",
    ({ id, operation }) => `${id} called ${operation}`,
  ),
  event("action.applied", ofAction, "good", of("applied")),
  event("action.would-have-applied", ofAction, "good", of("would have been applied")),
  event("action.instructed", ofAction, "ask", of("a person must do this")),
  event("action.not-approved", ofAction, "plain", of("not approved, left alone")),
  event("action.skipped", ofAction, "bad", of("skipped")),
  event("action.drifted", ofAction, "bad", of("settings changed since the plan; left alone")),
  event("action.failed", ofAction, "bad", of("failed")),
  event("containment.verified", looked, weightOf, ({ holds }) => toldOf("Verified", holds)),
  event("containment.watched", looked, weightOf, ({ holds }) => toldOf("Watched", holds)),
  event(
    "containment.removed",
    z.looseObject({ planId, gone: Texts, times: Count }),
    "bad",
    ({ gone }) => `${counted(gone.length, "change was", "changes were")} removed by somebody`,
  ),
  event(
    "containment.breached",
    z.looseObject({ planId, isLasting: z.boolean(), breaches: z.array(Breach), further }),
    "bad",
    ({ breaches }) => `After the cut: ${breaches.map(breachTold).join("; ")}`,
  ),
  event(
    "containment.touched",
    z.looseObject({ planId, isLasting: z.boolean(), breaches: z.array(Breach), further }),
    "ask",
    () => "Somebody wrote a setting that the cut consists of; the next lines say whether it holds",
  ),
  event(
    "watch.failed",
    z.looseObject({ planId, why: z.string() }),
    "ask",
    ({ why }) => `The logs after the cut could not be read: ${why}`,
  ),
  event(
    "watch.finished",
    z.looseObject({
      planId,
      looks: Count,
      activity: z.enum(["quiet", "breached", "not-known", "not-watched"]).exactOptional(),
      settledUntil: Text.exactOptional(),
      breaches: Count.exactOptional(),
      why: z.string().exactOptional(),
    }),
    ({ activity = "not-watched" }) => ENDINGS[activity][0],
    ({ activity = "not-watched", settledUntil = null }) =>
      `Watch finished: ${ENDINGS[activity][1]}${settledUntil === null ? "" : ` ${second(settledUntil)}`}`,
  ),
] as const satisfies readonly EventKind[];
