import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "../../lib/embedded/ingest-envelopes.ts";
import { parseOktaEvent } from "../../lib/logs/okta.ts";
import { delivered, folderOf, getObject, requestOf, scan } from "../embedded/trailWorld.ts";

/** Put together after the LogEvent object of Okta's System Log API reference. */
const event = (members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  version: "0",
  severity: "INFO",
  client: {
    zone: "OFF_NETWORK",
    userAgent: { rawUserAgent: "Mozilla/5.0", os: "Linux", browser: "FIREFOX" },
    geographicalContext: { city: "Bonn", country: "Germany" },
    ipAddress: "203.0.113.77",
  },
  actor: { id: "00u1", type: "User", alternateId: "jane@example.com", displayName: "Jane Doe" },
  outcome: { result: "SUCCESS", reason: null },
  uuid: "f790999f-fe87-467a-9880-6982a583986c",
  published: "2026-11-20T23:05:07.777Z",
  eventType: "user.authentication.sso",
  legacyEventType: "app.auth.sso",
  target: [
    { id: "0oa1", type: "AppInstance", alternateId: "AWS Production", displayName: "AWS IAM Identity Center" },
    { id: "0ua1", type: "AppUser", alternateId: "jane", displayName: "Jane Doe" },
  ],
  authenticationContext: { authenticationStep: 0, externalSessionId: "102LN" },
  ...members,
});

test("an event of Okta's system log: who, from where, to which application, with what outcome", () => {
  assert.deepEqual(parseOktaEvent(event()), {
    event_at: "2026-11-20T23:05:07.777Z",
    provider: "okta",
    event_id: "f790999f-fe87-467a-9880-6982a583986c",
    event_type: "user.authentication.sso",
    outcome: "SUCCESS",
    reason: null,
    actor_id: "00u1",
    actor_type: "User",
    actor_name: "jane@example.com",
    actor_display: "Jane Doe",
    client_ip: "203.0.113.77",
    user_agent: "Mozilla/5.0",
    country: "Germany",
    city: "Bonn",
    session_id: "102LN",
    credential_type: null,
    apps: "AWS IAM Identity Center",
    app_users: "jane",
  });
});

test("Elastic's copy, which holds the event as text, is the same event", () => {
  const copy = { "@timestamp": "2026-11-20T23:05:07.777Z", event: { original: JSON.stringify(event()) } };
  assert.deepEqual(opened(copy), [{ entry: event() }]);
});

test("what has no actor, no id or no time is no such event, a CloudTrail record least of all", () => {
  const { actor: _, ...withoutActor } = event();
  for (const other of [withoutActor, event({ uuid: null }), event({ published: "yesterday" }), getObject(), null, []])
    assert.equal(parseOktaEvent(other), null);
});

test("a scan keeps the sign-ins of its window in a table, and CloudTrail's figures stay CloudTrail's", async (context) => {
  const lines = [
    event(),
    event({ uuid: "2", eventType: "group.user_membership.add" }),
    event({ uuid: "3", published: "2025-01-01T00:00:00.000Z" }),
    event({
      uuid: "4",
      eventType: "user.session.start",
      outcome: { result: "FAILURE", reason: "INVALID_CREDENTIALS" },
    }),
  ];
  const scanned = await scan(
    context,
    folderOf(context, {
      "a.json.gz": delivered(getObject()),
      "okta/system.jsonl": Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
      "okta/page.json": Buffer.from(JSON.stringify([event()])),
    }),
    requestOf({ accessKeyIds: ["AKIATHIEF"] }, { from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z" }),
  );
  assert.deepEqual(
    await scanned.rows("SELECT DISTINCT event_id, outcome, actor_name FROM identity_log ORDER BY event_id"),
    [
      { event_id: "4", outcome: "FAILURE", actor_name: "jane@example.com" },
      { event_id: "f790999f-fe87-467a-9880-6982a583986c", outcome: "SUCCESS", actor_name: "jane@example.com" },
    ],
  );
  const { filesRead, filesSetAside, eventsSeen, eventsKept, watermark, inventory } = scanned.result;
  assert.deepEqual(
    [filesRead, filesSetAside, eventsSeen, eventsKept, watermark],
    [1, [], 1, 1, "2026-11-20T23:10:00Z"],
  );
  assert.deepEqual(inventory?.input?.irrelevant, []);
  assert.deepEqual(inventory?.otherLogs, [
    {
      log: "okta-system-log",
      files: 2,
      entries: 4,
      unread: 0,
      earliest: "2025-01-01T00:00:00.000Z",
      latest: "2026-11-20T23:05:07.777Z",
    },
  ]);
});

test("hostile names in an identity log come out as data", async (context) => {
  const evil = '\'; DROP TABLE x--\n\u0000\u202e=HYPERLINK("x")<img>';
  const lines = [
    event({
      actor: { id: "1", type: "User", alternateId: evil, displayName: evil },
      client: { ipAddress: evil, userAgent: { rawUserAgent: evil } },
      target: [{ id: "1", type: "AppInstance", displayName: evil }],
    }),
  ];
  const scanned = await scan(
    context,
    folderOf(context, { "okta.json": Buffer.from(JSON.stringify(lines)) }),
    requestOf({ accessKeyIds: ["AKIATHIEF"] }),
  );
  assert.deepEqual(await scanned.rows("SELECT actor_name, client_ip, user_agent, apps FROM identity_log"), [
    { actor_name: evil, client_ip: evil, user_agent: evil, apps: evil.replaceAll(/\p{Cc}/gu, " ") },
  ]);
});
