import * as z from "zod";
import { digestOf } from "../base/jcs.ts";
import { DISCOVERED, FINDING, read, write } from "../case/documents.ts";
import type { Finding } from "../case/finding.ts";
import type { ScanRound } from "../case/scan.ts";
import type { ChangeRow } from "../core/theft/changeRow.ts";
import { type ActorRow, discover, type MintedRow } from "../core/theft/discovery.ts";
import { marksOf } from "../core/theft/marks.ts";
import type { Ports } from "../ports/ports.ts";
import { tellOfDoors } from "./contain/tellOfDoors.ts";
import { writeChain } from "./investigate/chain.ts";
import { ask } from "./investigate/queries.ts";
import { indicatorsOf, scanRounds } from "./investigate/scan.ts";
import { keepTableDigest } from "./investigate/tableDigest.ts";
import type { TheftInput } from "./investigate/theftInput.ts";
import { writeTheft } from "./investigate/writeTheft.ts";
import { secondsFrom } from "./time.ts";

export interface QuantifyOutput {
  /** `scan`: the actor has credentials we did not look for yet. */
  readonly next: "scan" | "detect";
  readonly late: "due" | "done";
  readonly lateLogsAt: string;
  readonly objects: number | null;
}

/** What a pass goes on with from the one before it. */
export const Pass = z.object({
  next: z.enum(["scan", "detect"]),
  late: z.enum(["due", "done"]),
  lateLogsAt: z.string(),
});
type Pass = z.output<typeof Pass>;

/** New indicators are chased so often and no further; each round is on record. */
const MAXIMUM_ROUNDS = 4;

/** Who acted as the actor, what they took, and how complete that picture is; another scan when new credentials showed up. */
export const quantify = async (
  { caseId, theft }: { readonly caseId: string; readonly theft?: Pass | undefined },
  ports: Ports,
): Promise<QuantifyOutput> => {
  const finding = await read(ports.cases, caseId, FINDING);
  await keepTableDigest(caseId, ports);
  const rounds = await scanRounds(caseId, ports);
  const discovery = await discoverIn(caseId, finding, rounds, ports);
  // Against what the last scan was asked for: a finding that joined while it ran counts as well as what it found.
  const grown = digestOf(await indicatorsOf(caseId, finding, ports)) !== digestOf(rounds.at(-1)?.request.indicators);
  if (grown && rounds.length < MAXIMUM_ROUNDS) return { next: "scan", ...late(theft, ports), objects: null };
  await tellOfDoors(caseId, ports);
  const objects = await writeTheft(caseId, { ...discovery, finding, rounds }, ports);
  return { next: "detect", ...late(theft, ports), objects };
};

/** CloudTrail delivers late: after the lag the logs are read once more, and only once. */
const late = (known: Pass | undefined, { settings, clock }: Ports): Pick<QuantifyOutput, "late" | "lateLogsAt"> => {
  const lag = settings.waits.lateLogs;
  const firstPassIsOver = known?.next === "detect" && known.late === "due";
  if (lag === null || firstPassIsOver || known?.late === "done") return { late: "done", lateLogsAt: clock.now() };
  return { late: "due", lateLogsAt: known?.lateLogsAt ?? secondsFrom(clock.now(), lag) };
};

type Found = Pick<TheftInput, "marks" | "actors" | "changes">;

const discoverIn = async (
  caseId: string,
  finding: Finding,
  rounds: readonly ScanRound[],
  ports: Ports,
): Promise<Found> => {
  const actors = await ask<ActorRow>(caseId, "actors", [], ports);
  const minted = await ask<MintedRow>(caseId, "minted", [], ports);
  const changes = await ask<ChangeRow>(caseId, "changes", [], ports);
  const marks = marksOf(finding, actors, minted);
  const discovery = discover(marks, actors, minted, changes);
  await write(ports.cases, caseId, DISCOVERED, { ...discovery, buckets: [] });
  await writeChain(caseId, { suspects: [...finding.principals, ...discovery.suspects], marks, actors, rounds }, ports);
  await ports.cases.append(caseId, {
    type: "theft.scoped",
    actor: "quantify",
    data: { suspects: discovery.suspects.length, mintedKeys: discovery.keys.length, changes: discovery.changes.length },
  });
  return { marks, actors, changes };
};
