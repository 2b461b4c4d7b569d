import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { wholeText } from "../cli/wholeText.ts";
import { THEFT } from "../embedded/theftShapes.ts";
import { ACCOUNT, BUCKET, bucket, FINDING, jsonLines, look, object, placesOf, read } from "./inputWorld.ts";

const GOOD = { "good.jsonl": jsonLines(THEFT) };
const AP = `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/my-ap`;
const ALIAS = "my-ap-abcdefghijklmnopqrstuvwxyz012345-s3alias";

test("reads through an access point, an alias, a multi-region or Object Lambda access point are reads of the bucket that the resources name", async () => {
  const named = [AP, ALIAS, "my-olap-abcdefghijklmnopqrst--ol-s3", "mfzwi23gnjvgw.mrap", "Harbor-Ledgers-0391"];
  const looked = await look({
    "a.jsonl": jsonLines(
      named.map((bucketName, at) => read(`k/${at}`, { requestParameters: { bucketName, key: `k/${at}` } })),
    ),
  });
  assert.deepEqual(
    placesOf(looked),
    named.map((_, at) => `${BUCKET}/k/${at}`),
  );
  assert.deepEqual(looked.view.theft.buckets, [BUCKET]);
});

const copy = (source: string, key: string, from: readonly unknown[] = []) =>
  read(`loot/${key}`, {
    eventName: "CopyObject",
    requestParameters: { bucketName: "elsewhere", key: `loot/${key}`, "x-amz-copy-source": source },
    resources: [object("elsewhere", `loot/${key}`), bucket("elsewhere", "999988887777"), ...from],
  });

test("a copied object is the source, in every spelling of it; by an access point the one that the resources name", async () => {
  const own = (key: string) => [object(BUCKET, key), bucket(BUCKET, ACCOUNT)];
  const looked = await look({
    "a.jsonl": jsonLines([
      copy(`${BUCKET}/plain`, "0"),
      copy(`/${BUCKET}/slash`, "1"),
      copy(`${BUCKET}%2Fencoded`, "2"),
      copy(`%2F${BUCKET}%2Fslash%20encoded`, "3"),
      copy(`${BUCKET}/with%20space?versionId=abc`, "4"),
      copy(`${AP}/object/by-arn`, "5", own("by-arn")),
      copy(encodeURIComponent(`${AP}/object/by arn+encoded`), "6", own("by arn+encoded")),
      copy(`${ALIAS}/by-alias`, "7", own("by-alias")),
      copy(`arn:aws:s3::${ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap/object/by-mrap`, "8", own("by-mrap")),
      copy(`${AP}/object/nobody/knows`, "9"),
    ]),
  });
  assert.deepEqual(placesOf(looked), [
    `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint:my-ap/nobody/knows`,
    ...[
      "by arn+encoded",
      "by-alias",
      "by-arn",
      "by-mrap",
      "encoded",
      "plain",
      "slash",
      "slash encoded",
      "with space",
    ].map((key) => `${BUCKET}/${key}`),
  ]);
  assert.equal(looked.view.theft.upperBound, null, "what bucket lies behind the access point is not known");
});

test("a bucket's name is never a pattern: one that is none in any language loses nothing", async () => {
  const looked = await look({
    "a.jsonl": jsonLines([
      ...THEFT,
      read("x", {
        eventName: "CopyObject",
        requestParameters: { bucketName: "thief(bucket", key: "x", "x-amz-copy-source": `${BUCKET}/secret` },
        resources: [],
      }),
    ]),
  });
  assert.equal(looked.objects.length, 13);
});

test("S3 Tables are counted in the table bucket that the resources name; vectors and file systems are named, and void the upper bound", async () => {
  const table = (key: string) =>
    read(key, {
      eventSource: "s3tables.amazonaws.com",
      requestParameters: { key },
      resources: [
        { type: "AWS::S3Tables::TableBucket", ARN: `arn:aws:s3tables:eu-west-1:${ACCOUNT}:bucket/ledger-tables` },
        { type: "AWS::S3Tables::Table", ARN: `arn:aws:s3tables:eu-west-1:${ACCOUNT}:bucket/ledger-tables/table/8d2f` },
      ],
    });
  const counted = await look({ ...GOOD, "t.jsonl": jsonLines([table("data/0.parquet"), table("data/1.parquet")]) });
  assert.deepEqual(counted.view.theft.certain?.objects, 14);
  assert.deepEqual(counted.view.theft.buckets, [BUCKET, "ledger-tables"]);

  const event = (eventSource: string, eventName: string) =>
    read("", { eventSource, eventName, requestParameters: {}, resources: [] });
  const named = await look({
    ...GOOD,
    "v.jsonl": jsonLines([
      event("s3vectors.amazonaws.com", "QueryVectors"),
      event("s3files.amazonaws.com", "CreateMountTarget"),
    ]),
  });
  assert.deepEqual([named.view.theft.certain?.objects, named.view.theft.upperBound], [12, null]);
  for (const name of ["QueryVectors", "CreateMountTarget"])
    assert.ok(
      named.view.theft.notKnown.some((line) => line.includes(name)),
      name,
    );
});

