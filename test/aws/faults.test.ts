/** Every operation that the account adapter knows, under every fault: it ends, in an error that says what is known. */
import assert from "node:assert/strict";
import dns from "node:dns";
import { test } from "node:test";
import { STSClient } from "@aws-sdk/client-sts";
import { createAccount } from "../../lib/aws/account.ts";
import { isDeletion, isOnceOnly, OPERATIONS } from "../../lib/aws/operations.ts";
import { createServiceClients } from "../../lib/aws/serviceClients.ts";
import { ApiError, TransientError } from "../../lib/base/errors.ts";
import type { ServiceName } from "../../lib/case/apiRequest.ts";
import { optionsAt, type Reply, serve, type Wire, xml } from "./wire.ts";

const ATTEMPTS = 2;
/** S3 Control puts the account in front of the host: every name below `localhost` is this machine (RFC 6761, 6.3). */
const system = dns.lookup;
dns.lookup = ((host: string, options: dns.LookupOptions, done: (...values: unknown[]) => void) => {
  if (!host.endsWith(".localhost") && host !== "localhost") return system(host, options, done as never);
  const address = { address: "127.0.0.1", family: 4 };
  return options.all === true ? done(null, [address]) : done(null, address.address, address.family);
}) as typeof dns.lookup;
const cases = Object.entries(OPERATIONS).flatMap(([service, operations]) =>
  operations.map((operation) => ({ service: service as ServiceName, operation })),
);

/** Everything that any operation puts into its path or its host; each takes what it knows. */
const INPUT = {
  AccountId: "222222222222",
  Bucket: "payroll",
  Key: "k",
  Name: "name",
  AccessGrantId: "g",
  JobId: "j",
  FunctionName: "f",
  DetectorId: "d",
  FilterName: "filter",
  IpSetId: "i",
  KeyId: "key",
  RequestedJobStatus: "Cancelled",
  Policy: "{}",
  ReservedConcurrentExecutions: 0,
};

/** A refusal as the protocol of the service carries it. */
const refused = (service: ServiceName, status: number, code: string): Reply => {
  const error = `<Error><Code>${code}</Code><Message>no</Message></Error>`;
  if (service === "s3") return xml(status, error);
  if (service === "ec2") return xml(status, `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`);
  if (["iam", "sts", "s3control", "rds"].includes(service))
    return xml(status, `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`);
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code };
  return { status, headers, body: JSON.stringify({ __type: code, message: "no" }) };
};

interface Ended {
  readonly name: string;
  readonly sent: number;
  readonly error: Error | null;
}

/** Calls every operation at once, each against the same fault. The user agent does not tell operations apart: the account does. */
const callAll = async (
  t: { after(work: () => unknown): void },
  fault: (service: ServiceName) => Reply,
  answerTimeoutMs = 60_000,
): Promise<readonly Ended[]> => {
  const sent = new Map<string, number>();
  const server = await serve((wire) =>
    wire.body.includes("Action=AssumeRole") ? assumed(wire) : count(wire, sent, fault),
  );
  process.env.AWS_ENDPOINT_URL = server.endpoint.replace("127.0.0.1", "localhost");
  t.after(() => {
    delete process.env.AWS_ENDPOINT_URL;
    return server.close();
  });
  // The roles are not under test: they may take as long as a busy machine makes them.
  const sts = new STSClient({ ...optionsAt(server.endpoint), requestHandler: { requestTimeout: 60_000 } });
  const options = { region: "eu-central-1", attempts: ATTEMPTS, connectTimeoutMs: 60_000, answerTimeoutMs };
  const role = { sts, roleName: "r", externalId: "e", partition: "aws", sessionName: "s" };
  const account = createAccount(createServiceClients(role, options));
  return Promise.all(
    cases.map(async ({ service, operation }, index): Promise<Ended> => {
      const name = `${service}:${operation}`;
      const accountId = String(100_000_000_000 + index);
      const error = await account.call({ service, operation, region: "eu-central-1", accountId, input: INPUT }).then(
        () => null,
        (cause: unknown) => cause as Error,
      );
      return { name, sent: sent.get(accountId) ?? 0, error };
    }),
  );
};

