/** Every state in which a case is met on the page, each brought about by the steps that bring it about. */
import { DISCOVERED, LIKELIHOOD, PLAN, REPORT_DATA, read, SCAN_ROUND, write } from "../../lib/case/documents.ts";
import type { StoryEntry } from "../../lib/case/queries.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { askApproval, checkDecision } from "../../lib/response/approve/askApproval.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { ACCOUNT, FOREIGN } from "../actions/names.ts";
import { change } from "../actions/world.ts";
import { findingOf, openFinding } from "../approval/finding.ts";
import { decideAs, discover, HOSTILE, investigate, proposeHostile } from "./scenes.ts";
import type { World } from "./world.ts";

export interface Scene {
  readonly prepare: (world: World) => Promise<void>;
  readonly settings?: Partial<Settings>;
  /** Absent: the page of the case. */
  readonly path?: string;
}

const TWO = { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } };
const AMOUNT = { objects: 12_847, calls: 13_094, bytes: 4_712_338_467 };

const deed = (at: string, until: string | null, phase: StoryEntry["phase"], text: string): StoryEntry => ({
  ...{ at: `2026-11-21T${at}Z`, phase, text, technique: null, eventIds: [] },
  ...(until === null ? {} : { until: `2026-11-21T${until}Z` }),
});

const STORY: readonly StoryEntry[] = [
  deed("02:05:12", null, "initial access", "First call of this actor on record: GetCallerIdentity from 198.51.100.7."),
  deed("02:05:12", "02:49:30", "reconnaissance", "Looks around: 102 calls of 23 kinds on 9 services, 42 refused."),
  deed("02:11:09", "02:57:44", "theft", "Took 12,847 objects of shared"),
  deed("02:20:17", null, "persistence", "Made an access key for themselves"),
  deed("02:31:02", null, "theft", `Opened shared to account ${FOREIGN} (s3:GetObject)`),
  deed("02:58:00", null, "detection", "GuardDuty reports Exfiltration:S3/AnomalousBehavior"),
  deed("02:58:01", null, "covering tracks", "Stopped the trail management"),
];

/** What the investigation leaves when it is through: amount, verdict and story. */
const investigated = async (world: World, theft: Parameters<typeof investigate>[1] = {}): Promise<void> => {
  const { ports, caseId } = world;
  await investigate(world, theft);
  await write(ports.cases, caseId, REPORT_DATA, {
    ...{ hours: [], objects: [], objectsTotal: 0, denied: [], queries: [], story: [...STORY] },
  });
  await write(ports.cases, caseId, LIKELIHOOD, {
    ...{ schema: "cordon/likelihood/v1", likelihood: "very likely theft", notKnown: [] },
    reasons: [
      "The trail was stopped at the end.",
      "An access key was made during the theft.",
      "New network: not used in the previous 7 days.",
    ],
  } as never);
};

/** The logs are read before anybody is asked: a plan then says who else is affected. */
const readLogs = async ({ ports, caseId }: World): Promise<void> => {
  const indicators = { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: [] };
  const [from, to] = ["2026-11-20T02:11:00.000Z", "2026-11-21T03:04:00.000Z"];
  const result = {
    ...{ engine: "test", filesRead: 1284, filesSetAside: [], bytesScanned: 41_000_000, eventsSeen: 88_012 },
    ...{ eventsKept: 13_406, watermark: "2026-11-21T03:01:12.000Z", earliest: from },
  };
  await write(ports.cases, caseId, SCAN_ROUND.at("001"), {
    request: { caseId, round: 1, from, to, indicators },
    result,
  });
  const query = async (_: string, name: string, sql: string, parameters: readonly string[]) => ({
    ...{ name, sql, parameters, engine: "test", bytesScanned: 0 },
    rows: name === "dependants" ? DEPENDANTS : [],
  });
  Object.assign(ports, { trail: { ...ports.trail, query } });
};

/** Alice at work from the office, and a role that nobody suspects. */
const DEPENDANTS = [
  ["AIDAALICE00000000001", `arn:aws:iam::${ACCOUNT}:user/alice`, "IAMUser", 212],
  ["AROAREPORTS000000001:nightly", `arn:aws:sts::${ACCOUNT}:assumed-role/reports/nightly`, "AssumedRole", 4012],
].map(([principal_id, principal_arn, principal_type, calls]) => ({
  ...{ principal_id, principal_arn, principal_type, calls, principal_account: ACCOUNT },
  ...{ eventsource: "s3.amazonaws.com", eventname: "GetObject", bucket: "shared", source_bucket: null },
  ...{ access_key_id: null, issuer_arn: null, vpcendpointid: null, invoked_by: null, session_created: null },
}));

