import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { huntVerb } from "../../lib/cli/hunt.ts";
import { investigate } from "../../lib/cli/investigate.ts";
import { createIo } from "../../lib/cli/io.ts";
import { readAlert } from "../../lib/core/hunt/alert.ts";
import { byValidity, entriesFor } from "../../lib/core/hunt/allow.ts";
import { parseRanges } from "../../lib/core/hunt/ranges.ts";
import { getObject } from "../embedded/trailWorld.ts";
import { FIXTURES } from "../response/run.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-hunt-cli-"));
after(() => rmSync(root, { recursive: true, force: true }));
const LOGS = join(FIXTURES, "field-cases/silent-half-elastic/logs");
const home = join(root, "home");

/** What a verb gives as JSON. */
const resultOf = async (verb: typeof huntVerb, values: Record<string, unknown>): Promise<any> => {
  const results: unknown[] = [];
  const io = { ...createIo({ json: true, quiet: true }), result: (value: unknown) => void results.push(value) };
  await verb.run({ positionals: [], values: { logs: LOGS, home, ...values } } as never, io);
  return results.at(-1);
};

const ALERTS: readonly (readonly [string, unknown, Partial<ReturnType<typeof readAlert>>])[] = [
  [
    "a row of Splunk, its event under _raw",
    {
      result: {
        _time: "1763647200",
        src_ip: "198.51.100.77",
        _raw: JSON.stringify({
          userIdentity: { accessKeyId: "AKIAQ3EXAMPLEFIELD01" },
          requestParameters: { bucketName: "harbor-ledgers-0391", key: "a/b.csv" },
        }),
      },
    },
    {
      addresses: ["198.51.100.77"],
      accessKeyIds: ["AKIAQ3EXAMPLEFIELD01"],
      buckets: ["harbor-ledgers-0391"],
      objectKeys: ["a/b.csv"],
      times: ["2025-11-20T14:00:00.000Z"],
    },
  ],
  [
    "an alert of Elastic",
    {
      _source: {
        "@timestamp": "2026-11-20T14:00:10.000Z",
        source: { ip: "2001:DB8:0:0::7" },
        aws: { s3: { bucket: { name: "harbor-ledgers-0391" } } },
      },
    },
    { addresses: ["2001:db8::7"], buckets: ["harbor-ledgers-0391"], times: ["2026-11-20T14:00:10.000Z"] },
  ],
  [
    "a finding of Security Hub",
    {
      Findings: [
        {
          CreatedAt: "2026-11-20T14:00:10Z",
          Resources: [
            { Type: "AwsS3Bucket", Id: "arn:aws:s3:::harbor-ledgers-0391" },
            { Type: "AwsIamUser", Id: "arn:aws:iam::444455556666:user/nadia.k" },
          ],
        },
      ],
    },
    { buckets: ["harbor-ledgers-0391"], principals: ["arn:aws:iam::444455556666:user/nadia.k"] },
  ],
  [
    "nothing that concerns us",
    { message: "hello", count: 7, nested: [[[]]] },
    { buckets: [], accessKeyIds: [], addresses: [] },
  ],
];
for (const [name, alert, expected] of ALERTS)
  test(`an alert is read by what its values are: ${name}`, () => {
    const said = readAlert(alert);
    for (const [member, value] of Object.entries(expected))
      assert.deepEqual(said[member as keyof typeof said], value, member);
  });

test("an alert of another tool opens the same investigation as its bucket and key", async () => {
  const file = join(root, "alert.json");
  writeFileSync(file, JSON.stringify(ALERTS[0]![1]).replace("1763647200", "1795183200"));
  const { suspects } = await resultOf(investigate, { alert: file });
  assert.deepEqual(suspects.flatMap((one: any) => one.accessKeyIds).sort(), [
    "AKIAQ3EXAMPLEBATCH02",
    "AKIAQ3EXAMPLEFIELD01",
  ]);
});

test("who empties a table bucket, or reads at an object lambda, is seen with every read", async () => {
  const logs = join(root, "tables");
  mkdirSync(logs);
  const reads = ["s3tables GetTableData", "s3-object-lambda GetObject", "s3express GetObject"].flatMap((read, kind) => {
    const [source, eventName] = read.split(" ") as [string, string];
    return Array.from({ length: 4 }, (_, at) =>
      getObject({ eventID: `id-${kind}-${at}`, eventSource: `${source}.amazonaws.com`, eventName }),
    );
  });
  writeFileSync(join(logs, "a.json"), JSON.stringify({ Records: reads }));
  const { suspects } = await resultOf(huntVerb, { logs });
  assert.deepEqual([suspects[0].reads, suspects[0].bytesOut], [12, 1200]);
});

