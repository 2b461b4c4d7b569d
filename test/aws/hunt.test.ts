import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { type HuntParts, huntOnSchedule } from "../../lib/aws/hunt.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import { importFindings } from "../../lib/aws/securityHub.ts";
import { CordonError } from "../../lib/base/errors.ts";
import { SUSPICION_TYPE } from "../../lib/core/finding/suspicion.ts";
import type { Notice, Trail } from "../../lib/ports/ports.ts";
import type { Alert } from "../../lib/response/hunt/again.ts";
import { contextOf } from "../stack/synth.ts";
import { createS3Model } from "./s3Model.ts";
import { json, optionsAt, serve } from "./wire.ts";

const AT = "2026-11-20T15:00:00.000Z";
const PLAN = { everyMinutes: 360, habitDays: 8, maximumBytes: 1_000_000, accounts: null, securityHub: false };

/** A row of suspects.sql: known for a month from one network, 5,000 reads within an hour from another. */
const ROW = {
  ...{ identity: "AIDAJANE", identity_name: "arn:aws:iam::111111111111:user/jane", principal_type: "IAMUser" },
  ...{ network: "198.51.100.0/24", addresses: "198.51.100.7", access_keys: "AKIAJANE", principals: "jane" },
  ...{ principal_ids: "AIDAJANE", user_name: "jane", recipient_account: "111111111111", agents: "curl" },
  ...{ buckets: "payroll", principal_account: "111111111111", first_at: "2026-11-20T13:00:00Z" },
  ...{ identity_first_at: "2026-10-20T13:00:00Z", last_at: "2026-11-20T14:00:00Z", calls: 5000, refused: 0 },
  ...{ refused_kinds: 0, reads: 5000, objects: 5000, bytes_out: 2e9, copies: 0, deletes: 0, looks: 0, touched: 0 },
  ...{ buckets_read: 1, addresses_total: 1, agents_total: 1, peak_reads: 5000, peak_bytes: 2e9, networks_before: 1 },
  ...{ buckets_before: 1, days_before: 8, hours_of_day: "13", hours_before: "13", other_peak_reads: 1 },
  other_peak_bytes: 1,
};
const SCANNED = {
  ...{ engine: "Athena", bytesScanned: 1, filesRead: 1, filesSetAside: [], eventsSeen: null, eventsKept: 1 },
  ...{ watermark: AT, earliest: AT, inventory: undefined },
};

const rig = async (
  t: TestContext,
  over: { bytes?: number | null; openOn?: readonly string[]; deaf?: boolean } = {},
) => {
  const s3 = createS3Model();
  const server = await serve((wire) => s3.answer(wire));
  t.after(server.close);
  const asked: unknown[] = [];
  const trail = {
    estimate: async () => ({ bytes: over.bytes === undefined ? 1000 : over.bytes, files: 3, reason: null }),
    start: async (request: unknown) => {
      asked.push(request);
      return "ticket";
    },
    check: async () => ({ state: "done", result: SCANNED }),
    query: async (_id: string, name: string) => ({ rows: name === "suspects" ? [ROW] : [] }),
  } as unknown as Trail;
  const [told, started]: [Notice[], unknown[]] = [[], []];
  const ears = { deaf: over.deaf === true };
  const parts: HuntParts = {
    ...{ plan: PLAN, lists: { allow: [], ranges: "" }, trail },
    objects: createObjects({
      ...{ s3: new S3Client(optionsAt(server.endpoint)), bucket: "cases", owner: "111111111111" },
      ...{ folder: "hunts/", fault: "AUDIT_UNAVAILABLE" },
    }),
    ports: {
      settings: contextOf({}, { openOn: over.openOn ?? ["Exfiltration:S3/*"], minimumSeverity: 4 }).loaded,
      notifier: {
        notify: async (notice) => {
          if (!ears.deaf) told.push(notice);
          return { delivered: !ears.deaf, channel: "sns", reason: ears.deaf ? "no topic" : null };
        },
      },
    },
    start: async (suspicion) => void started.push(suspicion),
    toSecurityHub: null,
    pause: async () => {},
  };
  return { parts, told, started, asked, s3, ears };
};

test("a hunt that is due tells of whoever stands out once, with the report beside the cases", async (t) => {
  const { parts, told, started, asked, s3 } = await rig(t);
  const { huntId, ...found } = await huntOnSchedule(AT, parts);
  assert.deepEqual(found, { told: 1, opened: 0 });
  assert.match(huntId, /^hunt-[0-9a-f]{12}$/);
  assert.deepEqual(started, [], "openOn holds no suspicion");
  assert.doesNotMatch(JSON.stringify(told), /jane|198\.51/, "names only where the settings ask for them");
  assert.equal(told[0]!.look, `in: s3://cases/hunts/${huntId}/hunt.html`);
  for (const name of ["hunt.html", "hunt.md", "hunt.json", "hunt.ocsf.jsonl"])
    assert.ok(s3.objects.has(`cases/hunts/${huntId}/${name}`), name);
  // Twelve hours are judged, eight days before them are habit.
  const { from, to } = asked[0] as { from: string; to: string };
  assert.deepEqual([from, to], ["2026-11-12T03:00:00.000Z", AT]);
  assert.deepEqual(await huntOnSchedule(AT, parts), { huntId, told: 0, opened: 0 });
  assert.equal(told.length, 1);
});

test("a hunt that does not know which records it could read says so in its report", async (t) => {
  const { parts, s3 } = await rig(t);
  const check = async () => ({
    state: "done" as const,
    result: { ...SCANNED, unread: { notKnown: "nobody asked Athena", unnamedFiles: 7 } },
  });
  const { huntId } = await huntOnSchedule(AT, { ...parts, trail: { ...parts.trail, check } as unknown as Trail });
  for (const name of ["hunt.html", "hunt.md"]) {
    const text = String(s3.objects.get(`cases/hunts/${huntId}/${name}`));
    assert.match(text, /nobody asked Athena/);
    assert.match(text, /7 more files/);
  }
});

