import { CordonError } from "../base/errors.ts";
import { LIKELIHOODS, type LikelihoodName } from "../case/opinion.ts";
import { MINIMUM_REVIEW } from "../core/plan/review.ts";
import { systemClock } from "../embedded/clock.ts";
import { signReview } from "../response/approve/review.ts";
import { verdictOf } from "../response/approve/reviewsDue.ts";
import type { Typed, Verb } from "./command.ts";
import { endOf } from "./ending.ts";
import { caseIdFrom } from "./named.ts";
import { withPlace } from "./places.ts";
import { progressOf } from "./progress.ts";
import { reasonFrom, reasonOption, SIGNING_OPTIONS } from "./signing.ts";

export const overrule: Verb = {
  usage: 'CASE --verdict "likely theft" --reason TEXT',
  options: {
    verdict: { type: "string", value: "VERDICT", help: `your verdict: ${LIKELIHOODS.join(", ")}` },
    reason: reasonOption(MINIMUM_REVIEW),
    ...SIGNING_OPTIONS,
  },
  examples: [
    'cordon overrule case-20260223-0123456789 --verdict "likely theft" --reason "The owner says the key was on a stolen laptop."',
    'cordon overrule case-20260223-0123456789 --verdict "likely legitimate" --reason "Planned migration, ticket OPS-4711, seen with Ada."',
  ],
  run: (typed, io) =>
    withPlace(typed, io, progressOf(io), async (place) => {
      const caseId = await caseIdFrom(typed, place.ports);
      const verdict = verdictFrom(typed);
      const ports = place.portsOf(caseId);
      const computed = await verdictOf(caseId, ports);
      if (computed === null) throw new CordonError("USAGE", `${caseId} has no verdict yet that you could overrule`);
      const { humanId, signer, assurance } = await place.approver(typed);
      const answer = {
        verdict,
        reason: reasonFrom(typed, MINIMUM_REVIEW),
        humanId,
        assurance,
        reviewedAt: systemClock.now(),
      } as const;
      const taken = await place.submit(await signReview(caseId, computed, { ...answer, channel: "cli" }, signer));
      if (taken.recorded) {
        io.note(taken.repeated ? "This verdict was recorded before." : "Your verdict is recorded.");
        const asked = await place.propose({ caseId, purpose: "contain", humanId, actions: [] });
        io.note(asked.requested ? `${asked.planId} asks anew, by your verdict.` : `The question stands: ${asked.why}`);
        await place.carryOn();
      }
      return endOf(caseId, taken, place, io);
    }),
};

const verdictFrom = ({ values: { verdict } }: Typed): LikelihoodName => {
  const told = LIKELIHOODS.find((name) => name === verdict);
  if (told !== undefined) return told;
  throw new CordonError("USAGE", `expected --verdict with one of: ${LIKELIHOODS.join(", ")}`);
};