const ONE_FIGURE = { certain: AMOUNT, likely: AMOUNT, upperBound: AMOUNT, notKnown: [], buckets: ["shared"] };

export const awaiting = async (world: World): Promise<void> => {
  await discover(world);
  await readLogs(world);
  await world.ask();
  await investigated(world);
};

export const contained = async (world: World): Promise<void> => {
  await discover(world);
  await readLogs(world);
  await world.ask();
  await investigated(world, ONE_FIGURE);
  await decideAs(world, "ada", world.signer("ada"), "all");
  await world.execute();
};

export const hostile = async (world: World): Promise<void> => {
  await proposeHostile(world);
  await investigate(world, {
    notKnown: Object.values(HOSTILE),
    buckets: [HOSTILE.markup],
    addresses: [HOSTILE.url, HOSTILE.ansi],
  });
};

/** One of two has answered; the actor works on. */
export const decided = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "grace", world.signer("grace"), "all");
};

export const denied = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "grace", world.signer("grace"), []);
  await checkDecision({ caseId: world.caseId, planId: "contain-1" }, world.ports);
};

const scanning = async ({ ports, caseId }: World): Promise<void> => {
  const indicators = { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: [] };
  const [from, to] = ["2026-11-20T02:11:00.000Z", "2026-11-21T03:04:00.000Z"];
  const request = { caseId, round: 1, from, to, indicators };
  await write(ports.cases, caseId, SCAN_ROUND.at("001"), { request, result: null } as never);
  await ports.cases.append(caseId, {
    type: "scan.started",
    actor: "startScan",
    data: { round: 1, from, to, indicators } as never,
  });
};

/** Approved and made, and nobody has looked at it again yet. */
const executing = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "ada", world.signer("ada"), "all");
  await applyContainment({ caseId: world.caseId, planId: "contain-1" }, world.ports);
};

/** The identity is cut; a foreign grant stands, whose closing is asked for, and the trail is stopped, which no plan mends here. */
export const doorsOpen = async (world: World): Promise<void> => {
  const { ports, caseId } = world;
  const statement = {
    ...{ Sid: "x", Effect: "Allow", Principal: { AWS: FOREIGN }, Action: "s3:GetObject" },
    Resource: "arn:aws:s3:::shared/*",
  };
  const grant = { Version: "2012-10-17", Statement: [statement] };
  const input = { Bucket: "shared", Policy: JSON.stringify(grant) };
  await ports.account.call({
    service: "s3",
    operation: "PutBucketPolicy",
    region: "us-east-1",
    accountId: ACCOUNT,
    input,
  });
  await contained(world);
  const found = await read(ports.cases, caseId, DISCOVERED);
  const changes = [
    change(
      "PutBucketPolicy",
      { bucketName: "shared", bucketPolicy: grant },
      { bucket: "shared", eventTime: "2026-11-21T02:31:02Z" },
    ),
    change(
      "StopLogging",
      { name: "management" },
      { eventId: "e1f3c2d4-0000-4000-8000-000000000002", eventTime: "2026-11-21T02:58:01Z" },
    ),
  ];
  await write(ports.cases, caseId, DISCOVERED, { ...found, changes });
  world.advance(1);
  await planContainment({ caseId, purpose: "contain", planId: "contain-2" }, ports);
  await askApproval({ caseId, planId: "contain-2", token: "u".repeat(64) }, ports);
};

/** Contained by one person alone, and a release waits. */
export const releasing = async (world: World): Promise<void> => {
  await contained(world);
  world.advance(1);
  await planRelease({ caseId: world.caseId, releaseId: "release-1", actions: [] }, world.ports);
  await askApproval({ caseId: world.caseId, planId: "release-1", token: "r".repeat(64) }, world.ports);
};

const released = async (world: World): Promise<void> => {
  await releasing(world);
  await decideAs(world, "ada", world.signer("ada"), "all", { planId: "release-1" });
  await applyContainment({ caseId: world.caseId, planId: "release-1" }, world.ports);
  await verifyContainment({ caseId: world.caseId, planId: "release-1" }, world.ports);
};

/** Somebody took our deny away. */
export const takeAway = async (world: World): Promise<void> => {
  const { accountId, region, actions } = await read(world.ports.cases, world.caseId, PLAN.at("contain-1"));
  const made = actions.flatMap(({ requests }) => requests).find(({ operation }) => operation === "PutUserPolicy")!;
  const input = { UserName: "alice", PolicyName: made.input.PolicyName };
  await world.ports.account.call({ service: "iam", operation: "DeleteUserPolicy", accountId, region, input });
  await verifyContainment({ caseId: world.caseId, planId: "contain-1" }, world.ports);
};

