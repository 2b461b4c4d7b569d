import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Command, EXIT } from "./command.ts";
import { REVISION_OPTION, sealedBundle } from "./evidence.ts";
import { ignoreBoundaries, withDeployment } from "./session.ts";

export const evidenceOpen: Command = {
  name: "evidence open",
  usage: "CASE [--revision N] [--browser]",
  summary: "Prints where the report of a sealed revision lies; with --browser shows it.",
  options: {
    ...REVISION_OPTION,
    browser: { type: "boolean", help: "show it with the program that this machine opens pages with" },
  },
  examples: ["cordon evidence open case-20260223-0123456789 --browser"],
  run: (typed, io) =>
    withDeployment(typed, io, ignoreBoundaries, async (deployment) => {
      const { caseId, revision, path } = await sealedBundle(typed, deployment);
      const report = join(path, "data/report.html");
      io.result({ caseId, revision, report });
      io.print(report);
      if (typed.values.browser === true) show(report, (why) => io.warn(`The report could not be shown: ${why}`));
      return EXIT.ok;
    }),
};

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: "open", win32: "explorer" };

/** The report has no script and no remote resource; it is opened as any local page. */
const show = (report: string, onFailure: (why: string) => void): void => {
  const opener = spawn(OPENERS[process.platform] ?? "xdg-open", [report], { detached: true, stdio: "ignore" });
  opener.on("error", ({ message }) => onFailure(message));
  opener.unref();
};
