import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDirectoryStore, STEPS } from "../../lib/embedded/ledgerStore.ts";
import { parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { auditLedger } from "../../lib/evidence/ledger/ledgerAudit.ts";
import { inspectLedger } from "../../lib/evidence/ledger/ledgerInspect.ts";
import { leafHash } from "../../lib/evidence/ledger/merkle.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";

const FOLDERS = ["entry", "case", "signed", "tile"];
const YEARS = 1e9;

export interface CrashPlan {
  readonly processes: number;
  readonly writersPerProcess: number;
  readonly appends: number;
  readonly cases: number;
  readonly headEvery: number;
  /** How often each point kills a process, at growing distance from its start. */
  readonly rounds: number;
}

export interface CrashOutcome {
  readonly seconds: number;
  readonly killed: number;
  /** Points at which a process really died. */
  readonly points: ReadonlySet<string>;
  readonly entries: number;
  readonly openings: number;
  /** Distinct facts other than openings. */
  readonly facts: number;
  /** Appends that were acknowledged, and those of them that are not at their place. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly checkpoints: number;
  /** Codes of everything that inspection and audit found. */
  readonly faults: readonly string[];
}

/** Every point at which a process can die. */
export const crashPoints = (): readonly string[] =>
  FOLDERS.flatMap((folder) => STEPS.map((step) => `${folder}:${step}`)).filter(
    (point) => !["case:half written", "case:drafted", "case:linked"].includes(point),
  );

/** Lets many processes write one ledger while they are killed at every point, and reads what is left. */
export async function crashLedger(plan: CrashPlan): Promise<CrashOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "cordon-ledger-"));
  const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  writeFileSync(join(folder, "key.pem"), pair.privateKey.export({ type: "pkcs8", format: "pem" }));
  try {
    const start = performance.now();
    const died = await runAll(plan, folder);
    const seconds = (performance.now() - start) / 1000;
    const key = parsePublicKey(pair.publicKey.export({ type: "spki", format: "der" }));
    return { seconds, killed: died.length, points: new Set(died), ...(await readOutcome(plan, folder, [key])) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each slot starts its process again until it ends by itself; a killed one takes the next crash from the list. */
async function runAll(plan: CrashPlan, folder: string): Promise<string[]> {
  const crashes = Array.from({ length: plan.rounds }, (_, round) =>
    crashPoints().map((point) => ({ point, spec: `${point}@${1 + round * 3}` })),
  ).flat();
  const died: string[] = [];
  const runSlot = async (slot: number): Promise<void> => {
    const writers = Array.from({ length: plan.writersPerProcess }, (_, index) => slot * plan.writersPerProcess + index);
    for (let crash = crashes.shift(); ; crash = crashes.shift()) {
      const signal = await runProcess(folder, { ...plan, writers }, crash?.spec);
      if (signal === null) {
        return;
      }
      died.push(crash!.point);
    }
  };
  await Promise.all(Array.from({ length: plan.processes }, (_, slot) => runSlot(slot)));
  return died;
}

function runProcess(folder: string, job: object, crash: string | undefined): Promise<NodeJS.Signals | null> {
  const env = { ...process.env, LEDGER_FOLDER: folder, LEDGER_JOB: JSON.stringify(job) };
  const child = spawn(process.execPath, [join(import.meta.dirname, "ledgerWriter.ts")], {
    env: crash === undefined ? env : { ...env, CORDON_LEDGER_CRASH: crash },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("exit", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(signal);
      else reject(new Error(`writer ended with ${code ?? signal}`));
    });
  });
}

async function readOutcome(plan: CrashPlan, folder: string, keys: Parameters<typeof inspectLedger>[1]["keys"]) {
  const store = createDirectoryStore(join(folder, "ledger"));
  const origin = "example.test/ledger/crash";
  const contents = await inspectLedger({ store, signed: store }, { origin, keys });
  const audit = auditLedger({
    ...contents,
    origin,
    remembered: null,
    leastSize: 0,
    trustRoot: null,
    bundles: null,
    asOf: "2026-11-21T00:00:00.000Z",
    policy: { heartbeatSeconds: YEARS, sealWithinSeconds: YEARS, clockSkewSeconds: 0 },
  });
  const parsed = [...contents.entries.values()].map(parseEntry);
  const notes = Array.from({ length: plan.processes * plan.writersPerProcess }, (_, writer) =>
    readFileSync(join(folder, `writer-${writer}`), "utf8")
      .trim()
      .split("\n"),
  ).flat();
  const isThere = (note: string): boolean => {
    const [seq, hash] = note.split(" ");
    const bytes = contents.entries.get(Number(seq));
    return bytes !== undefined && Buffer.from(leafHash(bytes)).toString("hex") === hash;
  };
  return {
    entries: parsed.length,
    openings: parsed.filter(({ type }) => type === "case-opened").length,
    facts: new Set(parsed.filter(({ type }) => type === "execution").map(({ digest }) => digest)).size,
    acknowledged: notes.length,
    lost: notes.filter((note) => !isThere(note)).length,
    checkpoints: contents.checkpoints.length,
    faults: [...contents.faults, ...audit].map(({ code }) => code),
  };
}
