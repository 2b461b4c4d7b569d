import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SNSClient } from "@aws-sdk/client-sns";
import { putNotice } from "../../lib/aws/chat.ts";
import { createNotifier } from "../../lib/aws/notifier.ts";
import { json, optionsAt, type Reply, refusal, serve, xml } from "./wire.ts";

const NOTICE = {
  caseId: "case-20260223-0123456789",
  kind: "approval-asked",
  severity: 8,
  facts: {
    state: "Identity cut. 2 doors open: a grant to outsiders, recording switched off.",
    verdict: "very likely theft",
    taken: "12,847 objects, 4.7 GB",
    doors: 2,
    deadline: "2026-02-23T11:00:00.000Z",
    fingerprint: "0a1b-2c3d-4e5f-6071-8293",
    who: null,
    changed: ["open doors 2, was 0"],
  },
  text: 'Plan contain-1: 3 actions. "This" message cannot approve anything.',
} as const;
const PUBLISHED = xml(
  200,
  "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>",
);

const rig = async (t: TestContext, sns: () => Reply, bus: () => Reply) => {
  const events: any[] = [];
  const server = await serve(({ headers, body }) => {
    if (headers["x-amz-target"] !== "AWSEvents.PutEvents") return sns();
    events.push({ ...JSON.parse(body.toString()), authorization: headers.authorization });
    return bus();
  });
  t.after(server.close);
  const options = optionsAt(server.endpoint, 1);
  const service = {
    ...{ service: "events", target: "AWSEvents", region: "eu-central-1", partition: "aws" },
    ...{ credentials: async () => options.credentials, endpointUrl: server.endpoint },
    clock: { now: () => "2026-02-23T10:00:00.000Z" },
  };
  const notifier = createNotifier({
    sns: new SNSClient(options),
    topicArn: "arn:aws:sns:eu-central-1:111111111111:notices",
    pageOrigin: "https://cordon.example.com",
    chat: (notice) => putNotice(service, "cordon-notices", notice),
  });
  return { notifier, events };
};

test("chat is told the fields of the one template, the news of this notice among them", async (t) => {
  const { notifier, events } = await rig(
    t,
    () => PUBLISHED,
    () => json(200, { FailedEntryCount: 0, Entries: [{}] }),
  );
  assert.deepEqual(await notifier.notify(NOTICE), { delivered: true, channel: "sns+chat", reason: null });
  const [entry] = events[0].Entries;
  assert.match(events[0].authorization, /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260223\/eu-central-1\/events\//);
  assert.deepEqual([entry.Source, entry.DetailType, entry.EventBusName], ["cordon", "Cordon notice", "cordon-notices"]);
  assert.deepEqual(JSON.parse(entry.Detail), {
    caseId: NOTICE.caseId,
    kind: "approval-asked",
    lead: "decision needed",
    severity: "8",
    news: "Plan contain-1: 3 actions. ?This? message cannot approve anything.",
    state: "Identity cut. 2 doors open: a grant to outsiders, recording switched off.",
    verdict: "very likely theft",
    taken: "12,847 objects, 4.7 GB",
    doors: "2",
    decide: "2026-02-23 11:00 UTC; if nobody does, nothing changes",
    who: "see the case",
    changed: "open doors 2, was 0",
    fingerprint: "0a1b-2c3d-4e5f-6071-8293",
    look: `at: https://cordon.example.com/cases/${NOTICE.caseId}`,
  });
});

test("nothing in a notice for chat could end the JSON text that it is put into", async (t) => {
  const { notifier, events } = await rig(
    t,
    () => PUBLISHED,
    () => json(200, { FailedEntryCount: 0 }),
  );
  const who = 'x","channel":"#all\n <!channel> *now* `ls` [a](https://evil.example)';
  const facts = { ...NOTICE.facts, who, changed: [who] };
  await notifier.notify({ ...NOTICE, facts, caseId: 'x","channel":"#all\n', text: 'a "quoted" \n <!channel>' });
  for (const value of Object.values(JSON.parse(events[0].Entries[0].Detail)))
    assert.doesNotMatch(String(value), /["\\\n<>*`[\]]/);
});

test("one way that fails is said and does not stop the other; none left is not delivered", async (t) => {
  const refused = () => json(200, { FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure" }] });
  const busDown = await (await rig(t, () => PUBLISHED, refused)).notifier.notify(NOTICE);
  assert.deepEqual([busDown.delivered, busDown.channel], [true, "sns+chat"]);
  assert.match(busDown.reason!, /^chat: .*InternalFailure/);
  const mailDown = await (
    await rig(
      t,
      () => refusal(403, "AuthorizationError"),
      () => json(200, { FailedEntryCount: 0 }),
    )
  ).notifier.notify(NOTICE);
  assert.deepEqual([mailDown.delivered, mailDown.reason!.startsWith("sns: ")], [true, true]);
  const allDown = await (
    await rig(
      t,
      () => refusal(403, "AuthorizationError"),
      () => json(400, { __type: "AccessDeniedException" }),
    )
  ).notifier.notify(NOTICE);
  assert.equal(allDown.delivered, false);
  assert.match(allDown.reason!, /^sns: [\s\S]*; chat: .*AccessDeniedException$/);
});
