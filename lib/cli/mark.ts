import { CordonError } from "../base/errors.ts";
import { visible } from "../base/visible.ts";
import { MINIMUM_REVIEW } from "../core/plan/review.ts";
import { systemClock } from "../embedded/clock.ts";
import { setAsideOf, signMark } from "../response/approve/mark.ts";
import { caseView } from "../response/caseView.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import type { Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { caseMeant, ignoreBoundaries } from "./session.ts";
import { viewText } from "./show.ts";

export const mark: Verb = {
  usage: "CASE FILE… --irrelevant --reason TEXT",
  options: {
    irrelevant: { type: "boolean", help: "the file was not understood, and has nothing to do with the case" },
    reason: {
      type: "string",
      value: "TEXT",
      help: `how you know, at least ${MINIMUM_REVIEW} characters; part of the signed record`,
    },
    as: { type: "string", value: "HUMAN", help: "your id in the approval policy (default: your user name)" },
    key: { type: "string", value: "FILE", help: "your own key file, PEM (default: the one in the data directory)" },
  },
  examples: [
    'cordon mark case-20260223-0123456789 notes.txt --irrelevant --reason "My own notes, I read them again: no log."',
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const { given, files, reason } = wantedFrom(typed);
      const caseId = await caseMeant(given, place.ports);
      const ports = place.portsOf(caseId);
      const { humanId, signer, assurance } = await place.approver(typed);
      for (const met of await filesNamed(caseId, files, place)) {
        const answer = { humanId, assurance, reason, channel: "cli", markedAt: systemClock.now() } as const;
        const taken = await place.submit(await signMark(caseId, met, answer, signer));
        if (!taken.recorded) {
          io.warn(`Refused (${taken.code}): ${taken.why}`);
          io.result({ refused: taken });
          return EXIT.failed;
        }
        io.note(`${visible(met.file)}: recorded as irrelevant.`);
      }
      const view = await caseView(caseId, ports);
      io.print(viewText(view));
      io.result(view);
      return EXIT.ok;
    }),
};

const wantedFrom = ({ positionals, values }: Typed) => {
  const [given, ...files] = positionals;
  const { irrelevant, reason } = values;
  if (given === undefined || files.length === 0)
    throw new CordonError("USAGE", "expected a case and at least one file that was not understood");
  if (irrelevant !== true) throw new CordonError("USAGE", "expected --irrelevant: there is no other mark");
  if (typeof reason !== "string" || reason.trim().length < MINIMUM_REVIEW)
    throw new CordonError("USAGE", `expected --reason TEXT, at least ${MINIMUM_REVIEW} characters`);
  return { given, files, reason };
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
