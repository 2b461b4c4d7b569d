import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { PrincipalRef } from "../../lib/case/principal.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { type ChainActor, type ChainRow, nameOf } from "../../lib/core/principal/credential.ts";
import { isHeld } from "../../lib/core/principal/hop.ts";
import { MAXIMUM_HOPS, traceChain } from "../../lib/core/principal/roleChain.ts";
import { type Fingerprints, fingerprintsOf } from "../../lib/core/theft/discovery.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { delivered, finish, OTRF, requestOf, scan, trailOf } from "../embedded/trailWorld.ts";

const home = mkdtempSync(join(tmpdir(), "cordon-chain-"));
after(() => rmSync(home, { recursive: true, force: true }));

const queryText = (name: string): string => readFileSync(new URL(`../../lib/sql/${name}.sql`, import.meta.url), "utf8");

const suspect = (members: Partial<PrincipalRef>): PrincipalRef => ({
  type: "AssumedRole",
  accountId: "111122223333",
  principalId: null,
  arn: null,
  userName: null,
  accessKeyId: null,
  roleSession: null,
  issuerArn: null,
  ...members,
});

const step = (members: Partial<ChainRow>): ChainRow => ({
  eventid: "e1",
  eventtime: "2026-02-01T10:00:00Z",
  eventname: "AssumeRole",
  principal_id: null,
  access_key_id: null,
  sourceip: "198.51.100.9",
  minted_key: null,
  minted_user: null,
  minted_arn: null,
  minted_session: null,
  ...members,
});

const actor = (members: Partial<ChainActor>): ChainActor => ({
  principal_type: "AssumedRole",
  principal_id: null,
  principal_arn: null,
  principal_account: "111122223333",
  user_name: null,
  access_key_id: null,
  issuer_arn: null,
  issuer_id: null,
  sourceip: "198.51.100.9",
  useragent: null,
  calls: 1,
  failed: 0,
  first_at: "2026-02-01T10:05:00Z",
  last_at: "2026-02-01T10:06:00Z",
  ...members,
});

const marksOf = (shared: readonly string[], addresses: readonly string[] = ["198.51.100.9"]): Fingerprints => ({
  shared: new Set(shared),
  own: new Set(),
  addresses: new Set(addresses),
});

const ASIA = suspect({ accessKeyId: "ASIA2", principalId: "AROA2:s" });

test("the chain of the role-chain incident leads from the exporter's session through the etl session to jane's key, and is cut there", async () => {
  const dir = join(home, "incident");
  const truth = await writeIncident(dir, { variant: "role-chain", seed: "chain", backgroundEvents: 600 });
  const finding = parseFindings(JSON.parse(readFileSync(join(dir, "finding.json"), "utf8")))[0]!;
  const trail = trailOf(join(dir, "logs"), join(home, "cases"));
  const addresses = finding.addresses.map(({ ip }) => ip);
  const keys = finding.principals.map(({ accessKeyId }) => accessKeyId!);
  await finish(
    trail,
    await trail.start(requestOf({ accessKeyIds: keys, addresses, buckets: finding.buckets.map(({ name }) => name) })),
  );
  const ask = async <R>(name: string): Promise<readonly R[]> =>
    (await trail.query("case-1", name, queryText(name), [])).rows as unknown as readonly R[];
  const rows = await ask<ChainRow>("chain");
  const chain = traceChain(
    finding.principals,
    rows,
    await ask<ChainActor>("actors"),
    fingerprintsOf(finding.principals, addresses, rows),
  );
  // The generator's own account of the incident: [jane's key, first session, second session].
  const [jane, first, second] = truth.thief.accessKeyIds as [string, string, string];
  assert.deepEqual(
    chain.chains.map(({ hops }) => hops.map(({ from, to }) => [from?.accessKeyId, to.accessKeyId])),
    [
      [
        [jane, first],
        [first, second],
      ],
    ],
  );
  assert.deepEqual(
    chain.chains.map(({ start }) => [start.kind, start.name]),
    [["user-key", "developer-jane"]],
  );
  assert.equal(chain.cut?.credential.accessKeyId, jane);
  assert.equal(chain.cut?.holder, "stolen");
  assert.deepEqual(chain.cut?.revokeToo, [first, second].sort());
  assert.deepEqual(
    chain.sessions.map(({ to, depth }) => [to.accessKeyId, depth]).toSorted(),
    [
      [first, 1],
      [second, 1],
    ].toSorted(),
  );
  assert.deepEqual(chain.notKnown, []);
});

