import assert from "node:assert/strict";
import { test } from "node:test";
import { beginDrill, checkDrill, type DrillParts } from "../../lib/aws/drill.ts";
import type { CordonError } from "../../lib/base/errors.ts";
import { type CaseHead, caseIdOf } from "../../lib/case/case.ts";
import { driveUntilParked } from "../../lib/cli/session.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import type { Notice } from "../../lib/ports/ports.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { INVICTUS, quiet, withHome } from "../response/run.ts";
import { contextOf } from "../stack/synth.ts";

const AT = "2026-12-01T09:00:00.000Z";
const CHECK = "2026-12-01T15:00:00.000Z";

/** As GetFindings gives a sample (GuardDuty user guide, sample findings; shape of the SDK model). */
const SAMPLE = {
  ...{ AccountId: "111111111111", Region: "eu-central-1", Partition: "aws", SchemaVersion: "2.0" },
  Arn: "arn:aws:guardduty:eu-central-1:111111111111:detector/d/finding/1",
  ...{ Id: "0".repeat(32), Type: "Exfiltration:S3/AnomalousBehavior", Title: "[SAMPLE] Anomalous", Severity: 8 },
  ...{ CreatedAt: "2026-01-01T00:00:00.000Z", UpdatedAt: "2026-12-01T08:59:00.000Z" },
  Resource: {
    ResourceType: "AccessKey",
    AccessKeyDetails: {
      ...{ AccessKeyId: "GeneratedFindingAccessKeyId", PrincipalId: "GeneratedFindingPrincipalId" },
      ...{ UserName: "GeneratedFindingUserName", UserType: "IAMUser" },
    },
    S3BucketDetails: [{ Name: "bucketName", Arn: "arn:aws:s3:::bucketName", Type: "Destination" }],
  },
  Service: {
    ...{ ServiceName: "guardduty", Count: 3, EventFirstSeen: "2026-12-01T08:00:00.000Z" },
    EventLastSeen: "2026-12-01T08:30:00.000Z",
    AdditionalInfo: { Type: "default", Value: '{"sample":true}' },
    Action: { ActionType: "AWS_API_CALL", AwsApiCallAction: { Api: "GetObject", ServiceName: "s3.amazonaws.com" } },
  },
};

const rig = (over: { listed?: boolean; heads?: readonly Partial<CaseHead>[]; deaf?: boolean } = {}) => {
  const [asked, told, started]: [string[], Notice[], [any, string][]] = [[], [], []];
  const answers: Readonly<Record<string, unknown>> = {
    ListDetectorsCommand: { DetectorIds: ["d"] },
    CreateSampleFindingsCommand: {},
    ListFindingsCommand: { FindingIds: over.listed === false ? [] : ["1"] },
    GetFindingsCommand: { Findings: [SAMPLE] },
  };
  const send = async (sent: { constructor: { name: string } }) => {
    asked.push(sent.constructor.name);
    return answers[sent.constructor.name];
  };
  const parts: DrillParts = {
    guardDuty: { send } as never,
    cases: { list: async () => (over.heads ?? []) as CaseHead[] } as never,
    notifier: {
      notify: async (notice) => {
        told.push(notice);
        return { delivered: over.deaf !== true, channel: "sns", reason: null };
      },
    },
    start: async (event, name) => void started.push([event, name]),
  };
  return { parts, asked, told, started };
};

