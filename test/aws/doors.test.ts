import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { humansOf, takeDecision } from "../../lib/aws/decisionApi.ts";
import { reconcile } from "../../lib/aws/reconcile.ts";
import { executionNameOf, startResponse } from "../../lib/aws/startResponse.ts";
import { parseSettings } from "../../lib/core/settings.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { createS3Model } from "./s3Model.ts";
import { json, optionsAt, type Reply, refusal, serve } from "./wire.ts";

const settings = parseSettings(
  JSON.parse(readFileSync(new URL("../../docs/settings.example.json", import.meta.url), "utf8")),
  "example",
);
const finding = JSON.parse(readFileSync(new URL("../fixtures/invictus-case/finding.json", import.meta.url), "utf8"));
const sequence = JSON.parse(
  readFileSync(new URL("../fixtures/guardduty/sequence-event.json", import.meta.url), "utf8"),
);

/** Step Functions: a name is taken for ever, the same name and input while it runs is the same execution. */
const rig = async (t: TestContext, instead: () => Reply | null = () => null) => {
  const started = new Map<string, string>();
  const s3 = createS3Model();
  const server = await serve((wire) => {
    if (wire.headers["x-amz-target"] === undefined) return s3.answer(wire);
    const odd = instead();
    if (odd !== null) return odd;
    const { name, input } = JSON.parse(wire.body.toString());
    if (started.has(name)) return refusal(400, "ExecutionAlreadyExists");
    started.set(name, input);
    return json(200, { executionArn: "arn", startDate: 0 });
  });
  t.after(server.close);
  const options = optionsAt(server.endpoint);
  const start = (event: unknown) =>
    startResponse(
      {
        sfn: new SFNClient(options),
        s3: new S3Client(options),
        machineArn: "arn:aws:states:eu-central-1:111111111111:stateMachine:cordon-respond",
        caseBucket: "cases",
        account: "111111111111",
      },
      event,
    );
  return { start, started, s3 };
};

test("the same copy of a finding is one execution, whoever delivers it and how often", async (t) => {
  const { start, started } = await rig(t);
  const answers = await Promise.all([start(finding), start(finding), start(structuredClone(finding))]);
  assert.equal(started.size, 1);
  assert.deepEqual(answers.map(({ how }) => how).sort(), ["repeated", "repeated", "started"]);
});

test("an execution's name is one that Step Functions takes, and an update is another one", () => {
  const one = {
    accountId: "111111111111",
    region: "us-gov-east-1",
    id: "0123456789abcdef0123456789abcdef",
    updatedAt: "2026-02-23T10:00:00.000Z",
  };
  assert.match(executionNameOf(one), /^[A-Za-z0-9_-]{1,80}$/);
  assert.match(executionNameOf({ ...one, id: `arn:aws:guardduty/${"x".repeat(200)}` }), /^[A-Za-z0-9_-]{1,80}$/);
  assert.equal(executionNameOf(one), executionNameOf({ ...one, updatedAt: "2026-02-23T10:00:00Z" }));
  assert.notEqual(executionNameOf(one), executionNameOf({ ...one, updatedAt: "2026-02-23T10:15:00.000Z" }));
});

test("a finding too large for an execution is kept whole in the case bucket and started without its tails", async (t) => {
  const { start, started, s3 } = await rig(t);
  const large = structuredClone(sequence);
  const { sequence: attack } = large.detail.service.detection;
  attack.signals = Array.from({ length: 100 }, () => ({ ...attack.signals[0], description: "x".repeat(5000) }));
  const { execution } = await start(large);
  const input = [...started.values()][0]!;
  assert.ok(Buffer.byteLength(input) <= 262_144);
  assert.equal(JSON.parse(input).detail.id, large.detail.id);
  assert.deepEqual(JSON.parse(s3.objects.get(`cases/inbox/${execution}.json`)!.toString()), large);
});

test("a start that is throttled is retried by EventBridge: it throws", async (t) => {
  const { start } = await rig(t, () => refusal(400, "ThrottlingException"));
  await assert.rejects(start(finding), { name: "TransientError" });
});