/** The key of the session names the account that it is for. */
const assumed = ({ body }: Wire): Reply => {
  const [, accountId] = /iam::(\d{12}):role/.exec(decodeURIComponent(body.toString()))!;
  return xml(
    200,
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA${accountId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
};

const count = ({ headers }: Wire, sent: Map<string, number>, fault: (service: ServiceName) => Reply): Reply => {
  const [, accountId] = /Credential=ASIA(\d{12})\//.exec(headers.authorization!)!;
  sent.set(accountId!, (sent.get(accountId!) ?? 0) + 1);
  return fault(cases[Number(accountId) - 100_000_000_000]!.service);
};

/** A bucket policy is the body itself, whatever it says: whoever parses it finds that it is none. */
const isRead = (name: string): boolean => /:(Get|List|Describe|Head)/.test(name) && name !== "s3:GetBucketPolicy";
const expectedSends = ({ name }: Ended): number => {
  const [service, operation] = name.split(":") as [ServiceName, string];
  return isOnceOnly(service, operation) ? 1 : ATTEMPTS;
};

test("throttling that does not end heals later, for every operation: TransientError, retried by the machine", async (t) => {
  const ended = await callAll(t, (service) =>
    refused(service, service === "s3" ? 503 : 400, service === "s3" ? "SlowDown" : "ThrottlingException"),
  );
  assert.ok(ended.length > 70);
  assert.deepEqual(
    ended.filter(({ error }) => !(error instanceof TransientError)).map(({ name, error }) => `${name}: ${error}`),
    [],
  );
  assert.deepEqual(
    ended.filter((one) => one.sent !== expectedSends(one)).map(({ name, sent }) => `${name} ${sent}`),
    [],
  );
});

test("a fault of the service is tried again and then said as it is, and what must happen once is sent once", async (t) => {
  const ended = await callAll(t, (service) => refused(service, 500, "InternalError"));
  assert.deepEqual(
    ended.filter(({ error }) => !(error instanceof ApiError)).map(({ name, error }) => `${name}: ${error}`),
    [],
  );
  assert.deepEqual(
    ended.filter((one) => one.sent !== expectedSends(one)).map(({ name, sent }) => `${name} ${sent}`),
    [],
  );
});

test("a denial is asked once and carries its code", async (t) => {
  const ended = await callAll(t, (service) => refused(service, 403, "AccessDenied"));
  assert.deepEqual(
    ended
      .filter(({ error }) => !(error instanceof ApiError && error.awsCode === "AccessDenied"))
      .map(({ name, error }) => `${name}: ${error}`),
    [],
  );
  assert.deepEqual(
    ended.filter(({ sent }) => sent !== 1).map(({ name, sent }) => `${name} ${sent}`),
    [],
  );
});

test("no answer ends in time as no answer, and never as done", async (t) => {
  const ended = await callAll(t, () => "hang", 3000);
  assert.deepEqual(
    ended
      .filter(({ error }) => !(error instanceof ApiError && error.awsCode === "TimeoutError"))
      .map(({ name, error }) => `${name}: ${error}`),
    [],
  );
  assert.deepEqual(
    ended.filter((one) => one.sent !== expectedSends(one)).map(({ name, sent }) => `${name} ${sent}`),
    [],
  );
});

test("a connection that breaks is no answer either", async (t) => {
  const ended = await callAll(t, () => "drop");
  assert.deepEqual(
    ended.filter(({ error }) => !(error instanceof ApiError)).map(({ name, error }) => `${name}: ${error}`),
    [],
  );
});

test("an answer that cannot be read is never taken for what was asked", async (t) => {
  const ended = await callAll(t, () => ({
    status: 200,
    headers: { "content-type": "application/xml" },
    body: "<<<{{{ not what a service says",
  }));
  assert.deepEqual(
    ended
      .filter(({ name, error }) => isRead(name) && !(error instanceof ApiError))
      .map(({ name, error }) => `${name}: ${error}`),
    [],
  );
  assert.deepEqual(
    ended.filter(({ error }) => error !== null && !(error instanceof ApiError)).map(({ name }) => name),
    [],
  );
});

test("a removal that finds nothing is an error at the first attempt", async (t) => {
  const ended = await callAll(t, (service) =>
    refused(service, 404, service === "s3" ? "NoSuchBucket" : "ResourceNotFoundException"),
  );
  const removals = ended.filter(({ name }) => isDeletion(name.split(":")[1]!));
  assert.ok(removals.length > 5);
  assert.deepEqual(
    removals.filter(({ error }) => !(error instanceof ApiError)).map(({ name }) => name),
    [],
  );
});
