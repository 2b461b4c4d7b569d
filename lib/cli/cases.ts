import type { CaseHead } from "../core/case.ts";
import { type Command, EXIT } from "./command.ts";
import { ignoreBoundaries, withDeployment } from "./session.ts";

export const cases: Command = {
  name: "cases",
  usage: "",
  summary: "Lists the cases of this data directory, newest last.",
  options: { status: { type: "string", value: "STATUS", help: "only cases with this status" } },
  examples: ["cordon cases", "cordon cases --status awaiting-decision --json"],
  run: (typed, io) =>
    withDeployment(typed, io, ignoreBoundaries, async ({ ports }) => {
      const all = await ports.cases.list();
      const wanted = all.filter(({ status }) => typed.values.status === undefined || status === typed.values.status);
      io.result(wanted);
      io.print(wanted.length === 0 ? "No cases." : wanted.map(lineOf).join("\n"));
      return EXIT.ok;
    }),
};

const lineOf = ({ caseId, status, openedAt, accountId, region, sealed }: CaseHead): string =>
  `${caseId}  ${status.padEnd(18)} opened ${openedAt}  account ${accountId} ${region}  ${sealed.length} sealed revision(s)`;
