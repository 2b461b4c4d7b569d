import assert from "node:assert/strict";
import { test } from "node:test";
import { sideTablesIn } from "../../lib/aws/sideScan.ts";
import type { Chain } from "../../lib/case/chain.ts";
import { parseEntraSignIn } from "../../lib/logs/entra.ts";
import type { SignInRow } from "../../lib/logs/identity.ts";
import { parseOktaEvent } from "../../lib/logs/okta.ts";
import { signInOf } from "../../lib/logs/signIn.ts";
import { sideFoldersOf, sidePlacesOf, sideTableNames } from "../../lib/stack/sideTables.ts";
import { delivered, folderOf, getObject, requestOf, scan } from "../embedded/trailWorld.ts";
import { contextOf } from "../stack/synth.ts";

type Members = Readonly<Record<string, unknown>>;

/** The example of "Sign-in log schema in Azure Monitor" (Microsoft Entra documentation), names filled in, lists shortened. */
const exported = (properties: Members = {}, record: Members = {}): Members => ({
  time: "2019-03-12T16:02:15.5522137Z",
  resourceId: "/tenants/00000000-0000-0000-0000-000000000001/providers/Microsoft.aadiam",
  operationName: "Sign-in activity",
  operationVersion: "1.0",
  category: "SignInLogs",
  resultType: "50140",
  resultSignature: "None",
  callerIpAddress: "203.0.113.77",
  correlationId: "a75a10bd-c126-486b-9742-c03110d36262",
  identity: "Timothy Perkins",
  Level: 4,
  location: "US",
  ...record,
  properties: {
    id: "0231f922-93fa-4005-bb11-b344eca03c01",
    createdDateTime: "2019-03-12T16:02:15.5522137+00:00",
    userDisplayName: "Timothy Perkins",
    userPrincipalName: "timothy@example.com",
    userId: "00000000-0000-0000-0000-0000000000aa",
    appId: "00000000-0000-0000-0000-0000000000bb",
    appDisplayName: "Azure Portal",
    ipAddress: "203.0.113.77",
    status: { errorCode: 50140, failureReason: "This error occurred due to 'Keep me signed in' interrupt." },
    clientAppUsed: "Browser",
    userAgent: "Mozilla/5.0",
    location: { city: "Bellevue", state: "Washington", countryOrRegion: "US" },
    correlationId: "a75a10bd-c126-486b-9742-c03110d36262",
    isInteractive: true,
    resourceDisplayName: "Office 365 SharePoint Online",
    authenticationDetails: [
      {
        authenticationMethod: "Previously satisfied",
        succeeded: true,
        authenticationStepResultDetail: "First factor requirement satisfied by claim in the token",
        authenticationStepRequirement: "Primary authentication",
      },
      {
        authenticationMethod: "Mobile app notification",
        succeeded: true,
        authenticationStepRequirement: "Multi-factor authentication",
      },
    ],
    authenticationRequirement: "multiFactorAuthentication",
    userType: "Member",
    ...properties,
  },
});

/** After the example of "List signIns" (Microsoft Graph v1.0), which has no agent and no steps. */
const graph = (members: Members = {}): Members => ({
  id: "66ea54eb-6301-4ee5-be62-ff5a759b0100",
  createdDateTime: "2026-11-20T22:59:40Z",
  userDisplayName: "Jane Doe",
  userPrincipalName: "jane@example.com",
  userId: "26be570a-ae82-4189-b4e2-a37c6808512d",
  appId: "de8bc8b5-d9f9-48b1-a8ad-b748da725064",
  appDisplayName: "AWS IAM Identity Center (successor to AWS Single Sign-On)",
  ipAddress: "203.0.113.77",
  clientAppUsed: "Browser",
  correlationId: "d79f5bee-5860-4832-928f-3133e22ae912",
  conditionalAccessStatus: "notApplied",
  isInteractive: true,
  riskDetail: "none",
  resourceDisplayName: "AWS IAM Identity Center (successor to AWS Single Sign-On)",
  resourceId: "00000003-0000-0000-c000-000000000000",
  status: {
    errorCode: 0,
    failureReason: "Other.",
    additionalDetails: "MFA requirement satisfied by claim in the token",
  },
  location: { city: "Redmond", state: "Washington", countryOrRegion: "US" },
  ...members,
});

const okta = (uuid: string): Members => ({
  uuid,
  published: "2026-11-20T22:58:00.000Z",
  eventType: "user.session.start",
  actor: { id: "00u1", type: "User", alternateId: "jane@example.com", displayName: "Jane Doe" },
  outcome: { result: "SUCCESS" },
});

