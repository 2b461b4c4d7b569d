/** Every call of the other adapters under every fault: it ends, as a failure that the state machines can tell apart. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createAthena } from "../../lib/aws/athena.ts";
import { createCases } from "../../lib/aws/cases.ts";
import { createDecisions } from "../../lib/aws/decisions.ts";
import { discover } from "../../lib/aws/discover.ts";
import { createLedgerStore } from "../../lib/aws/ledgerStore.ts";
import { createLogLister } from "../../lib/aws/logFiles.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import { createPageTable } from "../../lib/aws/pageTable.ts";
import { postDecision, postRequest } from "../../lib/aws/postDecision.ts";
import { reconcile } from "../../lib/aws/reconcile.ts";
import { readSettings } from "../../lib/aws/settings.ts";
import { createSigner } from "../../lib/aws/signer.ts";
import { createMachines } from "../../lib/aws/startMachine.ts";
import { startByHand, startResponse } from "../../lib/aws/startResponse.ts";
import { createTrustRoots, newestTrustRoot } from "../../lib/aws/trustRoots.ts";
import { createVault } from "../../lib/aws/vault.ts";
import { CordonError, TransientError } from "../../lib/base/errors.ts";
import { createSpools } from "../../lib/base/spool.ts";
import { parseSettings } from "../../lib/core/settings.ts";
import { optionsAt, type Reply, serve, type Wire, xml } from "./wire.ts";

const CASE = "case-20260223-0123456789";
const clock = { now: () => "2026-02-23T10:00:00.000Z" };
const example = JSON.parse(readFileSync(new URL("../../docs/settings.example.json", import.meta.url), "utf8"));
const settings = parseSettings(example, "example");
const finding = JSON.parse(readFileSync(new URL("../fixtures/invictus-case/finding.json", import.meta.url), "utf8"));
const bytes = Buffer.from("x");

/** Every call, by port and method. */
const callsAt = (endpoint: string, answerTimeoutMs: number): Readonly<Record<string, () => Promise<unknown>>> => {
  // One attempt: that the SDK tries again is its own affair, and tested where an answer is lost.
  const options = optionsAt(endpoint, 1, answerTimeoutMs);
  const [s3, kms, sfn] = [new S3Client(options), new KMSClient(options), new SFNClient(options)];
  const objectsIn = (folder: string, fault: "AUDIT_UNAVAILABLE" | "SEAL_FAILED") =>
    createObjects({ s3, bucket: "b", owner: "111111111111", folder, fault });
  const cases = createCases(objectsIn("cases/", "AUDIT_UNAVAILABLE"), clock);
  const vault = createVault(objectsIn("bundles/", "SEAL_FAILED"), s3, "111111111111");
  const ledger = createLedgerStore(objectsIn("ledger/log/", "AUDIT_UNAVAILABLE"));
  const signer = createSigner(kms, "k");
  const dynamo = new DynamoDBClient(options);
  const decisions = createDecisions({ dynamo, kms, sfn, table: "t", tokenKey: "k", clock });
  const machines = createMachines({
    sfn,
    respondArn: "arn:aws:states:eu-central-1:111111111111:stateMachine:cordon-respond",
  });
  const start = { sfn, s3, machineArn: "arn:aws:states:x", caseBucket: "b", account: "111111111111" };
  const athena = createAthena({
    athena: new AthenaClient(options),
    workgroup: "w",
    database: "d",
    clock,
    querySeconds: 5,
    pollMs: 1,
  });
  const keysFolder = objectsIn("ledger/keys/", "SEAL_FAILED");
  const founded = { origin: "example.test/ledger/one", foundedAt: clock.now(), evidence: signer, ledger: signer };
  const trustRoots = createTrustRoots({ objects: keysFolder, ...founded });
  const page = createPageTable({ dynamo, table: "t", clock });
  const owner = "111111111111";
  const logs = { bucket: "b", owner, prefix: "", organizationId: null, accounts: [owner], regions: ["eu-central-1"] };
  const keys = async () => options.credentials;
  const door = { url: endpoint, region: "eu-central-1", credentials: keys, clock, answerTimeoutMs: 300, pauseMs: 1 };
  const question = { caseId: CASE, planId: "contain-1", planDigest: "d", token: "t", deadline: clock.now() };
  return {
    "cases.open": () => cases.open({ caseId: CASE } as never),
    "cases.head": () => cases.head(CASE),
    "cases.update": () => cases.update(CASE, (head) => head),
    "cases.list": () => cases.list(),
    "cases.append": () => cases.append(CASE, { type: "scan.refused", actor: "test", data: { reason: "no" } }),
    "cases.events": () => cases.events(CASE),
    "cases.putOnce": () => cases.putOnce(CASE, "a.json", bytes),
    "cases.write": () => cases.write(CASE, "a.json", bytes),
    "cases.read": () => cases.read(CASE, "a.json"),
    "cases.names": () => cases.names(CASE, ""),
    "vault.put": () => vault.put(`${CASE}/r1`, new Map([["a", bytes]])),
    "vault.locate": () => vault.locate(`${CASE}/r1`),
    "vault.files": () => vault.files(`${CASE}/r1`, createSpools()),
    "vault.list": () => vault.list(""),
    "ledger.create": () => ledger.create("entry/1", bytes),
    "ledger.has": () => ledger.has("entry/1"),
    "ledger.read": () => ledger.read("entry/1"),
    "ledger.list": () => ledger.list("entry/"),
    "signer.sign": () => signer.sign(bytes),
    "signer.publicKey": () => signer.publicKey(),
    "decisions.park": () => decisions.park(question),
    "decisions.read": () => decisions.read(CASE, "contain-1"),
    "decisions.open": () => decisions.open(),
    "decisions.wake": () => decisions.wake(CASE, "contain-1", "decided"),
    "decisions.claim": () => decisions.claim("n", "by"),
    "machines.start": () => machines.start({ machine: "contain", name: "n", caseId: CASE, input: {} }),
    "trustRoots.publish": () => trustRoots.publish(),
    "trustRoots.newest": () => newestTrustRoot(keysFolder),
    "page.put": () => page.put("session", "s", {}, 60),
    "page.find": () => page.find("session", "s"),
    "page.take": () => page.take("login", "s"),
    "page.prolong": () => page.prolong("session", "s", 60),
    "page.advance": () => page.advance("c", 1, "p"),
    "trail.listFiles": () => createLogLister(s3, logs).list({ firstDay: "2026/02/23", lastDay: "2026/02/23" }),
    "trail.athena": () => athena.run({ sql: "SELECT 1", parameters: [], seed: "s" }),
    startResponse: () => startResponse(start, finding),
    startByHand: () => startByHand(start, finding),
    reconcile: () =>
      reconcile({
        guardDuty: new GuardDutyClient(options),
        settings,
        since: clock.now(),
        start: async () => ({ execution: "e", how: "started" }),
      }),
    readSettings: () => readSettings("s3://b/settings.json", new URL("file:///"), s3, "111111111111"),
    discover: () => discover(new CloudFormationClient(options), "CordonStack"),
    postDecision: () => postDecision({ caseId: CASE, planId: "contain-1", envelope: bytes, publicKey: bytes }, door),
    postRequest: () => postRequest({ caseId: CASE, purpose: "contain", humanId: "alice", actions: [] }, door),
  };
};

