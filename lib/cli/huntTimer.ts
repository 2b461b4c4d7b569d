import { appendFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CordonError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import { visible } from "../base/visible.ts";
import { parseFindings } from "../core/finding/finding.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createTrail } from "../embedded/trail.ts";
import { huntFindings } from "../export/huntFindings.ts";
import { type Alert, alertNotice, HABIT_DAYS, type HuntAgain, huntAgain } from "../response/hunt/again.ts";
import type { OptionSpecs, Typed } from "./command.ts";
import type { Faults } from "./hostHealth.ts";
import type { HostLog } from "./hostLog.ts";
import { huntsFolder } from "./huntFiles.ts";
import { knowledgeFrom } from "./huntKnowledge.ts";
import { begin } from "./respond.ts";
import { sourcesFrom } from "./sources.ts";

export const HUNT_EVERY: OptionSpecs = {
  hunt: {
    type: "string",
    value: "TIME",
    help: "look for whoever stands out, every 15m or 2h; a case opens where openOn holds Cordon:S3/Suspicion",
  },
  allow: { type: "string", value: "FILE", help: "what a hunt expects, with owner and end (docs/hunt.md)" },
  ranges: { type: "string", value: "FILE", help: "networks of hosting companies or Tor, for a hunt" },
};

const MINUTE_MS = 60_000;
const LEAST_MINUTES = 5;
const MOST_MINUTES = 24 * 60;
const PAUSE_MS = 200;
const MEMORY_LIMIT_MB = 400;

/** Minutes between two hunts; null: none are asked for. Throws USAGE. */
export const huntMinutes = ({ values: { hunt } }: Typed): number | null => {
  if (hunt === undefined) return null;
  const [, count, unit = "m"] = /^(\d{1,4})(m|h)?$/.exec(String(hunt)) ?? [];
  const minutes = Number(count) * (unit === "h" ? 60 : 1);
  if (minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES) return minutes;
  throw new CordonError("USAGE", `--hunt ${String(hunt)}: expected ${LEAST_MINUTES}m to ${MOST_MINUTES / 60}h`);
};

/** Hunts now and then: one at a time, and one that fails is named and tried again when the next is due. */
export const startHunting = (
  minutes: number,
  typed: Typed,
  deployment: Deployment,
  log: HostLog,
  faults: Faults,
): NodeJS.Timeout => {
  const told = new Set<string>();
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      await huntOnce({ hours: Math.max(2, (2 * minutes) / 60), told }, typed, deployment, log);
    } catch (error) {
      faults.note("hunt", (error as Error).message);
    } finally {
      busy = false;
    }
  };
  void look();
  return setInterval(() => void look(), minutes * MINUTE_MS);
};

const huntOnce = async (
  { hours, told }: Pick<HuntAgain, "hours"> & { readonly told: Set<string> },
  typed: Typed,
  deployment: Deployment,
  log: HostLog,
): Promise<void> => {
  const { ports, home } = deployment;
  const sources = sourcesFrom(typed);
  const { expired, ...knowledge } = knowledgeFrom(typed, ports.clock.now());
  for (const { identity, owner, until } of expired)
    log.warn("hunt", `the allow list's entry of ${owner} for ${visible(identity)} ran out on ${until}`);
  const folder = huntsFolder(resolve(home.root));
  const trail = createTrail({
    logsDir: sources.logs!,
    caseDir: (id) => join(folder, id),
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: 1,
  });
  const asked = { at: ports.clock.now(), hours, habitDays: HABIT_DAYS, limit: null, knowledge, told };
  const done = await huntAgain(asked, trail, ports, () => sleep(PAUSE_MS));
  if (done.refused !== null) throw new CordonError("SCAN_FAILED", done.refused);
  const { hunted, alerts } = done;
  for (const { file, reason } of hunted.scan.filesSetAside.slice(0, 5))
    log.warn("hunt", visible(`not read: ${file}: ${reason}`));
  for (const alert of alerts) {
    told.add(alert.key);
    await tell(alert, { folder, accountId: hunted.ownAccounts[0] ?? "000000000000" }, deployment, log);
    if (alert.suspicion !== null)
      begin({ raw: alert.suspicion, finding: parseFindings(alert.suspicion)[0]! }, sources, deployment, "inbox");
  }
};

/** To people by the notices, and as an OCSF finding a line for whoever collects them. */
const tell = async (
  { suspect }: Alert,
  { folder, accountId }: { readonly folder: string; readonly accountId: string },
  { ports }: Deployment,
  log: HostLog,
): Promise<void> => {
  const at = ports.clock.now();
  const text = `${suspect.level}: ${visible(suspect.name)} from ${visible(suspect.network)}: ${suspect.signs.map(({ id }) => id).join(", ")}`;
  log.warn("hunt", text);
  await ports.notifier.notify(alertNotice({ suspect }, ports.settings, `with: cordon hunt --logs, or in ${folder}`));
  for (const finding of huntFindings([suspect], { at, accountId, region: "us-east-1", version: version() }))
    appendFileSync(join(folder, "alerts.ocsf.jsonl"), `${JSON.stringify(finding)}\n`, { mode: 0o600 });
};
