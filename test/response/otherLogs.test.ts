import assert from "node:assert/strict";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { CaseView } from "../../lib/case/caseView.ts";
import type { RoleChain } from "../../lib/case/chain.ts";
import type { TakenObject } from "../../lib/case/objects.ts";
import type { DetectionResult } from "../../lib/case/queries.ts";
import type { AccessLogSummary, FlowSummary } from "../../lib/case/sideLogs.ts";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { openBundle } from "../../lib/evidence/openBundle.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { Truth } from "../../lib/incident/truth.ts";
import type { VariantId } from "../../lib/incident/variants.ts";
import { totalsDiffer } from "../../lib/response/seal/totals.ts";
import { respondTo, withHome } from "./run.ts";

const base = mkdtempSync(join(tmpdir(), "cordon-other-logs-"));
after(() => rmSync(base, { recursive: true, force: true }));

interface Played {
  readonly dir: string;
  readonly truth: Truth;
  readonly view: CaseView;
  readonly ledger: readonly TakenObject[];
  document<T>(name: string): Promise<T>;
}

/** A whole response up to the question, over a generated incident. `more` are further files below `logs/`. */
const play = async (
  variant: VariantId,
  more: Readonly<Record<string, string>> | ((truth: Truth, dir: string) => Readonly<Record<string, string>>),
  look: (played: Played) => Promise<void>,
): Promise<void> => {
  const dir = join(base, variant);
  const truth = await writeIncident(dir, { variant, seed: "other-logs", backgroundEvents: 1_200 });
  for (const [path, text] of Object.entries(typeof more === "function" ? more(truth, dir) : more)) {
    mkdirSync(join(dir, "logs", path, ".."), { recursive: true });
    writeFileSync(join(dir, "logs", path), text);
  }
  const incident = {
    finding: JSON.parse(readFileSync(join(dir, "finding.json"), "utf8")),
    logs: join(dir, "logs"),
    iam: join(dir, "iam.json"),
    buckets: join(dir, "buckets"),
  };
  await withHome({}, async (deployment) => {
    const view = await respondTo(incident, deployment);
    const { cases } = deployment.portsOf(view.caseId);
    for (const { path } of view.evidence) assert.equal(totalsDiffer(openBundle(path, DEFAULT_LIMITS)), null);
    const text = Buffer.from((await cases.read(view.caseId, "objects.jsonl"))!).toString();
    const ledger = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TakenObject);
    await look({
      dir,
      truth,
      view,
      ledger,
      document: async (name) => JSON.parse(Buffer.from((await cases.read(view.caseId, name))!).toString()),
    });
  });
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const idOf = ({ bucket, key }: { readonly bucket: string; readonly key: string }): string => `${bucket}/${key}`;

interface Line {
  readonly id: string;
  readonly requestId: string;
  readonly status: string;
  readonly sent: number;
  readonly size: number;
}

/** The access log's lines by split alone, each request once: another reader than the product's. */
const linesIn = (dir: string): readonly Line[] => {
  const all = globSync("s3-access/*", { cwd: join(dir, "logs") })
    .flatMap((path) =>
      readFileSync(join(dir, "logs", path), "utf8")
        .trim()
        .split("\n"),
    )
    .map((line) => {
      const [before, , behind] = line.split('"') as [string, string, string];
      const fields = before.split(" ");
      const [, status, , sent, size] = behind.split(" ");
      return {
        id: `${fields[1]}/${decodeURIComponent(fields[8]!)}`,
        requestId: fields[6]!,
        status: status!,
        sent: Number(sent),
        size: Number(size),
      };
    });
  return [...new Map(all.map((line) => [line.requestId, line])).values()];
};