/** A refusal as whoever is asked would say it. */
const refused = (wire: Wire, status: number, code: string): Reply => {
  const error = `<Error><Code>${code}</Code><Message>no</Message></Error>`;
  if (wire.headers["x-amz-target"] === undefined && wire.body.includes("Action="))
    return xml(status, `<ErrorResponse>${error}</ErrorResponse>`);
  if (wire.path.startsWith("/b")) return xml(status, error);
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code };
  return { status, headers, body: JSON.stringify({ __type: code, message: "no" }) };
};

/** A loaded machine answers within a minute; where nothing answers, nobody waits for it. */
const PATIENT_MS = 60_000;

const ended = async (
  t: TestContext,
  fault: (wire: Wire) => Reply,
  answerTimeoutMs = PATIENT_MS,
): Promise<ReadonlyMap<string, unknown>> => {
  const server = await serve(fault);
  t.after(server.close);
  const results = await Promise.all(
    Object.entries(callsAt(server.endpoint, answerTimeoutMs)).map(async ([name, call]) => {
      const what = await call().then(
        (value) => ({ value }),
        (error: unknown) => error,
      );
      return [name, what] as const;
    }),
  );
  return new Map(results);
};

const others = (
  found: ReadonlyMap<string, unknown>,
  isExpected: (what: unknown, name: string) => boolean,
): readonly string[] =>
  [...found]
    .filter(([name, what]) => !isExpected(what, name))
    .map(
      ([name, what]) => `${name}: ${what instanceof Error ? `${what.name}: ${what.message}` : JSON.stringify(what)}`,
    );

const heals = (what: unknown): boolean => what instanceof TransientError;

/** Each service refuses for load in its own way: S3 with 503, API Gateway with 429, the others with 400 and a code. */
const throttled = (wire: Wire): Reply => {
  if (wire.path.startsWith("/b")) return refused(wire, 503, "SlowDown");
  return refused(wire, wire.path.startsWith("/v1/") ? 429 : 400, "ThrottlingException");
};

const FAULTS: readonly (readonly [string, (wire: Wire) => Reply])[] = [
  ["throttling", throttled],
  ["a fault of the service", (wire) => refused(wire, 500, "InternalError")],
  ["no answer in time", () => "hang"],
  ["a broken connection", () => "drop"],
];
for (const [name, fault] of FAULTS)
  test(`${name} is a TransientError of every adapter, which the machines try again`, async (t) => {
    const found = await ended(t, fault, name === "no answer in time" ? 1500 : PATIENT_MS);
    assert.deepEqual(others(found, heals), []);
  });

test("a denial is an error of every adapter that nothing retries, and is never taken for an empty answer", async (t) => {
  const found = await ended(t, (wire) => refused(wire, 403, "AccessDenied"));
  // Log files that may not be listed are not known: null, and no empty list.
  assert.deepEqual(found.get("trail.listFiles"), { value: null });
  assert.deepEqual(
    others(found, (what, name) => name === "trail.listFiles" || (what instanceof CordonError && !heals(what))),
    [],
  );
});

/** Bytes of an object are what they are; whoever reads them finds out. A write asks for no answer's body. */
const TAKES_ANY = [
  "cases.read",
  "ledger.read",
  "cases.open",
  "cases.putOnce",
  "cases.write",
  "vault.put",
  "vault.locate",
  "ledger.create",
  "ledger.has",
];

test("an answer that cannot be read is an error, and no adapter makes something of it", async (t) => {
  const found = await ended(t, () => ({
    status: 200,
    headers: { "content-type": "text/plain" },
    body: "<<<{{{ not what a service says",
  }));
  assert.deepEqual(
    others(found, (what, name) => what instanceof Error || TAKES_ANY.includes(name)),
    [],
  );
});
