import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { BUNDLE_OPTIONS, isRedactedCopy, type SealedBundle, withBundle } from "./bundle.ts";
import { EXIT, type Verb } from "./command.ts";
import { writeBody } from "./evidence.ts";

export const evidenceOpen: Verb = {
  usage: "CASE|BUNDLE [--revision N] [--trust KEY]… [--browser]",
  options: {
    ...BUNDLE_OPTIONS,
    browser: { type: "boolean", help: "show it with the program that this machine opens pages with" },
  },
  examples: [
    "cordon evidence open case-20260223-0123456789 --browser",
    "cordon evidence open case.zip --trust keys.json --browser",
  ],
  run: (typed, io) =>
    withBundle(typed, io, async (bundle) => {
      const { caseId, revision } = bundle;
      const report = reportOf(bundle);
      io.result({ caseId, revision, report });
      io.print(report);
      if (typed.values.browser === true) show(report, (why) => io.warn(`The report could not be shown: ${why}`));
      return EXIT.ok;
    }),
};

const REPORT = "data/report.html";

/** A copy in a folder of this user's that lasts as long as the machine keeps such: what lies in a bundle can be changed after it was verified. */
const reportOf = (bundle: SealedBundle): string => {
  const { caseId, revision, files } = bundle;
  const body = files.get(REPORT);
  if (body === undefined)
    throw new CordonError(
      "DOCUMENT_MISSING",
      `${caseId} r${revision} holds no ${REPORT}${isRedactedCopy(bundle) ? ": it is withheld from a redacted copy" : ""}`,
    );
  const copy = join(mkdtempSync(join(tmpdir(), "cordon-report-")), `${caseId}-r${revision}.html`);
  writeBody(body, copy, 0o600);
  return copy;
};

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: "open", win32: "explorer" };

/** The report has no script and no remote resource; it is opened as any local page. */
const show = (report: string, onFailure: (why: string) => void): void => {
  const opener = spawn(OPENERS[process.platform] ?? "xdg-open", [report], { detached: true, stdio: "ignore" });
  opener.on("error", ({ message }) => onFailure(message));
  opener.unref();
};
