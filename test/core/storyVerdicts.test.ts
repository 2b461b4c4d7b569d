/** Fixed points of the verdict: what must be theft, what must never be called it, and what is never called ordinary. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { baselineOf } from "../../lib/core/theft/baseline.ts";
import type { ChangeRow } from "../../lib/core/theft/changeRow.ts";
import { deedsOf, holesIn } from "../../lib/core/theft/deeds.ts";
import type { HabitRow } from "../../lib/core/theft/habits.ts";
import { weigh } from "../../lib/core/theft/likelihood.ts";
import type { ConductRow } from "../../lib/core/theft/storyTold.ts";
import type { WeighedFacts } from "../../lib/core/theft/weighedFacts.ts";

const ACCOUNT = "111122223333";
const KEY = "AKIADEV";
const HOME = "198.51.100.10";
const ABROAD = "203.0.113.66";
const DAY = "2026-03-02";
const FIRST = `${DAY}T13:00:00Z`;

const hour = (day: string, at: string, members: Partial<HabitRow> = {}): HabitRow => ({
  hour: `${day}T${at}`,
  principal_type: "IAMUser",
  stable_id: "AIDADEV",
  principal_id: "AIDADEV",
  access_key_id: KEY,
  sourceip: HOME,
  useragent: "aws-cli/2.15.30 os/linux",
  bucket: "acme",
  calls: 10,
  reads: 10,
  copies: 0,
  bytes_out: 1_000_000,
  first_at: `${day}T${at}:00:00Z`,
  last_at: `${day}T${at}:40:00Z`,
  ...members,
});
/** Twenty working hours on ten days. */
const HABIT = Array.from({ length: 10 }, (_, at) => `2026-02-${10 + at}`).flatMap((day) => [
  hour(day, "12"),
  hour(day, "13"),
]);
const during = (members: Partial<HabitRow> = {}) =>
  hour(DAY, "13", { reads: 1500, bytes_out: 300_000_000, ...members });

const change = (eventsource: string, eventname: string, request: object = {}): ChangeRow => ({
  eventid: `e-${eventname}`,
  eventtime: FIRST,
  eventname,
  eventsource: `${eventsource}.amazonaws.com`,
  principal_id: "AIDADEV",
  principal_arn: `arn:aws:iam::${ACCOUNT}:user/dev`,
  access_key_id: KEY,
  sourceip: ABROAD,
  bucket: null,
  requestparameters: JSON.stringify(request),
  responseelements: null,
});
const did = (eventname: string, calls: number, bucket = "acme"): ConductRow => ({
  hour: `${DAY}T13`,
  eventsource: "s3.amazonaws.com",
  eventname,
  errorcode: null,
  readonly: "false",
  bucket,
  principal_id: "AIDADEV",
  access_key_id: KEY,
  sourceip: ABROAD,
  calls,
  first_at: FIRST,
  last_at: FIRST,
  event_ids: `e-${eventname}-1,e-${eventname}-2`,
});

interface Case {
  readonly habit?: readonly HabitRow[];
  readonly now?: readonly HabitRow[];
  readonly changes?: readonly ChangeRow[];
  readonly more?: Partial<WeighedFacts>;
}

const verdictOf = ({ habit = HABIT, now = [during()], changes = [], more = {} }: Case) => {
  const addresses = new Set(now.flatMap(({ sourceip }) => sourceip ?? []));
  const ids = new Set(now.flatMap(({ principal_id, access_key_id }) => [principal_id ?? "", access_key_id ?? ""]));
  const marks = { shared: ids, own: new Set<string>(), addresses, since: FIRST };
  const [first] = now as [HabitRow];
  return weigh({
    findingType: "Exfiltration:S3/AnomalousBehavior",
    accountId: ACCOUNT,
    principalTypes: [first.principal_type ?? ""],
    principalArns: [`arn:aws:iam::${ACCOUNT}:user/dev`],
    identities: ["dev"],
    baseline: baselineOf([...habit, ...now], marks, { from: "2026-02-01T00:00:00Z", until: FIRST }),
    taken: Array.from({ length: 100 }, () => ({ bucket: "acme", path: "download" as const, destination: null })),
    bytes: 300_000_000,
    deeds: deedsOf(changes, ACCOUNT),
    conduct: [],
    secrets: [],
    refused: 0,
    serviceSetUp: [],
    sharedWithOwner: false,
    credentialNames: 0,
    ...more,
  });
};
const isTheft = (one: Case): void => assert.match(verdictOf(one).likelihood, /likely theft/);
const isNoTheft = (one: Case): void => assert.doesNotMatch(verdictOf(one).likelihood, /theft/);

const ADMIN = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const KILL_CHAIN = [
  change("iam", "PutUserPolicy", { userName: "dev", policyDocument: ADMIN }),
  change("kms", "CreateGrant", { keyId: "k", granteePrincipal: "arn:aws:iam::999988887777:root" }),
  change("config", "StopConfigurationRecorder"),
  change("kms", "ScheduleKeyDeletion", { keyId: "k", pendingWindowInDays: 7 }),
];

test("a kill chain is very likely theft even of an identity nobody had seen before, and each sign names its events", () => {
  const { likelihood, signs } = verdictOf({ habit: [], changes: KILL_CHAIN });
  assert.equal(likelihood, "very likely theft");
  const shown = signs.filter(({ holds }) => holds === true);
  for (const id of ["own-escalation", "covering-tracks", "foreign-grants", "destruction"])
    assert.ok((shown.find((sign) => sign.id === id)?.eventIds ?? []).length > 0, id);
});

