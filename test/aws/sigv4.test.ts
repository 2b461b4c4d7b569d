import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Sha256, signedHeaders } from "../../lib/aws/sigv4.ts";

/** Signs the same requests with botocore, which shares no code with the SDK for JavaScript. */
const BOTOCORE = `
import json, sys, datetime
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
def sign(one):
    at = datetime.datetime.strptime(one["at"], "%Y-%m-%dT%H:%M:%S.%fZ")
    botocore.auth.get_current_datetime = lambda *_: at
    keys = one["keys"]
    request = AWSRequest(method=one["method"], url=one["url"], data=one["body"].encode(), headers=one["headers"])
    request.headers["x-amz-content-sha256"] = one["digest"]
    auth = botocore.auth.SigV4Auth(Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys.get("sessionToken")), one["service"], one["region"])
    auth.add_auth(request)
    return request.headers["Authorization"]
print(json.dumps([sign(one) for one in json.load(sys.stdin)]))
`;

const LONG = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const SESSION = { ...LONG, accessKeyId: "ASIAEXAMPLE", sessionToken: "IQoJb3JpZ2luX2VjE//+=token" };
const requests = [
  {
    what: "a decision with long-lived keys",
    keys: LONG,
    url: "https://abcdefgh12.execute-api.eu-central-1.amazonaws.com/v1/decisions",
    body: '{"caseId":"case-20260223-0123456789"}',
    at: "2026-02-23T10:00:00.123Z",
  },
  {
    what: "a decision in a session",
    keys: SESSION,
    url: "https://abcdefgh12.execute-api.us-gov-west-1.amazonaws.com/v1/decisions",
    body: "{}",
    at: "2026-12-31T23:59:59.999Z",
  },
  {
    what: "a request with text beyond ASCII",
    keys: SESSION,
    url: "https://abcdefgh12.execute-api.cn-north-1.amazonaws.com.cn/v1/plans",
    body: '{"reason":"не наш, 確認済み"}',
    at: "2026-01-01T00:00:00.000Z",
  },
  {
    what: "a request behind a stage, a port and a query",
    keys: LONG,
    url: "http://127.0.0.1:4566/_aws/execute-api/abcd1234/$default/v1/decisions?b=2&a=1%202",
    body: "",
    at: "2026-06-15T12:30:45.000Z",
  },
].map((one) => ({
  ...one,
  method: "POST",
  service: "execute-api",
  region: "eu-central-1",
  headers: { "content-type": "application/json" },
}));

test("a request is signed as botocore signs it, to the last character of the header", async (context) => {
  const ours = await Promise.all(
    requests.map(({ keys, url, region, service, at, ...request }) =>
      signedHeaders({ ...request, url: new URL(url) }, { credentials: async () => keys, region, service }, at),
    ),
  );
  const input = requests.map((one, index) => ({ ...one, digest: ours[index]!["x-amz-content-sha256"] }));
  const judge = spawnSync("python3", ["-c", BOTOCORE], { input: JSON.stringify(input), encoding: "utf8" });
  if (/No module named 'botocore'/.test(judge.stderr) || judge.error !== undefined)
    return context.skip("botocore is not there to judge the signature");
  assert.equal(judge.status, 0, judge.stderr);
  const theirs = JSON.parse(judge.stdout) as readonly string[];
  for (const [index, { what }] of requests.entries()) assert.equal(ours[index]!.authorization, theirs[index], what);
});

// aws-sig-v4-test-suite, request "get-vanilla": keys, time and signature as AWS published them.
test("the official vector get-vanilla has the signature that AWS publishes", async () => {
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const signer = new SignatureV4({
    credentials: LONG,
    region: "us-east-1",
    service: "service",
    applyChecksum: false,
    sha256: Sha256 as never,
  });
  const { headers } = await signer.sign(
    {
      method: "GET",
      protocol: "https:",
      hostname: "example.amazonaws.com",
      path: "/",
      headers: { host: "example.amazonaws.com" },
    },
    { signingDate: new Date("2015-08-30T12:36:00Z") },
  );
  assert.match(headers.authorization!, /Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31$/);
});

test("a session's token is signed too, so that it cannot be exchanged", async () => {
  const headers = await signedHeaders(
    { method: "POST", url: new URL("https://a.example/v1/decisions"), headers: {}, body: "{}" },
    { credentials: async () => SESSION, region: "eu-central-1", service: "execute-api" },
    "2026-02-23T10:00:00.000Z",
  );
  assert.equal(headers["x-amz-security-token"], SESSION.sessionToken);
  assert.match(headers.authorization!, /SignedHeaders=[^,]*x-amz-security-token/);
});