test("access-log: what CloudTrail lacks is filled in and marked, nothing is counted twice, and both logs agree on the rest", () =>
  play("access-log", {}, async ({ dir, truth, view, ledger, document }) => {
    const lines = linesIn(dir);
    const certain = ledger.filter(({ certainty }) => certainty === "certain");
    assert.ok(truth.hidden.calls > 0, "CloudTrail lacks some");
    assert.deepEqual(view.theft.certain, {
      objects: new Set(lines.map(({ id }) => id)).size,
      calls: truth.totals.calls + truth.hidden.calls,
      bytes: truth.totals.bytesOut + truth.hidden.bytesOut,
    });
    assert.equal(lines.length, truth.totals.calls + truth.hidden.calls);
    const inCloudTrail = new Set(truth.objects.map(idOf));
    const only = certain.filter(({ recordedBy }) => recordedBy?.includes("cloudtrail") === false).map(idOf);
    assert.deepEqual(
      [...only].sort(),
      [...new Set(lines.map(({ id }) => id))].filter((id) => !inCloudTrail.has(id)).sort(),
    );
    assert.ok(only.length > 0);
    const bySize = new Map(lines.map(({ id, size }) => [id, size]));
    for (const entry of certain) {
      const mine = lines.filter(({ id }) => id === idOf(entry));
      assert.equal(entry.size, bySize.get(idOf(entry)));
      assert.deepEqual(
        [entry.calls, entry.bytesOut, entry.accessLog?.requests, entry.accessLog?.bytesSent, entry.accessLog?.partial],
        [
          mine.length,
          sum(mine.map(({ sent }) => sent)),
          mine.length,
          sum(mine.map(({ sent }) => sent)),
          mine.filter(({ status }) => status === "206").length,
        ],
        idOf(entry),
      );
    }
    const summary = await document<AccessLogSummary>("access-log.json");
    assert.deepEqual(
      [summary.state, summary.requests],
      [
        "used",
        {
          both: truth.totals.calls,
          accessLogOnly: truth.hidden.calls,
          partial: lines.filter(({ status }) => status === "206").length,
        },
      ],
    );
    assert.equal(summary.bytes.accessLog, truth.totals.bytesOut + truth.hidden.bytesOut);
    assert.equal(summary.objects.accessLogOnly, only.length);
    assert.deepEqual(
      view.coverage.otherLogs?.flatMap(({ log, state }) => (state === "not given" ? [] : [[log, state]])),
      [["s3-access-log", "used"]],
    );
    const hours = (await document<{ hours: readonly { calls: number }[] }>("report-data.json")).hours;
    assert.equal(sum(hours.map(({ calls }) => calls)), lines.length, "the histogram has what the totals have");
    const detections = await document<readonly DetectionResult[]>("detections.json");
    assert.equal(detections.find(({ id }) => id === "s3-access-new-address-access-log")?.error, null);
  }));

const FLOW_HEADER = "version interface-id instance-id srcaddr dstaddr bytes start end action log-status";
const FLOWS = [
  FLOW_HEADER,
  "5 eni-1 - 10.0.0.5 185.220.101.34 123456 1771814900 1771814960 ACCEPT OK",
  "5 eni-2 - 10.0.0.5 185.220.101.34 123000 1771814900 1771814960 ACCEPT OK",
  "5 eni-1 - 10.0.0.5 185.220.101.34 999 1771814900 1771814960 REJECT OK",
  "5 eni-3 - 10.0.0.9 198.51.100.200 20000000 1771815000 1771815060 ACCEPT OK",
  "5 eni-3 - 10.0.0.9 10.0.0.10 20000000 1771815000 1771815060 ACCEPT OK",
];

test("opened-bucket: reads by those whom the thief let in are likely, until the bucket is closed; flows are added to nothing", () =>
  play("opened-bucket", { "vpc/flow.log": FLOWS.join("\n") }, async ({ truth, view, ledger, document }) => {
    const his = truth.objects.filter(({ addresses }) => addresses.includes("185.220.101.34"));
    assert.deepEqual(view.theft.certain, {
      objects: his.length,
      calls: sum(his.map(({ calls }) => calls)),
      bytes: sum(his.map(({ bytesOut }) => bytesOut)),
    });
    const { objects, calls, bytesOut } = truth.totals;
    assert.deepEqual(view.theft.likely, { objects, calls, bytes: bytesOut });
    const likely = ledger.filter(({ certainty }) => certainty === "likely");
    assert.equal(likely.length, objects - his.length);
    const opening = truth.changes.find(({ eventName }) => eventName === "PutBucketPolicy")!;
    assert.deepEqual([...new Set(likely.map(({ openedBy }) => openedBy))], [opening.eventId]);
    assert.deepEqual([...new Set(likely.map(({ path }) => path))].sort(), ["anonymous", "download"]);
    const flows = await document<FlowSummary>("flow-logs.json");
    assert.deepEqual(
      flows.transfers.map(({ kind, source, target, bytes, interfaceIds }) => [
        kind,
        source,
        target,
        bytes,
        interfaceIds,
      ]),
      [
        ["to-thief", "10.0.0.5", "185.220.101.34", 123_456, ["eni-1", "eni-2"]],
        ["large", "10.0.0.9", "198.51.100.200", 20_000_000, ["eni-3"]],
      ],
    );
    assert.equal(flows.stolenBytes, bytesOut);
    const detections = await document<readonly DetectionResult[]>("detections.json");
    assert.equal(
      detections.find(({ id }) => id === "s3-access-new-address-access-log")?.error,
      "not run: no access logs given",
    );
  }));