test("a stolen key from elsewhere with gigabytes is likely theft", () => {
  const now = [during({ sourceip: ABROAD, bytes_out: 4_700_000_000 })];
  isTheft({ now, more: { bytes: 4_700_000_000 } });
});

test("a mass read followed by deletion is likely theft, also from the owner's own network", () => {
  const more = { conduct: [did("GetObject", 1500), did("DeleteObject", 1500)] };
  isTheft({ more });
  isTheft({ habit: [], more });
});

test("an ETL job that writes what it deletes, or deletes every day, is no theft", () => {
  isNoTheft({ more: { conduct: [did("GetObject", 100), did("PutObject", 100, "out"), did("DeleteObject", 100)] } });
  const habit = HABIT.map((row) => ({ ...row, deletes: 40 }));
  isNoTheft({ habit, more: { conduct: [did("DeleteObject", 1500)] } });
});

test("theft through the owner's own network is never likely legitimate, whoever's machine it is", () => {
  assert.equal(verdictOf({}).likelihood, "unclear");
  const role = (row: HabitRow): HabitRow => ({ ...row, principal_type: "AssumedRole" });
  assert.equal(verdictOf({ habit: HABIT.map(role), now: [role(during())] }).likelihood, "unclear");
});

test("a developer on a new VPN is unclear: a new network and more than ever, and nothing else", () => {
  const now = [during({ sourceip: "192.0.2.50", useragent: "aws-cli/2.15.31 os/linux" })];
  assert.equal(verdictOf({ now }).likelihood, "unclear");
});

test("a runner of a build service that always has a new address says nothing by it", () => {
  const habit = HABIT.map((row, at) => ({ ...row, sourceip: `20.${at}.7.9`, hour: `2026-02-${10 + (at % 20)}T13` }));
  const { signs, likelihood } = verdictOf({
    habit,
    now: [during({ sourceip: "20.200.1.1", useragent: "node/22", bucket: "b" })],
  });
  assert.equal(signs.find(({ id }) => id === "new-network")?.holds, false);
  assert.doesNotMatch(likelihood, /theft/);
});

test("an own key rotated at home is no sign; the same from elsewhere is decisive", () => {
  const changes = [change("iam", "CreateAccessKey", { userName: "dev" })];
  const made = (one: Case) => verdictOf(one).signs.find(({ id }) => id === "own-credentials");
  assert.equal(made({ changes })?.holds, false);
  assert.deepEqual(
    [made({ changes, now: [during({ sourceip: ABROAD })] })].map((sign) => [sign?.holds, sign?.decisive]),
    [[true, true]],
  );
});

test("a migration to an account that may be the company's is unclear, and its explanation possible", () => {
  const destination = { bucket: "acme-2", key: "k", accountId: "444455556666" };
  const taken = Array.from({ length: 100 }, () => ({ bucket: "acme", path: "server-side-copy" as const, destination }));
  const now = [during({ bucket: "acme-2", reads: 0, copies: 2000, bytes_out: null })];
  const policy = JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: { AWS: "444455556666" }, Action: "s3:*" }],
  });
  const changes = [change("s3", "PutBucketPolicy", { bucketName: "acme", bucketPolicy: policy })];
  const { likelihood, explanations } = verdictOf({ now, changes, more: { taken } });
  assert.deepEqual([likelihood, explanations.find(({ id }) => id === "migration")?.verdict], ["unclear", "possible"]);
});

test("copies to a foreign account from a network that the identity never used are theft", () => {
  const destination = { bucket: "loot", key: "k", accountId: "999988887777" };
  const taken = Array.from({ length: 100 }, () => ({ bucket: "acme", path: "server-side-copy" as const, destination }));
  const copies = { reads: 0, copies: 1500, bytes_out: null };
  isTheft({ now: [during({ ...copies, sourceip: ABROAD })], more: { taken, bytes: 0 } });
  isNoTheft({ now: [during(copies)], more: { taken, bytes: 0 } });
});

const MACIE = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAmazonMacie/classification";

test("a service of AWS that reads for itself is likely legitimate, unless somebody has just set it up", () => {
  const service = { principal_type: "AssumedRole", sourceip: "macie.amazonaws.com", useragent: "macie.amazonaws.com" };
  const one = { habit: [], now: [during(service)], more: { principalTypes: ["AssumedRole"], principalArns: [MACIE] } };
  assert.equal(verdictOf(one).likelihood, "likely legitimate");
  const setUp = { ...one.more, serviceSetUp: ["CreateClassificationJob e1 2026-03-02T12:00:00Z"] };
  assert.equal(verdictOf({ ...one, more: setUp }).likelihood, "unclear");
});

test("data events switched on are neither hole nor sign; switched off they are both", () => {
  const on = {
    trailName: "t",
    eventSelectors: [
      { includeManagementEvents: true, dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }] },
    ],
  };
  const off = { trailName: "t", eventSelectors: [{ includeManagementEvents: true, dataResources: [] }] };
  const selectors = (request: object) => [change("cloudtrail", "PutEventSelectors", request)];
  const covering = (changes: readonly ChangeRow[]) =>
    verdictOf({ changes }).signs.find(({ id }) => id === "covering-tracks");
  assert.deepEqual([covering(selectors(on))?.holds, holesIn(selectors(on), ACCOUNT).length], [false, 0]);
  assert.deepEqual([covering(selectors(off))?.holds, holesIn(selectors(off), ACCOUNT).length], [true, 1]);
});
