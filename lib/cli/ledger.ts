import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import { systemClock } from "../embedded/clock.ts";
import type { HomeFault } from "../embedded/homeFault.ts";
import { compareWithRemembered, recallCheckpoint, rememberCheckpoint } from "../embedded/ledgerMemory.ts";
import { type Checkpoint, openCheckpoint } from "../evidence/ledger/checkpoint.ts";
import { HEARTBEAT_SECONDS } from "../evidence/ledger/heartbeat.ts";
import { parseEntry } from "../evidence/ledger/ledger.ts";
import { type AuditResult, runLedgerAudit } from "../evidence/ledger/ledgerAuditRun.ts";
import type { AuditFault, AuditPolicy } from "../evidence/ledger/ledgerFaults.ts";
import { inspectLedger, readAll } from "../evidence/ledger/ledgerInspect.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import type { Io } from "./io.ts";
import { consistencyIn, LEDGER_OPTIONS, type LedgerSource, withLedger } from "./ledgerSource.ts";

const HOUR_SECONDS = 3600;
/** Writers' clocks may differ by so much before the order of dates counts as a fault. */
const CLOCK_SKEW_SECONDS = 300;
/** Beyond the deadline of a decision a case is sealed within a day, or somebody must look. */
const SEALING_HOURS = 24;

export const ledgerAudit: Verb = {
  usage: "[--checkpoint FILE] [--ledger DIR --trust keys.json [--vault DIR]]",
  options: {
    ...LEDGER_OPTIONS,
    checkpoint: { type: "string", value: "FILE", help: "a checkpoint you kept from before; the ledger must extend it" },
    memory: {
      type: "string",
      value: "DIR",
      help: "where checkpoints seen are remembered (default: $XDG_STATE_HOME/cordon/checkpoints)",
    },
    "heartbeat-hours": {
      type: "string",
      value: "N",
      help: "longest silence allowed (default: 25 once the ledger holds a heartbeat)",
    },
    "seal-within-hours": {
      type: "string",
      value: "N",
      help: "longest time from opening to sealing (default: decision deadline and a day)",
    },
  },
  examples: [
    "cordon ledger audit",
    "cordon ledger audit --ledger ./copy --trust keys.json --vault ./vault --checkpoint seen.checkpoint --json",
  ],
  run: (typed, io) => withLedger(typed, io, (source) => audit(source, typed, io)),
};

const audit = async (source: LedgerSource, typed: Typed, io: Io): Promise<number> => {
  const folder = memoryFolder(typed);
  const remembered = [recallCheckpoint(folder, source.origin, source.keys), givenCheckpoint(source, typed)];
  const asOf = systemClock.now();
  const policy = await policyOf(source, typed);
  const results = await Promise.all(
    remembered.map((one, index) =>
      index > 0 && one === null ? null : runLedgerAudit({ ...source, remembered: one, asOf, policy }),
    ),
  );
  const faults = distinct(results.flatMap((result) => result?.faults ?? []));
  const [{ entries, newest }] = results as [AuditResult];
  const relation =
    faults.length + seriousOf(source).length === 0 && newest !== null ? await remember(folder, newest, source) : null;
  io.result({
    origin: source.origin,
    entries,
    checkpoint: newest === null ? null : { size: newest.size, root: hex(newest.root) },
    remembered: relation,
    faults,
    records: source.faults,
  });
  io.print(auditText(source, entries, newest, faults));
  return faults.length + seriousOf(source).length === 0 ? EXIT.ok : EXIT.failed;
};

/** Faults of the records beside the ledger; what somebody else left there is named and is none. */
const seriousOf = ({ faults }: LedgerSource): readonly HomeFault[] =>
  faults.filter(({ harmless }) => harmless !== true);

/** Outside the data directory: whoever could reset the ledger must not reset the memory of it with the same stroke. */
const memoryFolder = (typed: Typed): string =>
  typeof typed.values.memory === "string"
    ? resolve(typed.values.memory)
    : join(process.env.XDG_STATE_HOME ?? join(homedir(), ".local/state"), "cordon/checkpoints");

const givenCheckpoint = ({ origin, keys }: LedgerSource, typed: Typed): Checkpoint | null => {
  if (typeof typed.values.checkpoint !== "string") return null;
  try {
    return openCheckpoint(readFileSync(resolve(typed.values.checkpoint)), origin, keys);
  } catch (cause) {
    throw new CordonError("INPUT_INVALID", `--checkpoint ${typed.values.checkpoint}: ${(cause as Error).message}`, {
      cause,
    });
  }
};

