import { writeFileSync } from "node:fs";
import { CordonError } from "../base/errors.ts";
import { EXPORTS } from "../export/derivedFiles.ts";
import { BUNDLE_OPTIONS, isRedactedCopy, withBundle } from "./bundle.ts";
import { EXIT, type Verb } from "./command.ts";
import { newPath } from "./evidence.ts";

const FORMATS = Object.keys(EXPORTS).join(", ");

export const evidenceExport: Verb = {
  usage: "CASE|BUNDLE --format ocsf|stix|case [--revision N] [--trust KEY]… --out FILE",
  options: {
    ...BUNDLE_OPTIONS,
    format: { type: "string", value: "FORMAT", help: FORMATS },
    out: { type: "string", value: "FILE", help: "where to; must not exist yet" },
  },
  examples: [
    "cordon evidence export case-20260223-0123456789 --format stix --out incident.stix.json",
    "cordon evidence export case.zip --trust keys.json --format ocsf --out findings.jsonl",
  ],
  run: (typed, io) =>
    withBundle(typed, io, async (bundle) => {
      const name = EXPORTS[typed.values.format as keyof typeof EXPORTS];
      if (name === undefined)
        throw new CordonError("USAGE", `--format: expected one of ${FORMATS}, got ${String(typed.values.format)}`);
      const { caseId, revision, files } = bundle;
      const bytes = files.get(`data/${name}`);
      if (bytes === undefined)
        throw new CordonError(
          "DOCUMENT_MISSING",
          isRedactedCopy(bundle)
            ? `${caseId} r${revision}: exports are withheld from a redacted copy`
            : `${caseId} r${revision} was sealed by a version without this export`,
        );
      const path = newPath(typed.values.out);
      writeFileSync(path, bytes);
      io.result({ caseId, revision, format: typed.values.format, path });
      io.print(path);
      return EXIT.ok;
    }),
};