test("who touched a bucket is told though nothing about it is unusual, by the number that --open takes", async () => {
  const [logs, report] = [join(root, "quiet"), join(root, "quiet-report")];
  mkdirSync(logs);
  const event = getObject({ eventID: "quiet-1" });
  writeFileSync(join(logs, "a.json"), JSON.stringify({ Records: [event] }));
  const told = async (bucket: string): Promise<string> => {
    const printed: string[] = [];
    const io = { ...createIo({ json: false, quiet: true }), print: (line: string) => void printed.push(line) };
    await investigate.run({ positionals: [], values: { logs, home, bucket, report } } as never, io);
    return printed.join("\n");
  };
  const { bucketName } = event.requestParameters as { bucketName: string };
  const line = /1\. .* from .*: 1 object, 1 read, .*1 call \(0 refused\)/;
  assert.match(await told(bucketName), line);
  for (const name of ["hunt.html", "hunt.md"])
    assert.match(readFileSync(join(report, name), "utf8").replaceAll(/<[^>]+>|[`\\]/g, ""), line);
  assert.match(await told("another-bucket"), /Nobody touched it/);
});

test("a listed range and an entry of the allow list are told; one that has run out counts no more", async () => {
  const [ranges, allow] = [join(root, "ranges.txt"), join(root, "allow.json")];
  writeFileSync(ranges, "# ours\n198.51.100.0/24 Tor exit\n2001:db8::/32 hosting\n");
  const plain = await resultOf(huntVerb, { ranges });
  const actor = plain.suspects.find((one: any) => one.addresses.includes("198.51.100.77"));
  assert.ok(actor.signs.some(({ id, says }: any) => id === "listed-range" && says.includes("Tor exit")));
  const entry = {
    identity: actor.identity,
    signs: actor.signs.map(({ id }: any) => id),
    owner: "ada",
    reason: "our own test",
  };
  writeFileSync(allow, JSON.stringify([{ ...entry, until: "2999-01-01" }]));
  const report = join(root, "report");
  const spared = (await resultOf(huntVerb, { ranges, allow, report })).suspects.find(
    (one: any) => one.identity === actor.identity && one.network === actor.network,
  );
  assert.deepEqual([spared.level, spared.signs, spared.allowed[0].owner], ["ordinary", [], "ada"]);
  writeFileSync(allow, JSON.stringify([{ ...entry, until: "2020-01-01" }]));
  const again = (await resultOf(huntVerb, { ranges, allow, report })).suspects.find(
    (one: any) => one.identity === actor.identity && one.network === actor.network,
  );
  assert.deepEqual(again.signs, actor.signs);
  for (const name of ["hunt.html", "hunt.md"]) {
    const text = readFileSync(join(report, name), "utf8");
    for (const part of ["nadia.k", "listed-range", "Run out on 2020-01-01"])
      assert.ok(text.includes(part), `${name} ${part}`);
  }
  const [finding] = readFileSync(join(report, "hunt.ocsf.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    [finding.class_uid, finding.type_uid, finding.evidences[0].src_endpoint.ip],
    [2004, 200401, "198.51.100.77"],
  );
  assert.equal(JSON.parse(readFileSync(join(report, "hunt.json"), "utf8")).schema, "cordon/hunt/v1");
});

test("lists that are none are refused by name of line or member, before anything is read", async () => {
  const bad = join(root, "bad.txt");
  writeFileSync(bad, "192.0.2.0/33\n");
  await assert.rejects(resultOf(huntVerb, { ranges: bad }), { code: "INPUT_INVALID", message: /line 1/ });
  await assert.rejects(resultOf(huntVerb, { allow: bad }), { code: "INPUT_INVALID", message: /--allow/ });
  writeFileSync(
    bad,
    JSON.stringify([{ identity: "x", signs: ["no-such-sign"], owner: "a", reason: "b", until: "2999-01-01" }]),
  );
  await assert.rejects(resultOf(huntVerb, { allow: bad }), { code: "INPUT_INVALID", message: /0\.signs\.0/ });
  await assert.rejects(resultOf(huntVerb, { ranges: join(root, "none") }), { code: "INPUT_UNREADABLE" });
  assert.equal(parseRanges("192.0.2.1").labelOf("192.0.2.1"), "listed range");
  assert.equal(parseRanges("192.0.2.1").labelOf("AWS Internal"), null);
  assert.deepEqual(byValidity([], "2026-01-01"), { valid: [], expired: [] });
  assert.deepEqual(entriesFor({ identity: "a", name: "b", network: "c" }, []), []);
});

test("what can be no key and no address is refused; a bucket may be given as people copy it", async () => {
  for (const wrong of [
    { key: "wJalrXUtnFEMI/K7MDENG" },
    { key: "AKIA" },
    { address: "1.2.3" },
    { address: "192.0.2.0/24" },
  ])
    await assert.rejects(resultOf(investigate, wrong), { code: "USAGE" });
  const { suspects } = await resultOf(investigate, { bucket: "s3://harbor-ledgers-0391/reports/" });
  assert.ok(suspects.length > 0);
});
