import type { Body } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { EXPORTS } from "../export/derivedFiles.ts";
import { type TimesketchLine, timesketchCsv, timesketchJsonl, timesketchOf } from "../export/timesketch.ts";
import { BUNDLE_OPTIONS, isRedactedCopy, type SealedBundle, withBundle } from "./bundle.ts";
import { EXIT, type Verb } from "./command.ts";
import { newPath, writeBody } from "./evidence.ts";

type Format = (bundle: SealedBundle) => Body;

/** A file of the bundle as it was sealed. */
const sealed =
  (name: string): Format =>
  (bundle) =>
    sealedFile(name, bundle);

/** The sealed timeline in the form of another tool: bundles of every release have one. */
const timeline =
  (write: (lines: readonly TimesketchLine[]) => string): Format =>
  (bundle) =>
    Buffer.from(write(timesketchOf(bundle.caseId, sealedFile("access-timeline.jsonl", bundle))));

const FORMATS: Readonly<Record<string, Format>> = {
  ocsf: sealed(EXPORTS.ocsf),
  stix: sealed(EXPORTS.stix),
  case: sealed(EXPORTS.case),
  timesketch: timeline(timesketchJsonl),
  "timesketch-csv": timeline(timesketchCsv),
};
const NAMES = Object.keys(FORMATS).join(", ");

export const evidenceExport: Verb = {
  usage: "CASE|BUNDLE --format ocsf|stix|case|timesketch|timesketch-csv [--revision N] [--trust KEY]… --out FILE",
  options: {
    ...BUNDLE_OPTIONS,
    format: { type: "string", value: "FORMAT", help: NAMES },
    out: { type: "string", value: "FILE", help: "where to; must not exist yet" },
  },
  examples: [
    "cordon evidence export case-20260223-0123456789 --format stix --out incident.stix.json",
    "cordon evidence export case.zip --trust keys.json --format ocsf --out findings.jsonl",
    "cordon evidence export case-20260223-0123456789 --format timesketch --out timeline.jsonl",
  ],
  run: (typed, io) =>
    withBundle(typed, io, async (bundle) => {
      const { format } = typed.values;
      if (typeof format !== "string" || !Object.hasOwn(FORMATS, format))
        throw new CordonError("USAGE", `--format: expected one of ${NAMES}, got ${String(format)}`);
      const { caseId, revision } = bundle;
      const body = FORMATS[format]!(bundle);
      const path = newPath(typed.values.out);
      writeBody(body, path, 0o666);
      io.result({ caseId, revision, format, path });
      io.print(path);
      return EXIT.ok;
    }),
};

const sealedFile = (name: string, bundle: SealedBundle): Body => {
  const { caseId, revision, files } = bundle;
  const body = files.get(`data/${name}`);
  if (body !== undefined) return body;
  throw new CordonError(
    "DOCUMENT_MISSING",
    isRedactedCopy(bundle)
      ? `${caseId} r${revision}: exports are withheld from a redacted copy`
      : `${caseId} r${revision} was sealed by a version without this export`,
  );
};