test("one event id with two contents: the graver one counts, both are named, and there is no upper bound", async () => {
  const secret = read("dup/secret.csv", { additionalEventData: { bytesTransferredOut: 5_000_000 } });
  const harmless = {
    ...secret,
    errorCode: "AccessDenied",
    requestParameters: { bucketName: BUCKET, key: "dup/harmless.txt" },
  };
  for (const files of [
    { "000.jsonl": jsonLines([harmless]), "zzz.jsonl": jsonLines([...THEFT, secret]) },
    { "a.jsonl": jsonLines([harmless, secret, ...THEFT]) },
  ]) {
    const { view, objects } = await look(files);
    assert.ok(objects.some(({ key }) => key === "dup/secret.csv"));
    assert.equal(view.theft.upperBound, null);
    assert.ok(view.coverage.holes.some((hole) => hole.includes(String(secret.eventID))));
  }
});

test("bytes that no answer can have are not summed, and said to be in no total", async () => {
  const sizes = [-5_000_000, "1e308", "NaN", "9223372036854775807", {}, 1e15];
  const { view } = await look({
    ...GOOD,
    "b.jsonl": jsonLines(
      sizes.map((bytesTransferredOut, at) => read(`b/${at}`, { additionalEventData: { bytesTransferredOut } })),
    ),
  });
  assert.deepEqual([view.theft.certain?.objects, view.theft.certain?.bytes], [12 + sizes.length, 12_066]);
  assert.ok(view.theft.notKnown.some((line) => /^6 objects .*bytes are in no total/.test(line)));
});

test("a record of the future, or with a time that no clock shows, moves no watermark; the second is a hole", async () => {
  const { view } = await look({
    "a.jsonl": jsonLines([
      ...THEFT,
      read("f", { eventTime: "2099-01-01T00:00:00Z" }),
      read("h", { eventTime: "2026-11-20T25:12:00Z" }),
    ]),
  });
  assert.equal(view.coverage.watermark, "2026-11-20T14:11:10Z");
  assert.match(view.coverage.setAside[0]!.reason, /a record has no time/);
});

test("addresses are compared as addresses, however a finding or a log spells them", async () => {
  const finding = JSON.parse(JSON.stringify(await import("./inputWorld.ts").then(({ FINDING }) => FINDING)));
  finding.detail.service.action.awsApiCallAction.remoteIpDetails = {
    ipAddressV6: "2001:0DB8:85a3:0000:0000:8a2e:0370:7334",
  };
  const spellings = ["2001:db8:85a3::8a2e:370:7334", "2001:db8:85a3:0:0:8A2E:370:7334"];
  const { view } = await look(
    { "a.jsonl": jsonLines(spellings.map((sourceIPAddress, at) => read(`k/${at}`, { sourceIPAddress }))) },
    { finding },
  );
  assert.deepEqual([view.theft.certain?.objects, view.theft.addresses], [2, ["2001:db8:85a3::8a2e:370:7334"]]);
});

test("a private address is somebody else's in every network: it counts only through the same VPC endpoint", async () => {
  const finding = JSON.parse(JSON.stringify(await import("./inputWorld.ts").then(({ FINDING }) => FINDING)));
  finding.detail.service.action.awsApiCallAction.remoteIpDetails = { ipAddressV4: "10.0.3.9" };
  const other = {
    type: "IAMUser",
    principalId: "AIDAOTHER",
    arn: `arn:aws:iam::${ACCOUNT}:user/o`,
    accessKeyId: "AKIAOTHER",
  };
  const from = (key: string, vpcEndpointId: string, who: object = {}) =>
    read(key, { sourceIPAddress: "10.0.3.9", vpcEndpointId, ...who });
  const looked = await look(
    {
      "a.jsonl": jsonLines([
        from("mine", "vpce-0a"),
        from("near", "vpce-0a", { userIdentity: other }),
        from("elsewhere", "vpce-0b", { userIdentity: other }),
      ]),
    },
    { finding },
  );
  assert.deepEqual(
    looked.objects.map(({ key, certainty }) => [key, certainty]),
    [
      ["mine", "certain"],
      ["near", "upper-bound"],
    ],
  );
});

