import assert from "node:assert/strict";
import { test } from "node:test";
import type { CordonError } from "../../lib/base/errors.ts";
import { contextOf, flat, resourcesOf, statementsOf, synth } from "./synth.ts";

const TEAMS =
  "https://prod-1.westeurope.logic.azure.com/workflows/0a1b/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0";
const CHAT = {
  slack: { secretName: "cordon/slack", channel: "#soc" },
  pagerDuty: { secretName: "cordon/pager" },
  teams: { secretName: "cordon/teams", url: TEAMS },
};
const { cordon } = synth({ chat: CHAT, pageOrigin: "https://cordon.example.com" });
const none = synth().cordon;

const ruleTo = (name: string) =>
  Object.values(resourcesOf(cordon, "AWS::Events::Rule")).find(
    ({ Properties }) => Properties.Description === `Notices to ${name}`,
  )!.Properties;

test("without chat in the context there is no bus, and nobody may put events", () => {
  assert.deepEqual(Object.keys(resourcesOf(none, "AWS::Events::EventBus")), []);
  assert.ok(!JSON.stringify(none.toJSON()).includes("events:PutEvents"));
});

test("who may notify may put events on the one bus, and nobody else may", () => {
  for (const [name, may] of [
    ["AskApproval", true],
    ["OpenCase", true],
    ["ApplyContainment", false],
    ["StartScan", false],
  ] as const) {
    const put = statementsOf(cordon, name).filter(({ actions }) => actions.includes("events:PutEvents"));
    assert.equal(put.length, may ? 1 : 0, name);
    for (const { resources } of put) assert.match(resources.join(), /^<ChatBus\w+\.Arn>$/);
  }
});

test("secrets stand in the template by name only", () => {
  for (const { Properties } of Object.values(resourcesOf(cordon, "AWS::Events::Connection"))) {
    const { ApiKeyValue } = Properties.AuthParameters.ApiKeyAuthParameters;
    assert.match(flat(ApiKeyValue), /^\{\{resolve:secretsmanager:cordon\/(slack|pager|teams):SecretString:::\}\}$/);
  }
});

/** What EventBridge makes of a template (user guide, input transformation): a variable inside quotes becomes its text, one by itself JSON. */
const filled = ({ InputPathsMap, InputTemplate }: any, detail: Readonly<Record<string, unknown>>): any =>
  JSON.parse(
    InputTemplate.replaceAll(/(:?)<([^>]+)>/g, (_: string, alone: string, name: string) => {
      const value = detail[InputPathsMap[name].replace("$.detail.", "")];
      return alone === "" ? String(value) : `:${JSON.stringify(value)}`;
    }),
  );

const DETAIL = {
  caseId: "case-1",
  kind: "attention",
  lead: "a person must look",
  severity: "9",
  news: "investigate failed",
  state: "Identity cut. 2 doors open: a grant to outsiders, recording switched off.",
  verdict: "very likely theft",
  taken: "12,847 objects, 4.7 GB",
  doors: "2",
  decide: "2026-02-23 11:00 UTC; if nobody does, nothing changes",
  who: "see the case",
  changed: "nothing",
  fingerprint: "0a1b-2c3d-4e5f-6071-8293",
  look: "at: https://cordon.example.com/cases/case-1",
};

const LINES = [
  "News: investigate failed",
  "State: Identity cut. 2 doors open: a grant to outsiders, recording switched off.",
  "Verdict: very likely theft",
  "Taken: 12,847 objects, 4.7 GB",
  "Open doors: 2",
  "Decide by: 2026-02-23 11:00 UTC; if nobody does, nothing changes",
  "Who and where: see the case",
  "Changed since the notice before: nothing",
  "Fingerprint: 0a1b-2c3d-4e5f-6071-8293",
];

test("Microsoft Teams gets the same lines as an Adaptive Card, by an address whose secret stands in no template", () => {
  const card = filled(ruleTo("Teams").Targets[0].InputTransformer, DETAIL).attachments[0];
  assert.equal(card.contentType, "application/vnd.microsoft.card.adaptive");
  const { body, actions, version } = card.content;
  assert.equal(version, "1.4");
  assert.equal(body[0].text, "Cordon case-1: a person must look, severity 9");
  assert.deepEqual(
    body[1].facts.map(({ title, value }: { title: string; value: string }) => `${title}: ${value}`),
    LINES,
  );
  assert.deepEqual(actions, [
    { type: "Action.OpenUrl", title: "Open the case", url: "https://cordon.example.com/cases/case-1" },
  ]);
  const connection = Object.values(resourcesOf(cordon, "AWS::Events::Connection")).find(({ Properties }) =>
    JSON.stringify(Properties).includes('"sig"'),
  )!;
  const [sig] = connection.Properties.AuthParameters.InvocationHttpParameters.QueryStringParameters;
  assert.deepEqual([sig.Key, sig.IsValueSecret], ["sig", true]);
  const endpoints = Object.values(resourcesOf(cordon, "AWS::Events::ApiDestination"));
  assert.ok(endpoints.some(({ Properties }) => Properties.InvocationEndpoint === TEAMS));
});

test("Slack gets the lines of the template, in the channel of the context", () => {
  const { EventPattern, Targets } = ruleTo("Slack");
  assert.deepEqual(EventPattern, { source: ["cordon"], "detail-type": ["Cordon notice"] });
  assert.deepEqual(filled(Targets[0].InputTransformer, DETAIL), {
    channel: "#soc",
    text: [
      "*Cordon case-1: a person must look, severity 9*",
      ...LINES,
      "Look at: https://cordon.example.com/cases/case-1",
      "This message cannot approve anything. If the plan you are shown has another fingerprint, do not approve it.",
    ].join("\n"),
    unfurl_links: false,
  });
  assert.ok(Targets[0].DeadLetterConfig);
});

test("PagerDuty gets an alert of its Events API v2 for what may wake somebody, once per case and kind", () => {
  const { EventPattern, Targets } = ruleTo("PagerDuty");
  assert.deepEqual(EventPattern.detail.kind, ["approval-asked", "reminder", "attention"]);
  const body = filled(Targets[0].InputTransformer, DETAIL);
  assert.deepEqual(
    [body.event_action, body.dedup_key, body.payload.severity, body.links[0].href],
    ["trigger", "cordon-case-1-attention", "critical", "https://cordon.example.com/cases/case-1"],
  );
  const connection = Object.values(resourcesOf(cordon, "AWS::Events::Connection")).find(({ Properties }) =>
    JSON.stringify(Properties).includes("routing_key"),
  )!;
  const [key] = connection.Properties.AuthParameters.InvocationHttpParameters.BodyParameters;
  assert.deepEqual([key.Key, key.IsValueSecret], ["routing_key", true]);
});

test("chat without anything in it, or to no channel, stops the synth", () => {
  for (const chat of [
    {},
    { slack: { secretName: "s", channel: "soc everybody" } },
    { pagerDuty: { secretName: "" } },
    { teams: { secretName: "s", url: `${TEAMS}&sig=x` } },
  ])
    assert.throws(
      () => contextOf({ chat }),
      (error: CordonError) =>
        error.faults.every(({ path }) => path.startsWith("cordon.chat")) && error.faults.length > 0,
    );
});