const incomplete = async (world: World): Promise<void> => {
  await contained(world);
  await takeAway(world);
};

/** Cut on the finding alone: what the actor left open is not known. */
const unread = async (world: World): Promise<void> => {
  await discover(world);
  await world.ask();
  await decideAs(world, "ada", world.signer("ada"), "all");
  await world.execute();
};

/** Of what was asked people approved a part. */
const partly = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "ada", world.signer("ada"), ["a1", "a2"]);
  await world.execute();
};

/** The actor read on after the cut, by another way in. */
const breached = async (world: World): Promise<void> => {
  await contained(world);
  const at = "2026-11-21T03:05:40Z";
  const breach = {
    ...{ is: "around" as const, actions: [], call: "s3:GetObject", by: "role reports", accessKeyId: null },
    ...{ address: "198.51.100.7", bucket: "shared", calls: 41, firstAt: at, lastAt: at, eventKey: "1" },
  };
  await world.ports.cases.append(world.caseId, {
    type: "containment.breached",
    actor: "watchContainment",
    data: { planId: "contain-1", isLasting: true, breaches: [breach], further: [] },
  });
};

const expired = async (world: World): Promise<void> => {
  await awaiting(world);
  world.advance(25 * 3600);
  await checkDecision({ caseId: world.caseId, planId: "contain-1" }, world.ports);
};

/** A step failed for good; what it was for is not known. */
const failed = async (world: World): Promise<void> => {
  await world.ports.cases.update(world.caseId, (head) => ({
    ...head,
    status: "attention",
    closedAt: "2026-11-21T03:05:00.000Z",
    notKnown: [{ step: "scopePrincipal", reason: "AccessDenied: not authorized to perform iam:GetUser" }],
  }));
};

export const glass = async (world: World): Promise<void> => {
  await awaiting(world);
  await decideAs(world, "grace", world.signer("grace"), ["a1"], { kind: "break-glass" });
  await world.execute();
  world.advance(25 * 3600);
};

/** A finding about another identity, from elsewhere: a case of its own. */
const otherFinding = (id: string, severity: number) => {
  const finding = findingOf(`AKIA${id.repeat(4).toUpperCase()}`, severity, `bucket-${id}`);
  const { resource, service } = finding;
  const { awsApiCallAction: call } = service.action;
  const details = {
    ...resource.accessKeyDetails,
    principalId: `AIDA${id.repeat(4).toUpperCase()}`,
    userName: `user-${id}`,
  };
  const remoteIpDetails = { ...call.remoteIpDetails, ipAddressV4: `192.0.2.${severity}` };
  return {
    ...finding,
    id: id.repeat(8),
    resource: { ...resource, accessKeyDetails: details },
    service: { ...service, action: { ...service.action, awsApiCallAction: { ...call, remoteIpDetails } } },
  };
};

export const list = async (world: World): Promise<void> => {
  const { ports } = world;
  await awaiting(world);
  await openFinding(otherFinding("6bd4", 5), ports);
  await openFinding(otherFinding("7ce5", 7), ports);
};

const empty = async ({ ports }: World): Promise<void> => {
  Object.assign(ports.cases, { list: async () => [] });
};

export const GLASS = { ...TWO, breakGlass: { humanIds: ["grace"] } };

/** In the order of a night. */
export const SCENES: Readonly<Record<string, Scene>> = {
  empty: { prepare: empty, path: "/" },
  list: { prepare: list, path: "/" },
  new: { prepare: async () => undefined },
  scanning: { prepare: scanning },
  asked: { prepare: awaiting },
  decided: { prepare: decided, settings: TWO },
  refused: { prepare: denied },
  expired: { prepare: expired },
  executing: { prepare: executing },
  "doors-open": { prepare: doorsOpen },
  unread: { prepare: unread },
  partly: { prepare: partly },
  breached: { prepare: breached, settings: { watchMinutes: 30 } },
  "dry-run": { prepare: contained, settings: { mode: "dry-run" } },
  watched: { prepare: contained, settings: { watchMinutes: 30 } },
  contained: { prepare: contained },
  incomplete: { prepare: incomplete },
  releasing: { prepare: releasing },
  released: { prepare: released },
  error: { prepare: failed },
  glass: { prepare: glass, settings: GLASS },
  hostile: { prepare: hostile },
};