test("a SAML session leads to the subject of the assertion, and only the session can be cut", () => {
  const row = step({
    eventname: "AssumeRoleWithSAML",
    principal_type: "SAMLUser",
    minted_key: "ASIA2",
    minted_session: "AROA2:s",
    saml_provider: "arn:aws:iam::111122223333:saml-provider/Okta",
    saml_subject: "ann@example.org",
    given_identity: "ann",
  });
  const { chains, cut } = traceChain([ASIA], [row], [], marksOf(["ASIA2"]));
  const { kind, name, provider, sourceIdentity, basis } = chains[0]!.start;
  assert.deepEqual(
    { kind, name, provider, sourceIdentity, basis },
    {
      kind: "saml",
      name: "ann@example.org",
      provider: "arn:aws:iam::111122223333:saml-provider/Okta",
      sourceIdentity: "ann",
      basis: "record",
    },
  );
  assert.equal(chains[0]!.hops[0]!.from, null);
  assert.equal(nameOf(cut!.credential), "ASIA2");
});

test("a web identity session leads to the token's subject", () => {
  const row = step({
    eventname: "AssumeRoleWithWebIdentity",
    principal_type: "WebIdentityUser",
    minted_key: "ASIA2",
    minted_session: "AROA2:s",
    web_provider: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    web_subject: "repo:acme/site:ref:refs/heads/main",
  });
  const { start } = traceChain([ASIA], [row], [], marksOf(["ASIA2"])).chains[0]!;
  assert.deepEqual([start.kind, start.name], ["web-identity", "repo:acme/site:ref:refs/heads/main"]);
});

test("a session token leads to the long-term key that asked for it; asked for from elsewhere it is the owner's and stays", () => {
  const row = step({
    eventname: "GetSessionToken",
    principal_type: "IAMUser",
    principal_id: "AIDA1",
    access_key_id: "AKIA1",
    user_name: "bob",
    minted_key: "ASIA2",
  });
  const token = suspect({ type: "IAMUser", principalId: "AIDA1", accessKeyId: "ASIA2", userName: "bob" });
  const stolen = traceChain([token], [row], [], marksOf(["ASIA2"]));
  assert.deepEqual([stolen.chains[0]!.start.kind, nameOf(stolen.cut!.credential)], ["user-key", "AKIA1"]);
  const rightful = traceChain([token], [row], [], marksOf(["ASIA2"], ["203.0.113.1"]));
  assert.deepEqual([rightful.chains[0]!.start.kind, nameOf(rightful.cut!.credential)], ["user-key", "ASIA2"]);
});

test("a user's temporary key that no call made leads to the console sign-in when there is one, and is else not known", () => {
  const token = suspect({ type: "IAMUser", principalId: "AIDA1", accessKeyId: "ASIA9", userName: "bob" });
  const login = step({
    eventname: "ConsoleLogin",
    principal_type: "IAMUser",
    principal_id: "AIDA1",
    mfa_used: "No",
    sourceip: "192.0.2.5",
  });
  const [known] = traceChain([token], [login], [], marksOf(["ASIA9"])).chains;
  assert.deepEqual([known!.start.kind, known!.start.provider], ["user-console", "192.0.2.5"]);
  const without = traceChain([token], [], [], marksOf(["ASIA9"]));
  assert.equal(without.chains[0]!.start.kind, "unknown");
  assert.equal(without.notKnown.length, 1);
});

test("a role switched to in the console leads back to the user who switched", () => {
  const row = step({
    eventname: "SwitchRole",
    principal_type: "AssumedRole",
    principal_id: "AROA2:s",
    minted_session: "AROA2:s",
    switched_from: "arn:aws:iam::111122223333:user/bob",
  });
  const { chains } = traceChain([ASIA], [row], [], marksOf(["ASIA2"]));
  assert.equal(chains[0]!.hops[0]!.from?.arn, "arn:aws:iam::111122223333:user/bob");
  assert.equal(chains[0]!.start.name, "bob");
});

