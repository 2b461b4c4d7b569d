import assert from "node:assert/strict";
import { test } from "node:test";
import { baselineOf } from "../../lib/core/theft/baseline.ts";
import type { ChangeRow } from "../../lib/core/theft/changeRow.ts";
import { deedsOf } from "../../lib/core/theft/deeds.ts";
import type { HabitRow } from "../../lib/core/theft/habits.ts";
import { weigh } from "../../lib/core/theft/likelihood.ts";
import type { WeighedFacts } from "../../lib/core/theft/weighedFacts.ts";

const ROLE = "AROA1:nightly";
const MARKS = { shared: new Set([ROLE]), own: new Set<string>(), addresses: new Set(["10.0.4.9"]) };
const run = (day: string, hour: string, members: Partial<HabitRow> = {}): HabitRow => ({
  hour: `${day}T${hour}`,
  principal_type: "AssumedRole",
  stable_id: "AROA1",
  principal_id: ROLE,
  access_key_id: "ASIA1",
  sourceip: "10.0.4.9",
  useragent: "restic/0.17",
  bucket: "data",
  calls: 400,
  reads: 400,
  copies: 0,
  bytes_out: 1_000,
  first_at: `${day}T${hour}:00:00Z`,
  last_at: `${day}T${hour}:40:00Z`,
  ...members,
});
const NIGHTS = ["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"];
const baseline = (rows: readonly HabitRow[]) =>
  baselineOf(rows, MARKS, { from: "2026-02-01T00:00:00Z", until: "2026-02-05T02:00:00Z" });
const NIGHTLY = baseline([...NIGHTS.map((day) => run(day, "02")), run("2026-02-05", "02")]);
const facts = (members: Partial<WeighedFacts> = {}): WeighedFacts => ({
  findingType: "Exfiltration:S3/AnomalousBehavior",
  accountId: "111122223333",
  principalTypes: ["AssumedRole"],
  identities: ["arn:aws:iam::111122223333:role/nightly"],
  baseline: NIGHTLY,
  principalArns: ["arn:aws:iam::111122223333:role/nightly"],
  taken: [{ bucket: "data", path: "download", destination: null }],
  bytes: 1_000,
  deeds: [],
  conduct: [],
  secrets: [],
  serviceSetUp: [],
  sharedWithOwner: false,
  refused: 0,
  credentialNames: 0,
  ...members,
});
const change = (eventname: string, request: object = {}, members: Partial<ChangeRow> = {}): ChangeRow => ({
  eventid: `e-${eventname}`,
  eventtime: "2026-02-05T02:00:00Z",
  eventname,
  eventsource: "cloudtrail.amazonaws.com",
  principal_id: ROLE,
  principal_arn: "arn:aws:sts::111122223333:assumed-role/nightly/nightly",
  access_key_id: "ASIA1",
  sourceip: "10.0.4.9",
  bucket: null,
  requestparameters: JSON.stringify(request),
  responseelements: null,
  ...members,
});
const IAM = { eventsource: "iam.amazonaws.com" };
const ADMIN = {
  roleName: "nightly",
  policyDocument: JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } }),
};
const STOPPED = change("StopLogging", { name: "main" });
const deeds = (...rows: readonly ChangeRow[]) => deedsOf(rows, "111122223333");
const verdicts = (one: WeighedFacts) =>
  Object.fromEntries(weigh(one).explanations.map(({ id, verdict }) => [id, verdict]));

test("a role that reads the same bucket at the same hour every night is likely a backup", () => {
  assert.equal(weigh(facts()).likelihood, "likely legitimate");
  assert.deepEqual(verdicts(facts()), {
    migration: "does not fit",
    development: "does not fit",
    backup: "fits",
    service: "does not fit",
  });
});