/** Each is set aside by name; the theft beside it is counted all the same. */
const BAD: Readonly<Record<string, string | Buffer>> = {
  "deep.json": `[{"eventVersion":"1"},${"[".repeat(200_000)}${"]".repeat(200_000)}]`,
  "braces.json": "{\n".repeat(100_000),
  "quotes.json": '{"\n'.repeat(100_000),
  "bomb.json.gz": gzipSync(Buffer.alloc(160 * 1024 * 1024, "{\n")),
  "long-line.log": `${"7009a8971cd538e11f6b6606438875e7c86c5b672f46db45460ddcd087d36c32"} b [23/Feb/2026:03:12:38 +0000] ${"x".repeat(3_000_000)}\n`,
  "half.jsonl": jsonLines([read("h")]).slice(0, 300),
  "open-list.json": `{"Records":[${JSON.stringify(read("o"))}`,
  "half.csv": `eventid,eventtime,eventname,eventsource\n"a","2026`,
  "half.parquet": "PAR1 and no more",
  "half.zip": Buffer.from("504b030414000000", "hex"),
  "half.tar": Buffer.concat([Buffer.from("a.json"), Buffer.alloc(142), Buffer.from("0000000\0 0")]),
  "archive.7z": Buffer.from("377abcaf271c0004", "hex"),
  "notes.txt": "somebody looked at it\n",
  "other.json": '{"name":"package","version":"1"}',
  "behind.gz": Buffer.concat([gzipSync(jsonLines([read("p")])), Buffer.from("\nAKIAQ3EXAMPLEFIELD01")]),
};

test("bad files of every kind are set aside by name, cost no good record, and leave no upper bound", async () => {
  const { view } = await look({ ...GOOD, ...BAD });
  assert.ok((view.theft.certain?.objects ?? 0) >= 12);
  assert.equal(view.theft.upperBound, null);
  assert.deepEqual(view.coverage.setAside.map(({ file }) => file).sort(), Object.keys(BAD).sort());
  assert.equal(view.coverage.input?.files, 1 + Object.keys(BAD).length);
  assert.match(view.coverage.holes[0]!, /^15 files could not be read, or not all of it: .* and 10 more\./);
});

test("links are followed once, out of the folder and not in circles; pipes and links to nowhere are named", async () => {
  const looked = await look(
    { "good.jsonl": jsonLines(THEFT.slice(0, 4)) },
    {
      prepare: (logs, outside) => {
        writeFileSync(join(outside, "more.jsonl"), jsonLines(THEFT.slice(4)));
        symlinkSync(outside, join(logs, "linked"));
        symlinkSync(join(outside, "more.jsonl"), join(logs, "linked-again.jsonl"));
        symlinkSync(logs, join(outside, "circle"));
        symlinkSync(join(logs, "good.jsonl"), join(logs, "good-again.jsonl"));
        symlinkSync(join(outside, "nothing"), join(logs, "nowhere.json"));
        execFileSync("mkfifo", [join(logs, "pipe")]);
      },
    },
  );
  assert.equal(looked.view.theft.certain?.objects, 12);
  assert.equal(looked.view.theft.certain?.calls, 12);
  assert.deepEqual(looked.view.coverage.setAside.map(({ file }) => file).sort(), ["nowhere.json", "pipe"]);
});

test("logs of another time and account are said to be outside the case, and are no zero", async () => {
  const { view } = await look({
    "AWSLogs/218007301253_CloudTrail_eu-west-1_20230710T1145Z_abcdEFGH12345678.json.gz": gzipSync("{}"),
    "old.jsonl": jsonLines([read("x", { eventTime: "2023-07-10T11:42:18Z", recipientAccountId: "123837392027" })]),
  });
  assert.deepEqual(view.coverage.input?.says.slice(1), [
    "1 file of account 123837392027, July 2023, outside this case.",
    "1 file of account 218007301253, July 2023, outside this case.",
  ]);
  assert.deepEqual([view.theft.certain, view.theft.upperBound], [null, null]);
});

test("logs that are all of another account leave no upper bound, and the accounts are named", async () => {
  const { view } = await look({
    "a.jsonl": jsonLines(THEFT.map((one) => ({ ...one, recipientAccountId: "999988887777" }))),
  });
  assert.equal(view.theft.upperBound, null);
  assert.ok(view.coverage.holes.some((hole) => hole.includes("999988887777") && hole.includes(ACCOUNT)));
});

test("a record that lost its id, of a request that another file has with its id, is one call", async () => {
  const trimmed = THEFT.map(({ eventID: _, ...rest }) => rest);
  const { view } = await look({ ...GOOD, "trimmed.jsonl": jsonLines(trimmed) });
  assert.deepEqual(view.theft.upperBound, { objects: 12, calls: 12, bytes: 12_066 });
});

test("what GuardDuty knew of sensitive data is said before anything is classified", async () => {
  const finding = structuredClone(FINDING) as { detail: { service: Record<string, unknown> } };
  const sequenceIndicators = [{ key: "SENSITIVE_DATA", values: ["s3"] }];
  finding.detail.service.detection = { sequence: { sequenceIndicators } };
  const { view } = await look({ "a.jsonl": jsonLines([read("a")]) }, { finding });
  assert.deepEqual(view.finding.sensitiveData, ["s3"]);
  assert.match(wholeText(view), /GuardDuty knew of sensitive data in what was touched \(s3\)/);
});