test("an instance's session that EC2 opened leads to the instance", () => {
  const row = step({
    principal_type: "AWSService",
    invoked_by: "ec2.amazonaws.com",
    sourceip: "ec2.amazonaws.com",
    minted_key: "ASIA2",
    minted_session: "AROA2:i-0317f6c6b66ae9c40",
  });
  const { start } = traceChain(
    [suspect({ accessKeyId: "ASIA2", principalId: "AROA2:i-0317f6c6b66ae9c40" })],
    [row],
    [],
    marksOf(["ASIA2"]),
  ).chains[0]!;
  assert.deepEqual([start.kind, start.name, start.basis], ["instance", "i-0317f6c6b66ae9c40", "record"]);
});

test("without a key the last opening of that session before its first use is taken, and the others are counted", () => {
  const opening = (eventid: string, eventtime: string, access_key_id: string): ChainRow =>
    step({
      eventid,
      eventtime,
      access_key_id,
      principal_type: "IAMUser",
      minted_key: `ASIA${eventid}`,
      minted_session: "AROA2:s",
    });
  const rows = [
    opening("a", "2026-02-01T08:00:00Z", "AKIA1"),
    opening("b", "2026-02-01T09:00:00Z", "AKIA2"),
    opening("c", "2026-02-01T11:00:00Z", "AKIA3"),
  ];
  const { hops } = traceChain(
    [suspect({ type: "AWSAccount", principalId: "AROA2:s" })],
    rows,
    [actor({ principal_id: "AROA2:s" })],
    marksOf(["AROA2:s"]),
  ).chains[0]!;
  assert.deepEqual(
    hops.map(({ eventId, link, candidates }) => [eventId, link, candidates]),
    [["b", "session", 2]],
  );
  const created = actor({ principal_id: "AROA2:s", session_created: "20260201T080000Z" });
  const exact = traceChain(
    [suspect({ type: "AWSAccount", principalId: "AROA2:s" })],
    rows,
    [created],
    marksOf(["AROA2:s"]),
  ).chains[0]!;
  assert.deepEqual(
    exact.hops.map(({ eventId, candidates }) => [eventId, candidates]),
    [["a", 1]],
  );
});

test("another key's opening of a session of the same name is not taken for this one's", () => {
  const other = step({
    minted_key: "ASIA7",
    minted_session: "AROA2:s",
    access_key_id: "AKIA1",
    principal_type: "IAMUser",
  });
  assert.deepEqual(traceChain([ASIA], [other], [], marksOf(["ASIA2"])).chains[0]!.hops, []);
});

test("a chain that returns to itself ends and says so; a long one stops at the limit", () => {
  const loop = [
    step({ eventid: "a", access_key_id: "ASIA1", minted_key: "ASIA2" }),
    step({ eventid: "b", access_key_id: "ASIA2", minted_key: "ASIA1" }),
  ];
  const round = traceChain([ASIA], loop, [], marksOf(["ASIA2"]));
  assert.equal(round.chains[0]!.ended, "cycle");
  assert.equal(round.chains[0]!.hops.length, 2);
  assert.equal(round.sessions.length, 2);
  const long = Array.from({ length: 60 }, (_, at) =>
    step({ eventid: `e${at}`, access_key_id: `ASIA${at + 3}`, minted_key: `ASIA${at + 2}` }),
  );
  const cut = traceChain([ASIA], long, [], marksOf(["ASIA2"]));
  assert.equal(cut.chains[0]!.ended, "limit");
  assert.equal(cut.chains[0]!.hops.length, MAXIMUM_HOPS);
});

test("of two suspects' chains the cut is where they meet, and the answer does not depend on their order", () => {
  const rows = ["ASIA5", "ASIA6"].map((minted_key, at) =>
    step({ eventid: `e${at}`, principal_type: "IAMUser", access_key_id: "AKIA1", minted_key }),
  );
  const pair = [
    suspect({ accessKeyId: "ASIA5" }),
    suspect({ accessKeyId: "ASIA6" }),
    suspect({ accessKeyId: "AKIA9" }),
  ];
  const one = traceChain(pair, rows, [], marksOf(["ASIA5", "ASIA6"]));
  assert.equal(nameOf(one.cut!.credential), "AKIA1");
  assert.deepEqual(one.cut!.stops, ["AKIA1", "ASIA5", "ASIA6"]);
  assert.deepEqual(traceChain(pair.toReversed(), rows, [], marksOf(["ASIA5", "ASIA6"])), one);
});

