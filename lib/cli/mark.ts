import { CordonError } from "../base/errors.ts";
import { visible } from "../base/visible.ts";
import { MINIMUM_REVIEW } from "../core/plan/review.ts";
import { systemClock } from "../embedded/clock.ts";
import { setAsideOf, signMark } from "../response/approve/mark.ts";
import type { Typed, Verb } from "./command.ts";
import { endOf } from "./ending.ts";
import { caseMeant, ignoreBoundaries } from "./named.ts";
import type { Outcome, Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { reasonFrom, reasonOption, SIGNING_OPTIONS } from "./signing.ts";

export const mark: Verb = {
  usage: "CASE FILE… --irrelevant --reason TEXT",
  options: {
    irrelevant: { type: "boolean", help: "the file was not understood, and has nothing to do with the case" },
    reason: reasonOption(MINIMUM_REVIEW),
    ...SIGNING_OPTIONS,
  },
  examples: [
    'cordon mark case-20260223-0123456789 notes.txt --irrelevant --reason "My own notes, I read them again: no log."',
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const { given, files, reason } = wantedFrom(typed);
      const caseId = await caseMeant(given, place.ports);
      const { humanId, signer, assurance } = await place.approver(typed);
      let taken: Outcome | null = null;
      for (const met of await filesNamed(caseId, files, place)) {
        const answer = { humanId, assurance, reason, channel: "cli", markedAt: systemClock.now() } as const;
        taken = await place.submit(await signMark(caseId, met, answer, signer));
        if (!taken.recorded) break;
        io.note(`${visible(met.file)}: recorded as irrelevant.`);
      }
      return endOf(caseId, taken, place, io);
    }),
};

const wantedFrom = (typed: Typed) => {
  const [given, ...files] = typed.positionals;
  if (given === undefined || files.length === 0)
    throw new CordonError("USAGE", "expected a case and at least one file that was not understood");
  if (typed.values.irrelevant !== true) throw new CordonError("USAGE", "expected --irrelevant: there is no other mark");
  return { given, files, reason: reasonFrom(typed, MINIMUM_REVIEW) };
};

/** Names as `cordon show` prints them, or as they are. */
const filesNamed = async (caseId: string, files: readonly string[], place: Place) => {
  const setAside = await setAsideOf(caseId, place.portsOf(caseId));
  return files.map((file) => {
    const met = setAside.find((one) => one.file === file || visible(one.file) === file);
    if (met !== undefined) return met;
    throw new CordonError(
      "USAGE",
      `${caseId}: no file ${visible(file)} is set aside; cordon show ${caseId} --full names them`,
    );
  });
};