/** A deployment that never beat, such as a single `respond` on a laptop, promised no heartbeat. */
const policyOf = async (source: LedgerSource, typed: Typed): Promise<AuditPolicy> => {
  const silence =
    hoursFrom(typed, "heartbeat-hours") ??
    ((await hasHeartbeat(source)) ? HEARTBEAT_SECONDS + HOUR_SECONDS : Number.MAX_SAFE_INTEGER);
  const deadline = (source.decisionDeadlineSeconds ?? 7 * 24 * HOUR_SECONDS) + SEALING_HOURS * HOUR_SECONDS;
  return {
    heartbeatSeconds: silence,
    sealWithinSeconds: hoursFrom(typed, "seal-within-hours") ?? deadline,
    clockSkewSeconds: CLOCK_SKEW_SECONDS,
  };
};

const hoursFrom = (typed: Typed, option: string): number | null => {
  const value = typed.values[option];
  if (value === undefined) return null;
  const hours = Number(value);
  if (!Number.isFinite(hours) || hours < 0)
    throw new CordonError("USAGE", `--${option}: expected a number of hours, got ${String(value)}`);
  return hours * HOUR_SECONDS;
};

const hasHeartbeat = async ({ store }: LedgerSource): Promise<boolean> => {
  const entries = await readAll(store, await store.list("entry/"));
  return entries.some((bytes) => Buffer.from(bytes ?? "").includes('"type":"heartbeat"'));
};

const distinct = (faults: readonly AuditFault[]): readonly AuditFault[] => [
  ...new Map(faults.map((one) => [JSON.stringify(one), one])).values(),
];

/** Only a clean ledger is remembered, and only if it extends what was remembered before. */
const remember = async (folder: string, newest: Checkpoint, source: LedgerSource): Promise<string> => {
  const between = await consistencyIn(source.store);
  const comparison = compareWithRemembered(folder, newest, "head", { keys: source.keys, between });
  rememberCheckpoint(folder, newest, comparison);
  return comparison.relation;
};

const auditText = (
  source: LedgerSource,
  entries: number,
  newest: Checkpoint | null,
  faults: readonly AuditFault[],
): string => {
  const { origin, vault, faults: records } = source;
  const count = faults.length + seriousOf(source).length;
  return [
    `ledger       ${origin}`,
    `entries      ${entries}`,
    `checkpoint   ${newest === null ? "none was signed" : `${newest.size} entries, root ${hex(newest.root)}`}`,
    ...(vault === null ? ["vault        not given: sealed bundles were not looked at"] : []),
    ...faults.map(
      ({ code, seq, detail }) => `FAULT        ${code.padEnd(13)} ${seq === null ? "" : `entry ${seq}: `}${detail}`,
    ),
    ...records.map(
      ({ where, caseId, what, harmless }) =>
        `${harmless === true ? "note " : "FAULT"}              ${where.padEnd(13)} ${caseId === null ? "" : `${caseId}: `}${what}`,
    ),
    "",
    count === 0
      ? "CLEAN: nothing was found, and the checkpoint is remembered"
      : `${count} FAULT(S): do not rely on this ledger before they are explained`,
  ].join("\n");
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export const ledgerShow: Verb = {
  usage: "[--last N]",
  options: { ...LEDGER_OPTIONS, last: { type: "string", value: "N", help: "only the newest N entries" } },
  examples: ["cordon ledger show --last 20", "cordon ledger show --json"],
  run: (typed, io) =>
    withLedger(typed, io, async (source) => {
      const { entries, checkpoints } = await inspectLedger(source, source);
      const parsed = [...entries].sort(([a], [b]) => a - b).map(([, bytes]) => parseEntry(bytes));
      const shown = typed.values.last === undefined ? parsed : parsed.slice(-Number(typed.values.last));
      const note = checkpoints.at(-1)?.note ?? null;
      io.result({ origin: source.origin, entries: shown, checkpoint: note });
      io.print(
        [
          ...shown.map(
            ({ seq, at, type, case: subject, digest }) =>
              `${String(seq).padStart(6)}  ${at}  ${type.padEnd(14)} ${subject?.slice(0, 16) ?? "-".padEnd(16)}  ${digest}`,
          ),
          "",
          note ?? "No checkpoint was signed.",
        ].join("\n"),
      );
      return EXIT.ok;
    }),
};