test("chain.sql reads the provider, the subject and the federated user out of real shapes of record", async (context) => {
  const logs = join(home, "shapes/AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/01");
  mkdirSync(logs, { recursive: true });
  const sts = (eventID: string, eventName: string, members: object): object => ({
    eventVersion: "1.11",
    eventTime: "2026-02-01T10:00:00Z",
    eventSource: "sts.amazonaws.com",
    eventName,
    awsRegion: "us-east-1",
    sourceIPAddress: "192.0.2.5",
    userAgent: "x",
    eventID,
    eventType: "AwsApiCall",
    eventCategory: "Management",
    recipientAccountId: "111122223333",
    ...members,
  });
  const saml = sts("1", "AssumeRoleWithSAML", {
    userIdentity: { type: "SAMLUser", principalId: "n:ann", userName: "ann", identityProvider: "https://idp.example" },
    requestParameters: {
      principalArn: "arn:aws:iam::111122223333:saml-provider/Okta",
      roleArn: "arn:aws:iam::111122223333:role/r",
      roleSessionName: "ann",
    },
    responseElements: {
      subject: "ann@example.org",
      credentials: { accessKeyId: "ASIASAML" },
      assumedRoleUser: { assumedRoleId: "AROA1:ann", arn: "arn:aws:sts::111122223333:assumed-role/r/ann" },
    },
  });
  const federated = sts("2", "GetFederationToken", {
    userIdentity: {
      type: "IAMUser",
      principalId: "AIDA1",
      arn: "arn:aws:iam::111122223333:user/bob",
      accessKeyId: "AKIA1",
      userName: "bob",
    },
    requestParameters: { name: "Bob" },
    responseElements: {
      credentials: { accessKeyId: "ASIAFED" },
      federatedUser: { federatedUserId: "111122223333:Bob", arn: "arn:aws:sts::111122223333:federated-user/Bob" },
    },
  });
  writeFileSync(
    join(logs, "111122223333_CloudTrail_us-east-1_20260201T1005Z_aaaaaaaaaaaaaaaa.json.gz"),
    delivered(saml, federated),
  );
  const { rows } = await scan(context, join(home, "shapes"), requestOf({ addresses: ["192.0.2.5"] }));
  const found = (await rows(queryText("chain"))) as unknown as readonly ChainRow[];
  assert.deepEqual(
    found.map(({ minted_key, minted_session, saml_provider, saml_subject }) => [
      minted_key,
      minted_session,
      saml_provider,
      saml_subject,
    ]),
    [
      ["ASIASAML", "AROA1:ann", "arn:aws:iam::111122223333:saml-provider/Okta", "ann@example.org"],
      ["ASIAFED", "111122223333:Bob", null, null],
    ],
  );
});

test("otrf: the stolen session was opened by EC2 for the instance that its name says, before the theft", async (context) => {
  // Real records; the instance and the times are told by jq over the dataset: AssumeRole of ec2.amazonaws.com at 00:48:30.
  const key = "ASIA5FLZVX4OPVKKVBMX";
  const { rows } = await scan(context, OTRF, requestOf({ accessKeyIds: [key] }));
  const found = (await rows(queryText("chain"))) as unknown as readonly ChainRow[];
  const { chains, cut } = traceChain([suspect({ accessKeyId: key })], found, [], marksOf([key], ["1.2.3.4"]));
  assert.deepEqual(
    chains.map(({ hops, start }) => [hops.length, hops[0]!.at, start.kind, start.basis]),
    [[1, "2020-09-14T00:48:30Z", "instance", "record"]],
  );
  assert.equal(chains[0]!.start.name, "i-0317f6c6b66ae9c40");
  assert.equal(nameOf(cut!.credential), key);
});

const OFFICE = "198.51.100.10";
const ABROAD = "203.0.113.66";
/** `aws sts assume-role` without a duration: an hour. */
const opened = (day: string, hour: number, members: Partial<ChainRow> = {}): ChainRow => {
  const at = `2026-${day}T${String(hour).padStart(2, "0")}:00:00Z`;
  const name = `${day}-${hour}`;
  return step({
    eventid: `owner-${name}`,
    eventtime: at,
    principal_type: "IAMUser",
    principal_id: "AIDA1",
    access_key_id: "AKIA1",
    sourceip: OFFICE,
    useragent: "aws-cli/2.15.30",
    role_arn: "arn:aws:iam::111122223333:role/prod-api",
    minted_key: `ASIA-${name}`,
    minted_session: "AROAPROD:report",
    minted_arn: "arn:aws:sts::111122223333:assumed-role/prod-api/report",
    expiration: new Date(Date.parse(at) + 3_600_000).toLocaleString("en-US", {
      timeZone: "UTC",
      dateStyle: "medium",
      timeStyle: "medium",
    }),
    ...members,
  });
};
const usedBy = (minted_key: string, members: Partial<ChainActor>): ChainActor =>
  actor({ principal_id: "AROAPROD:report", access_key_id: minted_key, sourceip: OFFICE, ...members });