test("federated: the human at the start is Okta's user, who came from the thief's address without a factor", () =>
  play("federated", {}, async ({ truth, view, document }) => {
    assert.equal(view.theft.certain?.objects, truth.totals.objects);
    const chain = await document<RoleChain>("role-chain.json");
    const [start] = chain.chains.filter(({ hops }) => hops.length > 0).map((one) => one.start);
    assert.equal(start?.kind, "saml");
    const { eventType, at, secondsBefore, actor, sameAddress, thiefAddress, mfa, failedBefore, application } =
      start.signIn!;
    assert.deepEqual(
      [eventType, at, secondsBefore, actor.name, sameAddress, thiefAddress, mfa, failedBefore, application],
      [
        "user.authentication.sso",
        "2026-02-23T02:46:50.000Z",
        20,
        "ana.analyst@example.com",
        true,
        true,
        "not seen",
        3,
        "AWS IAM Identity Center",
      ],
    );
    assert.equal(view.coverage.otherLogs?.find(({ log }) => log === "okta-system-log")?.state, "used");
  }));

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

test("copy: with S3 Metadata tables exported beside the logs the copies have the size they had, and the buckets their number, though nothing can be asked of them any more", () =>
  play(
    "copy",
    (truth, dir) => {
      rmSync(join(dir, "buckets"), { recursive: true });
      const created = (bucket: string, key: string, size: number) =>
        `${bucket},${quoted(key)},01,CREATE,2026-01-01 00:00:00.000,,false,${size},2026-01-01 00:00:00.000`;
      const rows = truth.objects.map(({ bucket, key, size }) => created(bucket, key, size));
      const [first] = truth.objects;
      const lying = [...truth.objects.slice(1), { bucket: first!.bucket, key: "untouched.csv", size: 5 }];
      return {
        "metadata/journal.csv": [
          "bucket,key,sequence_number,record_type,record_timestamp,version_id,is_delete_marker,size,last_modified_date",
          ...rows,
          `${first!.bucket},${quoted(first!.key)},02,DELETE,${truth.lastTheftAt.slice(0, 19).replace("T", " ")},,,,`,
        ].join("\n"),
        "metadata/inventory.csv": [
          "bucket,key,sequence_number,version_id,is_delete_marker,size,last_modified_date",
          ...lying.map(({ bucket, key, size }) => `${bucket},${quoted(key)},01,,false,${size},2026-01-01 00:00:00.000`),
        ].join("\n"),
      };
    },
    async ({ truth, view, ledger }) => {
      const bySize = new Map(truth.objects.map((one) => [idOf(one), one.size]));
      const certain = ledger.filter(({ certainty }) => certainty === "certain");
      assert.ok(certain.length > 0);
      for (const entry of certain) assert.equal(entry.size, bySize.get(idOf(entry)), idOf(entry));
      const copied = truth.objects.filter(({ path }) => path === "copy");
      assert.ok(copied.length > 0);
      assert.ok(!view.theft.notKnown.some((reason) => /have no known size/.test(reason)));
      const [{ bucket }] = truth.objects as [Truth["objects"][number]];
      const own = truth.objects.filter((one) => one.bucket === bucket).length;
      const held = view.theft.held?.find((one) => one.bucket === bucket);
      assert.deepEqual([held?.taken, held?.objects, held?.deletedSince], [own, own, 1]);
      assert.match(held!.says, /objects? deleted since/);
    },
  ));