test("a drill asks GuardDuty for a sample, and walks the whole way to a sealed bundle that says exercise, without a change", async () => {
  const { parts, asked, started } = rig();
  const { caseId } = await beginDrill(AT, parts);
  assert.ok(asked.includes("CreateSampleFindingsCommand"));
  const [[event, name]] = started as [[any, string]];
  assert.deepEqual([name, event.exercise, event.joins], [`drill-${caseId}`, true, caseId]);
  await withHome({ watchMinutes: 0, mode: "enforce" }, async (deployment) => {
    const id = caseId!;
    assert.equal(id, caseIdOf(parseFindings(event.finding)[0]!));
    deployment.bind(id, { logs: INVICTUS.logs, iam: null, buckets: null, accountId: "111111111111" } as never);
    const input = JSON.stringify(event);
    deployment.journal.begin({ name, machine: "respond", input, caseId: id, parent: null, urgency: 8 });
    await driveUntilParked(deployment, quiet);
    const { cases } = deployment.portsOf(id);
    const head = await cases.head(id);
    assert.deepEqual([head.exercise, head.sample, head.sealed.length > 0], [true, true, true]);
    const types = (await cases.events(id)).map(({ type }) => type);
    assert.deepEqual(
      types.filter((type) => type.startsWith("action.")),
      [],
    );
    assert.equal((await caseView(id, deployment.portsOf(id))).finding.sample, true);
    // What the check then says of it, with GuardDuty's own sample beside it.
    const arrived = {
      ...head,
      caseId: "case-20260101-0123456789",
      openedBy: "gd-1",
      findings: [{ id: "x", updatedAt: head.openedAt }],
    };
    const later = new Date(Date.parse(head.openedAt) + 6 * 3_600_000).toISOString();
    const check = rig({ heads: [head, arrived as never] });
    assert.deepEqual(await checkDrill(later, check.parts), { step: "check", caseId: id });
    assert.match(check.told[0]!.text, /nothing has happened/);
  });
});

test("next month's drill is another case, and the same month's again is not", async () => {
  const of = async (at: string) => (await beginDrill(at, rig().parts)).caseId;
  assert.equal(await of(AT), await of(AT));
  assert.notEqual(await of(AT), await of("2027-01-01T09:00:00.000Z"));
});

test("a sample that GuardDuty does not list yet is tried again", async () => {
  await assert.rejects(beginDrill(AT, rig({ listed: false }).parts), { name: "TransientError" });
});

const DRILL: Partial<CaseHead> = {
  ...{ caseId: "case-20261201-0123456789", sample: true, openedBy: "drill-case", openedAt: "2026-12-01T09:01:00.000Z" },
  ...{ closedAt: "2026-12-01T10:00:00.000Z", findings: [{ id: "own", updatedAt: AT, digest: "d" }] },
  sealed: [{ revision: 1, path: "case/r1", digest: "d", at: AT }],
} as Partial<CaseHead>;
const ARRIVED = {
  ...DRILL,
  openedBy: "gd-1",
  findings: [{ id: "gd", updatedAt: "2026-12-01T09:00:30.000Z", digest: "d" }],
};

for (const [what, heads, said] of [
  ["a drill that opened no case", [ARRIVED], /opened no case/],
  ["a sample that never arrived", [DRILL], /did not arrive/],
  ["a drill of last month alone", [{ ...DRILL, openedAt: "2026-11-01T09:00:00.000Z" }], /opened no case/],
  ["a drill without evidence", [{ ...DRILL, sealed: [] }, ARRIVED], /no evidence was sealed/],
  ["a drill that has not ended", [{ ...DRILL, closedAt: null }, ARRIVED], /has not ended/],
] as const)
  test(`${what} is told, and throws, so that an alarm rings`, async () => {
    const { parts, told } = rig({ heads: heads as never });
    await assert.rejects(checkDrill(CHECK, parts), said);
    assert.deepEqual([told.length, told[0]!.kind, told[0]!.severity], [1, "attention", 8]);
  });

test("the outcome of a drill that nobody hears throws", async () => {
  await assert.rejects(checkDrill(CHECK, rig({ heads: [DRILL, ARRIVED] as never, deaf: true }).parts), /not delivered/);
});

test("a drill whose sample would open no case stops the synth", () => {
  const paths = (settings: Readonly<Record<string, unknown>>): readonly string[] => {
    try {
      contextOf({ drill: true }, settings);
      return [];
    } catch (error) {
      return (error as CordonError).faults.map(({ path }) => path);
    }
  };
  assert.deepEqual(paths({}), []);
  assert.deepEqual(paths({ openOn: ["Impact:S3/*"] }), ["settings.openOn"]);
});