test("a record of Azure Monitor: who, from where, to what, with which factor; to be asked for more is no refusal", () => {
  assert.deepEqual(parseEntraSignIn(exported()), {
    event_at: "2019-03-12T16:02:15.552Z",
    provider: "entra",
    event_id: "0231f922-93fa-4005-bb11-b344eca03c01",
    event_type: "interactiveUser",
    outcome: "CHALLENGE",
    reason: "50140 This error occurred due to 'Keep me signed in' interrupt.",
    actor_id: "00000000-0000-0000-0000-0000000000aa",
    actor_type: "Member",
    actor_name: "timothy@example.com",
    actor_display: "Timothy Perkins",
    client_ip: "203.0.113.77",
    user_agent: "Mozilla/5.0",
    country: "US",
    city: "Bellevue",
    session_id: "a75a10bd-c126-486b-9742-c03110d36262",
    credential_type: "Mobile app notification",
    apps: "Azure Portal\nOffice 365 SharePoint Online",
    app_users: null,
  });
});

test("a signIn object of Graph is the same without an envelope; what it does not say is null", () => {
  const row = parseEntraSignIn(graph());
  assert.deepEqual(
    [row?.outcome, row?.reason, row?.user_agent, row?.credential_type, row?.apps],
    [
      "SUCCESS",
      null,
      null,
      "MFA requirement satisfied by claim in the token",
      "AWS IAM Identity Center (successor to AWS Single Sign-On)",
    ],
  );
});

test("the kind of a sign-in, its session, its code as number or text, steps as a list or a text", () => {
  const of = (properties: Members, record: Members = {}) => parseEntraSignIn(exported(properties, record));
  assert.equal(of({}, { category: "NonInteractiveUserSignInLogs" })?.event_type, "nonInteractiveUser");
  assert.equal(of({}, { category: "ServicePrincipalSignInLogs" })?.event_type, "servicePrincipal");
  assert.equal(of({ isInteractive: false })?.event_type, "nonInteractiveUser");
  assert.equal(of({ signInEventTypes: ["managedIdentity"] })?.event_type, "managedIdentity");
  assert.equal(of({ sessionId: "s-1" })?.session_id, "s-1");
  assert.equal(of({ status: {} }, { resultType: "0" })?.outcome, "SUCCESS");
  assert.equal(
    of({ status: { errorCode: 50126, failureReason: "Invalid username or password." } })?.outcome,
    "FAILURE",
  );
  assert.equal(of({ ipAddress: "2001:DB8:0:0::77" })?.client_ip, "2001:db8::77");
  const steps = [
    { authenticationMethod: "SMS", succeeded: false, authenticationStepRequirement: "Multifactor authentication" },
  ];
  assert.equal(of({ authenticationDetails: steps })?.credential_type, null);
  assert.equal(
    of({ authenticationDetails: JSON.stringify([{ ...steps[0], succeeded: true }]) })?.credential_type,
    "SMS",
  );
});

test("what is no sign-in is none: an audit event of Entra, an event of Okta, a CloudTrail record, a row without a time", () => {
  const audit = { id: "1", category: "AuditLogs", properties: { id: "1", activityDateTime: "2026-11-20T22:59:40Z" } };
  for (const other of [
    audit,
    okta("1"),
    getObject(),
    graph({ createdDateTime: "soon" }),
    graph({ status: null }),
    [],
    null,
  ])
    assert.equal(parseEntraSignIn(other), null);
  assert.equal(parseOktaEvent(graph()), null);
});

