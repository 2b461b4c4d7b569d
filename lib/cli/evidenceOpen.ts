import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CordonError } from "../core/errors.ts";
import { type Command, EXIT } from "./command.ts";
import { REVISION_OPTION, type SealedBundle, sealedBundle } from "./evidence.ts";
import { withPlace } from "./place.ts";
import { ignoreBoundaries } from "./session.ts";

export const evidenceOpen: Command = {
  name: "evidence open",
  usage: "CASE [--revision N] [--browser]",
  summary: "Prints where the report of a sealed revision lies (from AWS: a copy of it); with --browser shows it.",
  options: {
    ...REVISION_OPTION,
    browser: { type: "boolean", help: "show it with the program that this machine opens pages with" },
  },
  examples: ["cordon evidence open case-20260223-0123456789 --browser"],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const bundle = await sealedBundle(typed, place);
      const { caseId, revision } = bundle;
      const report = reportOf(bundle);
      io.result({ caseId, revision, report });
      io.print(report);
      if (typed.values.browser === true) show(report, (why) => io.warn(`The report could not be shown: ${why}`));
      return EXIT.ok;
    }),
};

const REPORT = "data/report.html";

/** In its folder; or, out of a bucket, alone in a folder of this user's that lasts as long as the machine keeps such. */
const reportOf = ({ path, caseId, revision, files }: SealedBundle): string => {
  if (!path.startsWith("s3://")) return join(path, REPORT);
  const bytes = files.get(REPORT);
  if (bytes === undefined) throw new CordonError("DOCUMENT_MISSING", `${caseId} r${revision} holds no ${REPORT}`);
  const copy = join(mkdtempSync(join(tmpdir(), "cordon-report-")), `${caseId}-r${revision}.html`);
  writeFileSync(copy, bytes, { mode: 0o600 });
  return copy;
};

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: "open", win32: "explorer" };

/** The report has no script and no remote resource; it is opened as any local page. */
const show = (report: string, onFailure: (why: string) => void): void => {
  const opener = spawn(OPENERS[process.platform] ?? "xdg-open", [report], { detached: true, stdio: "ignore" });
  opener.on("error", ({ message }) => onFailure(message));
  opener.unref();
};
