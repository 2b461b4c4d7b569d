import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Environment } from "../../lib/aws/environment.ts";
import { createPorts } from "../../lib/aws/ports.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { readTimeStamp, timeStampRequest } from "../../lib/evidence/timestamp.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { stamp } from "../../lib/response/seal/timeStamp.ts";
import { createAuthority } from "../evidence/authority.ts";
import { type Answer, type Server, serve, type Wire } from "./wire.ts";

const NONCE = "f1e2d3c4b5a69788";
const SIGNATURE = Buffer.from("the signature of a statement");
const authority = createAuthority();

const portsWith = (timestampAuthority?: { readonly url: string }): Ports =>
  createPorts({ AWS_REGION: "eu-central-1" } as Environment, { timestampAuthority } as unknown as Settings);

const authorityAt = async (t: TestContext, answer: (wire: Wire) => Answer | Promise<Answer>): Promise<Server> => {
  const server = await serve(answer);
  t.after(server.close);
  return server;
};
const genuine = async ({ body }: Wire): Promise<Answer> => ({ status: 200, body: await authority.stamp(body) });

test("a function in AWS gets its token from the authority of the settings, as RFC 3161 asks, and openssl takes it", async (t) => {
  const { endpoint, seen } = await authorityAt(t, genuine);
  const request = timeStampRequest(SIGNATURE, NONCE);
  const response = await portsWith({ url: `${endpoint}/tsr` }).timeStamps!.stamp(request);
  assert.deepEqual(
    [seen.length, seen[0]!.method, seen[0]!.path, seen[0]!.headers["content-type"]],
    [1, "POST", "/tsr", "application/timestamp-query"],
  );
  assert.deepEqual(seen[0]!.body, Buffer.from(request));
  // An INTEGER whose first bit is set has a zero before it (X.690, 8.3).
  assert.equal(readTimeStamp(response, SIGNATURE, NONCE).nonce, `00${NONCE}`);
  writeFileSync(join(authority.folder, "aws.tsr"), response);
  writeFileSync(join(authority.folder, "signature"), SIGNATURE);
  const judged = ["ts", "-verify", "-data", "signature", "-in", "aws.tsr", "-CAfile", "ca.pem"];
  assert.match(authority.openssl(...judged).toString(), /^Verification: OK/);
});

test("a port that could not be loaded is loaded anew by the next call: a container lives on after a failure", async (t) => {
  let calls = 0;
  const { endpoint } = await authorityAt(t, ({ query }) => {
    calls += 1;
    if (calls === 1) return { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" };
    const empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    return query.has("list-type") ? { status: 200, body: empty } : { status: 404 };
  });
  const names = ["AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
  });
  t.after(() => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });
  const env = {
    ...{ AWS_REGION: "eu-central-1", CORDON_ACCOUNT: "111111111111", CORDON_EVIDENCE_BUCKET: "evidence" },
    ...{ CORDON_LEDGER_KEY: "key", CORDON_LEDGER_ORIGIN: "cordon.dev/ledger/test" },
    CORDON_RETENTION: { mode: "COMPLIANCE", days: 1 },
  } as Environment;
  const { ledger } = createPorts(env, {} as Settings);
  await assert.rejects(ledger.caseEntries("case-20260223-0123456789"), { code: "AUDIT_UNAVAILABLE" });
  assert.deepEqual(await ledger.caseEntries("case-20260223-0123456789"), []);
});

test("a port that is loaded with its first call refuses to be copied: the copy would have none of its methods", () => {
  const { cases } = portsWith();
  assert.throws(() => ({ ...cases }), /cannot be copied/);
  assert.equal(typeof cases.head, "function");
});

test("without an authority in the settings there is no port, and nobody is asked", () => {
  assert.equal("timeStamps" in portsWith(), false);
});

test("an authority that fails, redirects, floods or stamps something else costs the token and not the sealing", async (t) => {
  const elsewhere = await authorityAt(t, genuine);
  const other = await authority.stamp(timeStampRequest(Buffer.from("another signature"), NONCE));
  const answers: readonly Answer[] = [
    { status: 503 },
    { status: 302, headers: { location: elsewhere.endpoint } },
    { status: 200, body: Buffer.alloc(64 * 1024 + 1, 0x30) },
    { status: 200, body: other },
    { status: 200, body: "<html>sign in</html>" },
  ];
  for (const answer of answers) {
    const { endpoint } = await authorityAt(t, () => answer);
    const events: string[] = [];
    const cases = { append: async (_: string, { type }: { type: string }) => void events.push(type) };
    const { timeStamps } = portsWith({ url: endpoint });
    const ports = { timeStamps, cases, ids: { random: () => NONCE } } as unknown as Ports;
    assert.equal(await stamp("case-20260223-0123456789", ports)(SIGNATURE), null);
    assert.deepEqual(events, ["evidence.not-stamped"]);
  }
  assert.equal(elsewhere.seen.length, 0);
});
