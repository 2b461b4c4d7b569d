import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BASELINE_ROUND, LIKELIHOOD, read, SCAN_ROUND } from "../../lib/case/documents.ts";
import type { Likelihood } from "../../lib/case/opinion.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { type Incident, respondTo, withHome } from "./run.ts";

const dir = mkdtempSync(join(tmpdir(), "cordon-baseline-"));
after(() => rmSync(dir, { recursive: true, force: true }));
let incident: Incident;
before(async () => {
  await writeIncident(dir, { variant: "duplicates", seed: "baseline", backgroundEvents: 2_500 });
  incident = {
    finding: JSON.parse(readFileSync(join(dir, "finding.json"), "utf8")),
    logs: join(dir, "logs"),
    iam: join(dir, "iam.json"),
    buckets: join(dir, "buckets"),
  };
});

const DAY = 86_400_000;

/** Bytes of the files delivered inside a window, a day more on both sides, by their names. */
const logBytes = ({ from, to }: { readonly from: string; readonly to: string }): number =>
  globSync("**/*", { cwd: join(dir, "logs"), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter(({ name }) => {
      const [, date, time] = /_(\d{8})T(\d{4})Z_/.exec(name) ?? [];
      if (date === undefined) return true;
      const at = Date.parse(`${date.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time!.replace(/(..)(..)/, "$1:$2")}:00Z`);
      return at >= Date.parse(from) - DAY && at <= Date.parse(to) + DAY;
    })
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** One response with everything on and limits that hold, read once for the tests below. */
const whole = async () => {
  let read = null as Awaited<ReturnType<typeof documentsOf>> | null;
  await withHome({ scan: { maximumBytes: 1e9 } }, async (deployment) => {
    read = await documentsOf(deployment);
  });
  return read!;
};
const documentsOf = async (deployment: Deployment) => {
  const view = await respondTo(incident, deployment);
  const { cases } = deployment.portsOf(view.caseId);
  return {
    view,
    scan: await read(cases, view.caseId, SCAN_ROUND.at("001")),
    baseline: await read(cases, view.caseId, BASELINE_ROUND.at("001")),
    likelihood: (await read(cases, view.caseId, LIKELIHOOD)) as Likelihood,
    types: (await cases.events(view.caseId)).map(({ type }) => type),
  };
};
let shared: ReturnType<typeof whole> | null = null;
const response = (): ReturnType<typeof whole> => {
  shared ??= whole();
  return shared;
};

test("the baseline is scanned after the figures, reaches as far as the logs do, and says how far that is", async () => {
  const { baseline: round, likelihood, types } = await response();
  assert.equal(round.reason, null);
  assert.equal(Date.parse(round.request.to) - Date.parse(round.request.from), 30 * DAY);
  const { baseline, notKnown } = likelihood;
  assert.equal(baseline.scan?.state, "known");
  const covered = (Date.parse(baseline.until) - Date.parse(round.result!.earliest!)) / DAY;
  assert.ok(Math.abs(baseline.scan!.daysCovered! - covered) <= 0.1, `${baseline.scan?.daysCovered} of ${covered}`);
  assert.ok(notKnown.includes(baseline.scan!.reason!));
  assert.ok(types.indexOf("theft.quantified") < types.indexOf("baseline.started"));
  assert.ok(types.indexOf("baseline.started") < types.indexOf("baseline.finished"));
});

test("a scan below the limit is begun, and its estimate is on record beside what was read", async () => {
  const { view, scan } = await response();
  assert.deepEqual([scan.refused, scan.estimate?.bytes], [null, logBytes(scan.request)]);
  assert.ok(scan.result!.bytesScanned <= scan.estimate!.bytes! && view.theft.certain !== null);
});

test("coverage names for each bucket the hours that are certain, within the scan's window, and says that no digest was given", async () => {
  const { view, scan } = await response();
  const { from, to } = scan.request;
  const hours = Math.ceil(Date.parse(to) / 3.6e6) - Math.floor(Date.parse(from) / 3.6e6);
  assert.ok(view.coverage.buckets.length > 0);
  for (const { hours: known } of view.coverage.buckets) {
    assert.equal(known!.hours, hours);
    assert.equal(known!.certain, hours - known!.holes.reduce((sum, one) => sum + one.hours, 0));
    assert.ok(known!.certain > 0);
  }
  assert.deepEqual([view.coverage.integrity?.counts.verified, view.coverage.integrity?.notes.length], [0, 1]);
});

test("switched off, the opinion stands on the case table and says why", async () => {
  await withHome({ baseline: { enabled: false, days: 30, maximumBytes: 1 } }, async (deployment) => {
    const { caseId } = await respondTo(incident, deployment);
    const { cases } = deployment.portsOf(caseId);
    assert.deepEqual(await cases.names(caseId, "scans/baseline-"), []);
    const { baseline, likelihood } = (await read(cases, caseId, LIKELIHOOD)) as Likelihood;
    assert.match(likelihood!, /^(very )?likely theft$/);
    assert.deepEqual([baseline.scan?.state, baseline.scan?.daysCovered], ["not known", null]);
  });
});

test("a baseline whose estimate is above its limit is refused, and the case goes on without it", async () => {
  await withHome({ baseline: { enabled: true, days: 30, maximumBytes: 1000 } }, async (deployment) => {
    const { caseId, theft, plan } = await respondTo(incident, deployment);
    const { cases } = deployment.portsOf(caseId);
    const round = await read(cases, caseId, BASELINE_ROUND.at("001"));
    assert.equal(round.result, null);
    assert.equal(round.estimate.bytes, logBytes(round.request));
    assert.match(round.reason!, new RegExp(`estimate of ${logBytes(round.request)} bytes .* limit of 1000 bytes`));
    const { baseline } = (await read(cases, caseId, LIKELIHOOD)) as Likelihood;
    assert.equal(baseline.scan?.reason, round.reason);
    assert.ok(theft.certain !== null && plan?.status === "proposed");
  });
});

test("a limit given for one case goes before that of the settings, both ways", async () => {
  const { buckets: _none, ...without } = incident;
  await withHome({ scan: { maximumBytes: 1e9 } }, async (deployment) => {
    const { theft } = await respondTo({ ...without, buckets: null, scanLimitBytes: 1000 }, deployment);
    assert.equal(theft.certain, null);
  });
  await withHome({ scan: { maximumBytes: 1000 } }, async (deployment) => {
    const sources = { accountId: "1", logs: null, iam: null, buckets: null } as const;
    deployment.bind("case-free", { ...sources, scanLimitBytes: null });
    deployment.bind("case-usual", sources);
    assert.equal(deployment.portsOf("case-free").settings.scan, undefined);
    assert.deepEqual(deployment.portsOf("case-usual").settings.scan, { maximumBytes: 1000 });
  });
});

test("a scan whose estimate is above the limit is not begun: no log is read, the case says so, and the question is asked", async () => {
  await withHome({ scan: { maximumBytes: 1000 } }, async (deployment) => {
    const { caseId, theft, plan } = await respondTo(incident, deployment);
    const { cases } = deployment.portsOf(caseId);
    const round = await read(cases, caseId, SCAN_ROUND.at("001"));
    assert.deepEqual([round.result, round.estimate?.bytes], [null, logBytes(round.request)]);
    assert.ok(round.refused !== null);
    assert.equal(theft.certain, null);
    assert.ok(theft.notKnown.some((sentence) => sentence.includes(round.refused!)));
    assert.equal(plan?.status, "proposed");
  });
});