test("beside Okta's, in every form that it is exported in, it is read into the one table of identity providers", async (context) => {
  const hour = (minute: string, more: Members = {}): Members =>
    exported({ createdDateTime: `2026-11-20T22:${minute}:00.1234567+00:00`, id: `monitor-${minute}`, ...more });
  const evil = '\'; DROP TABLE x--\n\u202e=HYPERLINK("x")<img>';
  const lines = [hour("40"), hour("41", { appDisplayName: evil, resourceDisplayName: null, userPrincipalName: evil })];
  const scanned = await scan(
    context,
    folderOf(context, {
      "a.json.gz": delivered(getObject()),
      "entra/PT1H.json": `${lines.map((line) => JSON.stringify(line)).join("\r\n")}\r\n`,
      "entra/hub.json": JSON.stringify({ records: [hour("42")] }),
      "entra/page.json": JSON.stringify({ "@odata.context": "x", value: [graph()] }),
      "entra/elastic.json": JSON.stringify({ event: { original: JSON.stringify(hour("43")) } }),
      "okta/system.jsonl": JSON.stringify(okta("okta-1")),
    }),
    requestOf({ accessKeyIds: ["AKIATHIEF"] }, { from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z" }),
  );
  assert.deepEqual(
    (await scanned.rows("SELECT event_id, provider FROM identity_log ORDER BY event_id")).map(Object.values),
    [
      ["66ea54eb-6301-4ee5-be62-ff5a759b0100", "entra"],
      ["monitor-40", "entra"],
      ["monitor-41", "entra"],
      ["monitor-42", "entra"],
      ["monitor-43", "entra"],
      ["okta-1", "okta"],
    ],
  );
  const [row] = await scanned.rows("SELECT actor_name, apps FROM identity_log WHERE event_id = 'monitor-41'");
  assert.deepEqual(row, { actor_name: evil, apps: evil.replaceAll(/\p{Cc}/gu, " ") });
  assert.deepEqual(scanned.result.filesSetAside, []);
  assert.deepEqual(
    scanned.result.inventory?.otherLogs?.map(({ log, files, entries, unread }) => [log, files, entries, unread]),
    [
      ["okta-system-log", 1, 1, 0],
      ["entra-sign-in-log", 4, 5, 0],
    ],
  );
});

const SESSION = {
  ...{ type: "AssumedRole", principalId: "AROASSO:jane@example.com", arn: null, accountId: null },
  ...{ userName: null, accessKeyId: null, issuerArn: null },
};
const CHAIN: Chain = {
  suspect: SESSION,
  hops: [
    {
      ...{ eventId: "e", how: "AssumeRoleWithSAML", from: null, to: SESSION, userAgent: null, link: "key" },
      ...{ candidates: 1, byThief: true, at: "2026-11-20T23:00:00Z", address: "203.0.113.77" },
    },
  ],
  start: {
    ...{ kind: "saml", name: "jane@example.com", provider: null, sourceIdentity: null },
    ...{ onBehalfOf: null, basis: "record", why: "" },
  },
  ended: "start",
};
const rowsOf = (...objects: readonly Members[]): readonly SignInRow[] => objects.map((one) => parseEntraSignIn(one)!);
const joined = (...objects: readonly Members[]) =>
  signInOf(CHAIN, rowsOf(...objects), [], { shared: new Set(), own: new Set(), addresses: new Set(["203.0.113.77"]) });

test("the sign-in to AWS stands at the start of the chain, with its factor and what was refused before", () => {
  const refused = { errorCode: 50126, failureReason: "Invalid username or password." };
  const found = joined(
    graph({ id: "wrong", createdDateTime: "2026-11-20T22:50:00Z", status: refused }),
    graph({ id: "asked", createdDateTime: "2026-11-20T22:51:00Z", status: { errorCode: 50074 } }),
    graph(),
    graph({
      id: "mail",
      createdDateTime: "2026-11-20T22:59:50Z",
      appDisplayName: "Outlook",
      resourceDisplayName: "Exchange",
    }),
    graph({ id: "later", createdDateTime: "2026-11-20T23:30:00Z" }),
  );
  assert.deepEqual(
    [found?.provider, found?.secondsBefore, found?.match, found?.mfa, found?.failedBefore, found?.sameAddress],
    ["entra", 20, "name and address", "used", 1, true],
  );
  assert.match(found!.why, /^Microsoft Entra ID's sign-in log, interactiveUser/);
  assert.match(found!.application!, /^AWS IAM Identity Center/);
});

test("a factor that was refused, or none, is said; workloads are no people", () => {
  const plain = { errorCode: 0, failureReason: "Other." };
  const denied = { errorCode: 500121, failureReason: "Authentication failed during strong authentication request." };
  assert.equal(joined(graph({ status: plain }))?.mfa, "not seen");
  assert.equal(
    joined(graph({ status: plain }), graph({ id: "d", createdDateTime: "2026-11-20T22:58:00Z", status: denied }))?.mfa,
    "refused",
  );
  assert.equal(joined(graph({ signInEventTypes: ["servicePrincipal"] })), null);
});

test("in AWS it is a table of its own, and one name in queries with Okta's; either may be missing", () => {
  const context = contextOf({ entraLogs: { bucket: "the-entra", prefix: "sign-ins/" } });
  assert.deepEqual(sideTableNames(context), ["entra_sign_in_lines"]);
  assert.deepEqual(sidePlacesOf(context), { "entra-sign-in-log": { flatFolders: [] } });
  assert.deepEqual(
    sideFoldersOf(context).map(({ bucket, folder }) => [bucket, folder]),
    [["the-entra", "sign-ins/"]],
  );
  const finished = (log: "okta-system-log" | "entra-sign-in-log", table: string | null) => ({
    table,
    bytesScanned: 0,
    found: { log, files: 1, entries: 1, unread: 0, earliest: null, latest: null, ...(table ? {} : { failed: "no" }) },
  });
  const sql = "SELECT * FROM identity_log";
  const both = sideTablesIn(sql, [finished("okta-system-log", "o"), finished("entra-sign-in-log", "e")], "cordon");
  assert.match(
    both[0]![1],
    /^\(SELECT event_at, .+, source_file FROM "cordon"\."o" UNION ALL SELECT event_at, .+ FROM "cordon"\."e"\)$/,
  );
  const one = sideTablesIn(sql, [finished("okta-system-log", null), finished("entra-sign-in-log", "e")], "cordon");
  assert.deepEqual(one, [["identity_log", '"cordon"."e"']]);
  assert.throws(() => sideTablesIn(sql, [finished("okta-system-log", null)], "cordon"), { code: "QUERY_FAILED" });
});
