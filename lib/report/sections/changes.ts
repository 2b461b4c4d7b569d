import { inWords, meaningOf } from "../../core/meaning/meaning.ts";
import { callOfChange } from "../../core/theft/changeCalls.ts";
import { BREAK, code, folded, pill, say, small, table, text, time } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";
import { sourcesOf } from "../sources.ts";

/** What the actor altered: as much of the damage as the theft itself, for it outlives the credential. */
export const changes = (dossier: CaseDossier): Section => {
  const told = changesTold(dossier);
  const telling = told.filter(({ phase }) => phase !== "ordinary");
  return {
    id: "changes",
    title: "What the actor changed",
    blocks: [
      text(say`Settings that the actor changed with success. ${sourcesOf(dossier, "changes")}`),
      tableOf(
        "What the actor changed",
        telling,
        dossier.discovered === null
          ? "Not known: the logs were not searched for changes."
          : "No change by the actor that matters was found in the logs read.",
      ),
      ...(told.length === telling.length
        ? []
        : [
            folded("Changes that say nothing by themselves", [
              tableOf(
                "Changes that say nothing by themselves",
                told.filter(({ phase }) => phase === "ordinary"),
                "",
              ),
            ]),
          ]),
      ...(told.length === 0 ? [] : [folded("What was asked for, call by call", [requests(told)])]),
    ],
  };
};

type Told = ReturnType<typeof changesTold>[number];

const tableOf = (caption: string, rows: readonly Told[], empty: string) =>
  table<Told>({
    caption,
    rows,
    empty,
    columns: [
      {
        head: "When",
        kind: "time",
        cell: ({ eventTime, phase }) => say`${time(eventTime)}${BREAK}${pill(phase, "attack")}`,
      },
      { head: "What", kind: "wide", cell: ({ text: words }) => words },
      {
        head: "Call",
        kind: "name",
        cell: ({ eventName, eventSource }) => say`${code(eventName)} ${small(eventSource)}`,
      },
      { head: "Event", kind: "name", cell: ({ eventId }) => code(eventId) },
    ],
  });

const requests = (rows: readonly Told[]) =>
  table<Told>({
    caption: "Requests of the changes",
    rows,
    empty: "",
    columns: [
      { head: "Event", kind: "name", cell: ({ eventId }) => code(eventId) },
      { head: "Call", kind: "name", cell: ({ eventName }) => code(eventName) },
      { head: "Request", kind: "wide", cell: ({ request }) => code(JSON.stringify(request)) },
    ],
  });

/** Every change with its effect and target in words, what belongs to an attack before what does not. */
export const changesTold = ({ discovered, head }: Pick<CaseDossier, "discovered" | "head">) => {
  const told = (discovered?.changes ?? []).map((change) => {
    const { phase, target, accounts = [], ...meaning } = meaningOf(callOfChange(change, head.accountId));
    const words = inWords(meaning, target === null ? [] : [target]);
    return { ...change, phase, accounts, text: words.charAt(0).toUpperCase() + words.slice(1) };
  });
  return [...told.filter(({ phase }) => phase !== "ordinary"), ...told.filter(({ phase }) => phase === "ordinary")];
};