test("the same role that also stops the trail is no backup, and likely theft", () => {
  const covered = facts({ deeds: deeds(STOPPED) });
  assert.equal(verdicts(covered).backup, "does not fit");
  assert.equal(weigh(covered).likelihood, "likely theft");
});

test("two decisive signs make theft very likely, and so do one and two others", () => {
  assert.equal(
    weigh(facts({ deeds: deeds(STOPPED, change("PutRolePolicy", ADMIN, IAM)) })).likelihood,
    "very likely theft",
  );
  assert.equal(
    weigh(
      facts({
        findingType: "UnauthorizedAccess:S3/TorIPCaller",
        deeds: deeds(change("DeleteTrail", { name: "main" })),
      }),
    ).likelihood,
    "very likely theft",
  );
  assert.equal(
    weigh(facts({ deeds: deeds(STOPPED), refused: 40, credentialNames: 2 })).likelihood,
    "very likely theft",
  );
});

test("an ordinary explanation that fits holds a verdict of theft back: then it is unclear, and a human must look", () => {
  assert.equal(weigh(facts({ findingType: "UnauthorizedAccess:S3/TorIPCaller" })).likelihood, "unclear");
});

test("copies to another account from a known network may be a migration, which no log can say was allowed", () => {
  const taken = [
    {
      bucket: "data",
      path: "server-side-copy" as const,
      destination: { bucket: "new", key: "k", accountId: "999988887777" },
    },
  ];
  const { explanations, notKnown, signs } = weigh(facts({ taken }));
  const migration = explanations.find(({ id }) => id === "migration")!;
  assert.deepEqual(
    [migration.verdict, migration.criteria.filter(({ holds }) => holds === null).map(({ id }) => id)],
    ["possible", ["authorized"]],
  );
  assert.ok(notKnown.includes(migration.criteria.find(({ id }) => id === "authorized")!.text));
  assert.match(signs.find(({ id }) => id === "other-account")!.text, /999988887777/);
});

test("a user on test data at known places within usual volume fits development; one production bucket does not", () => {
  const user = (bucket: string) =>
    facts({ principalTypes: ["IAMUser"], taken: [{ bucket, path: "download", destination: null }] });
  assert.equal(verdicts(user("orders-dev")).development, "possible");
  assert.equal(verdicts(user("orders-prod")).development, "does not fit");
  const many = Array.from({ length: 16 }, (_, at) =>
    run(NIGHTS[at % 4]!, String(6 + Math.floor(at / 4)).padStart(2, "0")),
  );
  assert.equal(
    verdicts({ ...user("orders-dev"), baseline: baseline([...many, run("2026-02-05", "02")]) }).development,
    "fits",
  );
});

test("nothing before to compare with is not known, and is counted neither for nor against", () => {
  const { likelihood, signs, notKnown } = weigh(facts({ baseline: baseline([run("2026-02-05", "02")]) }));
  assert.equal(likelihood, "unclear");
  assert.deepEqual(
    signs.filter(({ holds }) => holds === null).map(({ id }) => id),
    ["new-network", "new-agent", "new-bucket", "new-hour", "spike"],
  );
  assert.equal(new Set(notKnown).size, notKnown.length);
});

test("new places alone, three of them, make theft likely and not very likely", () => {
  const marks = { ...MARKS, addresses: new Set(["198.51.100.7"]) };
  const rows = [
    ...NIGHTS.map((day) => run(day, "02")),
    run("2026-02-05", "03", { useragent: "aws-cli", bucket: "payroll", sourceip: "198.51.100.7" }),
  ];
  const other = baselineOf(rows, marks, { from: "2026-02-01T00:00:00Z", until: "2026-02-05T02:00:00Z" });
  const { likelihood, signs } = weigh(facts({ baseline: other }));
  assert.deepEqual(
    signs.filter(({ holds }) => holds === true).map(({ id }) => id),
    ["new-network", "new-agent", "new-bucket", "new-hour"],
  );
  assert.equal(likelihood, "likely theft");
});