test("the reconcile starts what never came, and nothing twice", async (t) => {
  const { start, started } = await rig(t);
  const raw = finding.detail ?? finding;
  const found = { ...raw, type: "Exfiltration:S3/AnomalousBehavior", severity: 8 };
  const criteria: any[] = [];
  const server = await serve((wire) => {
    if (wire.path === "/detector") return json(200, { detectorIds: ["d1"] });
    const input = JSON.parse(wire.body.toString());
    if (wire.path === "/detector/d1/findings") {
      criteria.push(input);
      return json(200, {
        findingIds: input.nextToken === "2" ? ["b"] : ["a"],
        nextToken: input.nextToken === "2" ? "" : "2",
      });
    }
    return json(200, {
      findings: input.findingIds.map((id: string) => ({
        ...found,
        id: id.repeat(32),
        type: id === "a" ? found.type : "Recon:EC2/Portscan",
      })),
    });
  });
  t.after(server.close);
  const guardDuty = new GuardDutyClient(optionsAt(server.endpoint));
  const once = () => reconcile({ guardDuty, settings, since: "2026-02-23T08:00:00.000Z", start });
  const first = await once();
  assert.deepEqual([first.seen, first.started.length, (await once()).started.length, started.size], [2, 1, 0, 1]);
  assert.equal(
    criteria[0].findingCriteria.criterion.updatedAt.greaterThanOrEqual,
    Date.parse("2026-02-23T08:00:00.000Z"),
  );
});

test("a finding that cannot be read or started keeps no other one from its case, and is not passed over in silence", async (t) => {
  const { start, started } = await rig(t);
  const wanted = { ...(finding.detail ?? finding), type: "Exfiltration:S3/AnomalousBehavior", severity: 8 };
  const findings = [{ id: "odd" }, { ...wanted, id: "b".repeat(32) }, { ...wanted, id: "c".repeat(32) }];
  const server = await serve((wire) => {
    if (wire.path === "/detector") return json(200, { detectorIds: ["d1"] });
    return json(200, wire.path.endsWith("/get") ? { findings } : { findingIds: ["a", "b", "c"] });
  });
  t.after(server.close);
  const guardDuty = new GuardDutyClient(optionsAt(server.endpoint));
  const refusing = (one: unknown) =>
    JSON.stringify(one).includes("b".repeat(32)) ? Promise.reject(new RangeError("this one")) : start(one);
  const options = { guardDuty, settings, since: "2026-02-23T08:00:00.000Z" };
  await assert.rejects(reconcile({ ...options, start: refusing }), { code: "INPUT_INVALID" });
  assert.equal(started.size, 1);
  findings.shift();
  await assert.rejects(reconcile({ ...options, start: refusing }), RangeError);
});

const ALICE = "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Responder_0123456789abcdef/alice@example.com";
const MALLORY = "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Responder_0123456789abcdef/mallory@example.com";
const envelope = (humanId: string): string => {
  const payload = Buffer.from(JSON.stringify({ predicate: { approver: { humanId } } })).toString("base64");
  return Buffer.from(JSON.stringify({ payload, payloadType: "x", signatures: [] })).toString("base64");
};
const call = (userArn: string | null, body: unknown) => ({
  body: JSON.stringify(body),
  requestContext: userArn === null ? {} : { authorizer: { iam: { userArn } } },
});
const body = {
  caseId: "case-20260223-0123456789",
  planId: "contain-1",
  envelope: envelope("alice"),
  publicKey: "AAAA",
};

const portsThatRecord = () => {
  const events: any[] = [];
  const at = "2026-02-23T09:00:00.000Z";
  const cases = {
    head: async () => ({}),
    events: async () => events,
    append: async (_caseId: string, event: object) => void events.push({ ...event, at }),
  };
  return { events, ports: { cases, settings, clock: { now: () => at } } as unknown as Ports };
};

test("a caller who does not act for the human that signed is refused, on the record", async () => {
  const { ports, events } = portsThatRecord();
  const reply = await takeDecision(call(MALLORY, body), ports);
  assert.deepEqual([reply.statusCode, JSON.parse(reply.body).code], [403, "OTHER_IDENTITY"]);
  assert.deepEqual(
    events.map(({ type, data }) => [type, data.code]),
    [["decision.refused", "OTHER_IDENTITY"]],
  );
});

test("a caller cannot lend his name to another's decision", async () => {
  const { ports } = portsThatRecord();
  assert.equal((await takeDecision(call(ALICE, { ...body, envelope: envelope("bob") }), ports)).statusCode, 403);
});

test("a request without a proven identity, or that cannot be read, decides nothing", async () => {
  const { ports, events } = portsThatRecord();
  assert.equal((await takeDecision(call(null, body), ports)).statusCode, 401);
  assert.equal((await takeDecision(call(ALICE, { ...body, extra: 1 }), ports)).statusCode, 400);
  assert.equal((await takeDecision(call(ALICE, "x"), ports)).statusCode, 400);
  assert.deepEqual(events, []);
});

test("callers are found by the principals of the settings alone", () => {
  assert.deepEqual([humansOf(ALICE, settings), humansOf(MALLORY, settings)], [["alice"], []]);
});