const REPORTER = suspect({ type: "IAMUser", accessKeyId: "AKIA1", principalId: "AIDA1", userName: "svc-report" });
const STOLEN = actor({
  principal_type: "IAMUser",
  principal_id: "AIDA1",
  access_key_id: "AKIA1",
  sourceip: ABROAD,
  useragent: "Boto3/1.28 kali",
  first_at: "2026-03-02T13:20:00Z",
  last_at: "2026-03-02T13:39:59Z",
});
const OPENINGS = ["02-27", "02-28", "03-01"].flatMap((day) => [14, 15, 16].map((hour) => opened(day, hour)));
const trace = (
  rows: readonly ChainRow[],
  actors: readonly ChainActor[],
  marks = marksOf(["AKIA1", "AIDA1"], [ABROAD]),
) => traceChain([REPORTER], rows, [STOLEN, ...actors], marks, "2026-03-02T19:53:00Z");

test("sessions that the owner of a stolen key opened are the owner's: shown, held by nobody else, and in no cut", () => {
  const rows = [...OPENINGS, opened("03-02", 11)];
  const { sessions, cut } = trace(
    rows,
    rows.map(({ minted_key }) => usedBy(minted_key!, {})),
  );
  assert.equal(sessions.length, 10);
  assert.ok(sessions.every((hop) => !isHeld(hop)));
  assert.equal(nameOf(cut!.credential), "AKIA1");
  assert.deepEqual(cut!.revokeToo, []);
  assert.match(cut!.reason, /10 sessions made from it and left alone: its owner.s, or expired/);
});

test("an owner's session is the actor's once it is used from the actor's address, or with a program only the actor has", () => {
  const rows = [opened("03-02", 13), opened("03-02", 14), opened("03-02", 15)];
  const [one, two, three] = rows.map(({ minted_key }) => minted_key!) as [string, string, string];
  const later = { first_at: "2026-03-02T15:30:00Z", last_at: "2026-03-02T15:40:00Z" };
  const { sessions } = trace(rows, [
    usedBy(one, { sourceip: ABROAD, ...later }),
    usedBy(two, { sourceip: "192.0.2.9", useragent: "Boto3/1.28 kali", ...later }),
    usedBy(three, { sourceip: "192.0.2.9", useragent: "aws-cli/2.15.30", ...later }),
    usedBy(three, { useragent: "aws-cli/2.15.30", ...later }),
  ]);
  assert.deepEqual(
    sessions.map((hop) => [hop.to.accessKeyId, isHeld(hop)]),
    [
      [one, true],
      [two, true],
      [three, false],
    ],
  );
});

test("of the sessions the actor opened only those that still live are revoked; a session of unknown length lives its longest", () => {
  const mine = { sourceip: ABROAD, useragent: "Boto3/1.28 kali" };
  const rows = [
    opened("03-02", 13, { ...mine, eventid: "expired" }),
    opened("03-02", 19, { ...mine, eventid: "alive" }),
    opened("03-02", 12, { ...mine, eventid: "unknown", expiration: null }),
    opened("03-02", 7, { ...mine, eventid: "over", expiration: null }),
    opened("03-02", 8, { ...mine, eventid: "asked", expiration: null, duration: "43200" }),
  ];
  assert.deepEqual(trace(rows, []).cut!.revokeToo, ["ASIA-03-02-12", "ASIA-03-02-19", "ASIA-03-02-8"]);
});

test("where owner and actor share key and address, sessions from before the first sign are the owner's", () => {
  const since = "2026-03-02T13:20:00Z";
  const marks = { ...marksOf(["AKIA1", "AIDA1"], [OFFICE]), since };
  const rows = [...OPENINGS, opened("03-02", 14), opened("03-02", 19)];
  const { sessions, cut } = trace(rows, [], marks);
  assert.deepEqual(
    sessions.filter(isHeld).map(({ to }) => to.accessKeyId),
    ["ASIA-03-02-14", "ASIA-03-02-19"],
  );
  assert.deepEqual(cut!.revokeToo, ["ASIA-03-02-19"], "the one of 14 o'clock has expired");
});
