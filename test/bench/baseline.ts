/**
 * Times the case scan and the baseline scan of generated logs, with bytes, CPU time and the size of the tables.
 *
 *   node test/bench/baseline.ts FOLDER     (an incident that test/bench/response.ts has written: finding.json, logs/)
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ScanRequest } from "../../lib/case/scan.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { stableIdOf } from "../../lib/core/principal/principal.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import { hoursFrom } from "../../lib/response/time.ts";
import { BASELINE_SERIES } from "../../lib/sql/tables.ts";

const folder = process.argv[2]!;
const [finding] = parseFindings(JSON.parse(readFileSync(join(folder, "finding.json"), "utf8")));
const home = mkdtempSync(join(tmpdir(), "cordon-bench-baseline-"));
const trail = createTrail({ logsDir: join(folder, "logs"), caseDir: () => home, memoryLimitMb: 450, threads: 2 });
const { principals, buckets, window } = finding!;
const request: ScanRequest = {
  caseId: "case-bench",
  round: 1,
  from: hoursFrom(window.firstSeen, -72),
  to: hoursFrom(window.lastSeen, 24),
  indicators: {
    accessKeyIds: principals.flatMap(({ accessKeyId }) => accessKeyId ?? []),
    principalIds: principals.flatMap(({ principalId }) => (principalId === null ? [] : [stableIdOf(principalId)])),
    arns: [],
    addresses: finding!.addresses.map(({ ip }) => ip),
    buckets: buckets.map(({ name }) => name),
  },
};
const days = { from: hoursFrom(window.firstSeen, -30 * 24), to: window.firstSeen };

const scans: readonly (readonly [string, ScanRequest, string])[] = [
  ["case table", request, "trail/round-1.parquet"],
  ["baseline", { ...request, ...days, series: BASELINE_SERIES }, "trail/baseline/round-1.parquet"],
];
for (const [name, asked, table] of scans) {
  const { from, to } = asked;
  const estimate = await trail.estimate!({ from, to });
  const cpu = process.cpuUsage();
  const started = performance.now();
  const ticket = await trail.start(asked);
  let status = await trail.check(ticket);
  for (; status.state === "running"; status = await trail.check(ticket)) await setTimeout(50);
  const { user, system } = process.cpuUsage(cpu);
  const told = status.state === "done" ? status.result : status;
  console.log(
    JSON.stringify({
      name,
      seconds: Math.round(performance.now() - started) / 1000,
      cpuSeconds: Math.round((user + system) / 1e4) / 100,
      estimate,
      tableBytes: statSync(join(home, table)).size,
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
      ...("engine" in told
        ? { filesRead: told.filesRead, bytesScanned: told.bytesScanned, events: told.eventsSeen, kept: told.eventsKept }
        : told),
    }),
  );
}
rmSync(home, { recursive: true, force: true });
