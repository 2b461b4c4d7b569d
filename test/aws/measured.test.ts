import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { STSClient } from "@aws-sdk/client-sts";
import { measureInAws } from "../../lib/aws/measured.ts";
import { Environment } from "../../lib/case/environment.ts";

const ARN = "arn:aws:sts::111111111111:assumed-role/cordon-sealEvidence/session";
const ANSWER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${ARN}</Arn><UserId>A</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

test("in AWS the caller is whom STS says, and the clock is held against the date of its answer", async (t) => {
  const server = createServer((_, response) => {
    response.sendDate = false;
    response.writeHead(200, { "content-type": "text/xml", date: "Mon, 30 Nov 2026 07:00:10 GMT" }).end(ANSWER);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const sts = new STSClient({
    region: "eu-central-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  });
  const times = ["2026-11-30T07:00:02.000Z", "2026-11-30T07:00:02.200Z"];
  const facts = await measureInAws(sts, () => times.shift()!, "sealEvidence:7")();
  Environment.parse(facts);
  assert.deepEqual([facts.user, facts.host], [ARN, "sealEvidence:7"]);
  // 07:00:10 to 07:00:11 was in the middle of 07:00:02.0 and 07:00:02.2: 8.4 s ahead, give or take 0.6.
  assert.deepEqual([facts.clock!.offsetMs, facts.clock!.errorMs], [8400, 600]);
});
