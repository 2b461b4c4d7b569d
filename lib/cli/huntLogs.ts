import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CordonError } from "../base/errors.ts";
import { counted, second } from "../base/figures.ts";
import { digestOf } from "../base/jcs.ts";
import { version } from "../base/version.ts";
import { visible } from "../base/visible.ts";
import { parseFindings } from "../core/finding/finding.ts";
import { didSentence, notable, numberOf, OTHERS_HEAD, others, restSentences } from "../core/hunt/ranked.ts";
import type { Suspect } from "../core/hunt/suspects.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { writeAtomically } from "../embedded/files.ts";
import { createTrail } from "../embedded/trail.ts";
import { type Hunted, hunt, type Indicator } from "../response/hunt/hunt.ts";
import { signSuspicion, suspicionOf } from "../response/hunt/suspicion.ts";
import { huntFiles, huntView, toldOf, view } from "../response/hunt/told.ts";
import { EXIT, flagsOf, type OptionSpecs, type Typed } from "./command.ts";
import { huntFile, huntsFolder } from "./huntFiles.ts";
import { knowledgeFrom } from "./huntKnowledge.ts";
import type { Io } from "./io.ts";
import { ignoreBoundaries } from "./named.ts";
import { progressOf } from "./progress.ts";
import { begin } from "./respond.ts";
import { driveUntilParked, withDeployment } from "./session.ts";
import { assertLogsThere, SOURCE_OPTIONS, sourcesFrom } from "./sources.ts";

export const HUNT_OPTIONS: OptionSpecs = {
  ...SOURCE_OPTIONS,
  from: {
    type: "string",
    value: "TIME",
    help: "judge what was done at this time or later (ISO 8601); what came before is habit",
  },
  to: { type: "string", value: "TIME", help: "judge what was done before this time" },
  open: { type: "string", value: "N", help: "open a case on suspect N of the list, by your word" },
  reason: { type: "string", value: "TEXT", help: "why you open it; goes into the signed statement" },
  allow: {
    type: "string",
    value: "FILE",
    help: "what is expected: JSON list of identity, network, signs, owner, reason, until (docs/hunt.md)",
  },
  ranges: { type: "string", value: "FILE", help: "networks of hosting companies or Tor: a CIDR and a label a line" },
  report: { type: "string", value: "DIR", help: "write hunt.html, hunt.md, hunt.json and hunt.ocsf.jsonl there" },
  explain: { type: "boolean", help: "print the SQL behind the figures, ready for Athena" },
};

const PAUSE_MS = 100;
const MEMORY_LIMIT_MB = 800;
const THREADS = 2;
const SHOWN = 10;
/** A scan of everything: whatever time the records bear. */
const ALWAYS = { from: "1970-01-01T00:00:00.000Z", to: "2999-01-01T00:00:00.000Z" };

/** Reads a folder of logs once and prints who stands out; with `--open` a case begins on one of them. */
export const huntLogs = async (indicator: Indicator, typed: Typed, io: Io): Promise<number> => {
  if (typeof typed.values.logs !== "string")
    throw new CordonError("USAGE", "expected --logs DIR, the folder with the CloudTrail logs");
  const judge = windowOf(typed);
  const wanted = wantedIn(typed);
  const { logs } = sourcesFrom(typed);
  assertLogsThere(logs!);
  const { expired, ...knowledge } = knowledgeFrom(typed, systemClock.now());
  return withDeployment(typed, io, wanted === null ? ignoreBoundaries : progressOf(io), async (deployment) => {
    const request = {
      read: ALWAYS,
      judge,
      indicator,
      knowledge,
      huntId: `hunt-${digestOf({ logs, at: deployment.ports.clock.now() }).slice(0, 12)}`,
    };
    const trail = createTrail({
      logsDir: logs!,
      caseDir: (id) => join(huntsFolder(resolve(deployment.home.root)), id),
      indexDir: deployment.home.index,
      memoryLimitMb: MEMORY_LIMIT_MB,
      threads: THREADS,
    });
    const hunted = await hunt(request, trail, () => sleep(PAUSE_MS));
    if (wanted !== null) return open(wanted, hunted, indicator, typed, deployment, io);
    writeAtomically(
      huntFile(huntsFolder(resolve(deployment.home.root)), request.huntId),
      Buffer.from(JSON.stringify(huntView(hunted))),
    );
    const told = toldOf(hunted, expired, deployment.ports.clock.now());
    if (typeof typed.values.report === "string")
      writeFiles(resolve(typed.values.report), huntFiles(hunted, told, version()));
    io.print(huntText(hunted, typed.values.explain === true));
    for (const { identity, owner, until } of expired)
      io.warn(`the allow list's entry of ${owner} for ${visible(identity)} ran out on ${until}: it counts again`);
    io.result(huntView(hunted));
    return hunted.scan.watermark === null ? EXIT.failed : EXIT.ok;
  });
};

const writeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) writeAtomically(join(folder, name), Buffer.from(text));
};

const windowOf = ({ values }: Typed): { readonly from: string; readonly to: string } | null => {
  const at = (name: "from" | "to", fallback: string): string => {
    const value = values[name];
    if (value === undefined) return fallback;
    const time = Date.parse(String(value));
    if (Number.isNaN(time)) throw new CordonError("USAGE", `--${name} ${String(value)}: expected an ISO 8601 time`);
    return new Date(time).toISOString();
  };
  return values.from === undefined && values.to === undefined
    ? null
    : { from: at("from", ALWAYS.from), to: at("to", ALWAYS.to) };
};

const wantedIn = ({ values }: Typed): number | null => {
  if (values.open === undefined) return null;
  if (!/^[1-9]\d{0,3}$/.test(String(values.open)))
    throw new CordonError("USAGE", `--open ${String(values.open)}: expected the number of a suspect in the list`);
  if (typeof values.reason !== "string" || values.reason.trim() === "")
    throw new CordonError("USAGE", "--open: expected --reason TEXT too; it goes into the signed statement");
  return Number(values.open);
};

const open = async (
  wanted: number,
  hunted: Hunted,
  indicator: Indicator,
  typed: Typed,
  deployment: Deployment,
  io: Io,
): Promise<number> => {
  const suspect = hunted.suspects[wanted - 1];
  if (suspect === undefined)
    throw new CordonError("USAGE", `--open ${wanted}: expected a number from 1 to ${hunted.suspects.length}`);
  const statement = suspicionOf(suspect, hunted, {
    indicator,
    reason: String(typed.values.reason),
    askedBy: process.env.USER ?? process.env.LOGNAME ?? "unknown",
    at: deployment.ports.clock.now(),
  });
  const raw = await signSuspicion(statement, deployment.ports.signer);
  const caseId = begin({ raw, finding: parseFindings(raw)[0]! }, sourcesFrom(typed), deployment);
  await driveUntilParked(deployment, io);
  io.print(`Opened ${caseId} on ${suspect.name}.`);
  io.print(`See it:  cordon show ${caseId}${flagsOf(typed)}`);
  io.result({ caseId, suspect: view(suspect, wanted - 1) });
  return EXIT.ok;
};

const timeTold = (at: string | null): string => (at === null ? "not known" : second(at));

const huntText = (hunted: Hunted, isExplained: boolean): string => {
  const { scan, notAsked } = hunted;
  const standing = notable(hunted);
  return [
    `${counted(scan.eventsSeen ?? scan.eventsKept, "event")} in ${counted(scan.filesRead, "file")}, ${timeTold(scan.earliest)} to ${timeTold(scan.watermark)}.`,
    ...(scan.filesSetAside.length === 0
      ? []
      : [
          `${counted(scan.filesSetAside.length, "file")} could not be read, so what they hold is not known:`,
          ...scan.filesSetAside.slice(0, 5).map(({ file, reason }) => `  ${file}: ${reason}`),
        ]),
    ...(notAsked.length === 0
      ? []
      : [
          `${counted(notAsked.length, "detection")} could not be asked: ${notAsked.map(({ detection }) => detection).join(", ")}`,
        ]),
    "",
    ...standing.slice(0, SHOWN).flatMap((one, index) => suspectLines(one, index + 1)),
    ...(standing.length > SHOWN ? [`… and ${standing.length - SHOWN} more (--json shows all)`] : []),
    ...(others(hunted).length === 0 ? [] : [`${OTHERS_HEAD}:`]),
    ...others(hunted).map((one) => `${numberOf(one, hunted)}. ${one.name} from ${one.network}: ${didSentence(one)}`),
    ...restSentences(hunted, {
      watermark: scan.watermark,
      isPart: scan.filesSetAside.length > 0 || scan.unread !== undefined,
    }),
    ...(isExplained
      ? [
          "",
          "SQL (Athena and DuckDB), parameters in order:",
          ...hunted.parameters.map((one) => `  ${JSON.stringify(one)}`),
          hunted.sql,
        ]
      : []),
  ].join("\n");
};

const suspectLines = (suspect: Suspect, number: number): readonly string[] => [
  `${number}. ${suspect.level.toUpperCase()}  ${suspect.name}  from ${suspect.network}`,
  `  ${didSentence(suspect)}`,
  ...(suspect.buckets.length === 0 ? [] : [`  buckets: ${suspect.buckets.join(", ")}`]),
  ...(suspect.accessKeyIds.length === 0 ? [] : [`  keys: ${suspect.accessKeyIds.join(", ")}`]),
  ...suspect.signs.map(({ id, says }) => `  - ${id}: ${says}`),
  ...suspect.hits.slice(0, 8).map(({ firstAt, title, detail }) => `  * ${firstAt} ${title}: ${detail}`),
  "",
];