test("where openOn holds a suspicion a case begins on it, before anybody is told", async (t) => {
  const { parts, started } = await rig(t, { openOn: [SUSPICION_TYPE] });
  assert.equal((await huntOnSchedule(AT, parts)).opened, 1);
  const [suspicion] = started as { Type: string; UpdatedAt: string; Suspicion: { signature: unknown } }[];
  assert.deepEqual([suspicion!.Type, suspicion!.UpdatedAt], [SUSPICION_TYPE, AT]);
  assert.equal(suspicion!.Suspicion.signature, null, "a door signs nothing; the first bundle does");
});

test("a hunt that would read more than it may reads nothing, and says that nobody was looked for", async (t) => {
  const { parts, told, asked } = await rig(t, { bytes: 2_000_000 });
  assert.equal((await huntOnSchedule(AT, parts)).told, 0);
  assert.deepEqual(asked, []);
  assert.match(told[0]!.text, /did not run.*2000000 bytes.*hunt\.maximumBytes/);
});

test("a hunt whose price nobody knows does not begin, unless the settings allow it", async (t) => {
  const { parts, told, asked } = await rig(t, { bytes: null });
  assert.equal((await huntOnSchedule(AT, parts)).told, 0);
  assert.deepEqual(asked, []);
  assert.match(told[0]!.text, /did not run.*not known.*scan\.unknownEstimate/);
  const settings = { ...parts.ports.settings, scan: { unknownEstimate: "allow" as const } };
  assert.equal((await huntOnSchedule(AT, { ...parts, ports: { ...parts.ports, settings } })).told, 1);
});

test("what was not delivered throws, so that it rings, and is told by the next attempt", async (t) => {
  const { parts, told, ears } = await rig(t, { deaf: true });
  await assert.rejects(huntOnSchedule(AT, parts), { code: "STATE_UNKNOWN" });
  ears.deaf = false;
  assert.equal((await huntOnSchedule(AT, parts)).told, 1);
  assert.equal(told.length, 1);
});

test("an alert that Security Hub did not take is handed over again, and people are not told twice", async (t) => {
  const { parts, told } = await rig(t);
  const taken: string[] = [];
  let isDown = true;
  const toSecurityHub = async (alerts: readonly Alert[]) => {
    if (isDown) throw new CordonError("STATE_UNKNOWN", "Security Hub is down");
    taken.push(...alerts.map(({ key }) => key));
  };
  await assert.rejects(huntOnSchedule(AT, { ...parts, toSecurityHub }), { code: "STATE_UNKNOWN" });
  isDown = false;
  await huntOnSchedule(AT, { ...parts, toSecurityHub });
  await huntOnSchedule(AT, { ...parts, toSecurityHub });
  assert.deepEqual([told.length, taken.length], [1, 1]);
});

test("an alert of which nobody heard is told again, and not handed to Security Hub twice", async (t) => {
  const { parts, told, ears } = await rig(t, { deaf: true });
  const taken: Alert[] = [];
  const toSecurityHub = async (alerts: readonly Alert[]) => void taken.push(...alerts);
  await assert.rejects(huntOnSchedule(AT, { ...parts, toSecurityHub }), { code: "STATE_UNKNOWN" });
  ears.deaf = false;
  await huntOnSchedule(AT, { ...parts, toSecurityHub });
  assert.deepEqual([told.length, taken.length], [1, 1]);
});

test("alerts become findings of Security Hub by the hundred, and one that it refuses throws", async (t) => {
  const bodies: any[] = [];
  const server = await serve((wire) => {
    assert.equal(wire.path, "/findings/import");
    const body = JSON.parse(wire.body.toString());
    bodies.push(body);
    const failed = body.Findings.some(({ Title }: { Title: string }) => /refuse/.test(Title));
    return json(200, { FailedFindings: failed ? [{ ErrorMessage: "bad" }] : [] });
  });
  t.after(server.close);
  const { parts } = await rig(t);
  const alerts: Alert[] = [];
  const taking = async (given: readonly Alert[]) => void alerts.push(...given);
  await huntOnSchedule(AT, { ...parts, toSecurityHub: taking });
  const service = {
    ...{ service: "securityhub", target: "", region: "eu-central-1", partition: "aws", endpointUrl: server.endpoint },
    ...{ credentials: async () => ({ accessKeyId: "a", secretAccessKey: "b" }), clock: { now: () => AT } },
  };
  const place = { partition: "aws", region: "eu-central-1", account: "111111111111" };
  await importFindings(service, Array(101).fill(alerts[0]!), AT, place);
  assert.deepEqual(
    bodies.map(({ Findings }) => Findings.length),
    [100, 1],
  );
  const [one] = bodies[1].Findings;
  // Required members and their limits: Security Hub API reference, AwsSecurityFinding.
  assert.equal(one.ProductArn, "arn:aws:securityhub:eu-central-1:111111111111:product/111111111111/default");
  assert.deepEqual([one.Severity.Label, one.SchemaVersion, one.AwsAccountId], ["MEDIUM", "2018-10-08", "111111111111"]);
  const refused = { ...alerts[0]!, suspect: { ...alerts[0]!.suspect, name: "refuse" } };
  const many = [refused, ...Array(100).fill(alerts[0]!)];
  await assert.rejects(importFindings(service, many, AT, place), { code: "STATE_UNKNOWN" });
  assert.equal(bodies.length, 4, "one that is refused keeps no other from being handed over");
});
