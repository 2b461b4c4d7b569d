import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { accountsIn, ofAccounts } from "../../lib/aws/lakeScope.ts";
import { createLogLister } from "../../lib/aws/logFiles.ts";

const PLACE = {
  ...{ bucket: "lake", owner: "333333333333", prefix: "", organizationId: "o-abcdefghij" },
  ...{ accounts: null, regions: ["eu-central-1"] },
};
const DAY = { firstDay: "2026/11/20", lastDay: "2026/11/21", accounts: ["222222222222"] };

/** A bucket whose one folder holds `perDay` files of 10 bytes on each of five days, listed as S3 lists: sorted, in pages. */
const bucketOf = (perDay: number) => {
  const asked: string[] = [];
  const keyAt = (prefix: string, at: number): string => {
    const [day, of] = [Math.floor(at / perDay) + 18, at % perDay];
    const time = `${String(Math.floor(of / 3600) % 24).padStart(2, "0")}${String(Math.floor(of / 60) % 60).padStart(2, "0")}`;
    return `${prefix}2026/11/${day}/222222222222_CloudTrail_eu-central-1_202611${day}T${time}Z_${String(of).padStart(16, "A")}.json.gz`;
  };
  const send = async ({ input }: ListObjectsV2Command) => {
    const { Prefix = "", StartAfter = "", ContinuationToken } = input;
    asked.push(Prefix);
    if (!Prefix.includes("/CloudTrail/")) return { Contents: [] };
    let from = ContinuationToken === undefined ? 0 : Number(ContinuationToken);
    while (ContinuationToken === undefined && from < 5 * perDay && keyAt(Prefix, from) <= StartAfter) from += perDay;
    const to = Math.min(from + 1000, 5 * perDay);
    const Contents = Array.from({ length: to - from }, (_, at) => ({ Key: keyAt(Prefix, from + at), Size: 10 }));
    return to < 5 * perDay ? { Contents, NextContinuationToken: String(to) } : { Contents };
  };
  return { asked, lister: createLogLister({ send } as unknown as S3Client, PLACE) };
};

test("only the days and the accounts of the window are counted, with one listing a folder", async () => {
  const { asked, lister } = bucketOf(30);
  const measured = await lister.measure(DAY);
  assert.equal(measured?.files, 60);
  assert.equal(measured?.bytes, 600);
  assert.deepEqual(measured?.deliveryHours, ["2026-11-20T00", "2026-11-21T00"]);
  assert.equal(measured?.edges.length, 40);
  assert.deepEqual(asked, [
    "AWSLogs/o-abcdefghij/222222222222/CloudTrail/eu-central-1/",
    "AWSLogs/o-abcdefghij/222222222222/CloudTrail-Digest/eu-central-1/",
  ]);
  assert.equal((await lister.list(DAY))?.logs.length, 60);
});

test("many files are counted without being kept; more than 200,000 are not listed by name", async () => {
  // A million takes a quarter of a minute here, most of it for making the names.
  const many = process.env.CORDON_LONG === undefined ? 20_000 : 1_000_000;
  const { lister } = bucketOf(many / 2);
  const measured = await lister.measure(DAY);
  assert.equal(measured?.files, many);
  assert.ok((measured?.edges.length ?? 0) <= 40);
  assert.equal((await lister.list(DAY))?.logs.length ?? null, many > 200_000 ? null : many);
});

test("an organisation is not listed as a whole: nobody said which accounts", async () => {
  const { asked, lister } = bucketOf(1);
  assert.equal(await lister.measure({ ...DAY, accounts: undefined }), null);
  assert.deepEqual(asked, []);
});

test("accounts become a condition on the partition, and nothing but an account's id becomes SQL", () => {
  const sql = "SELECT 1 FROM cloudtrail_logs WHERE day >= ? AND day <= ? AND eventtime >= ?";
  assert.equal(
    ofAccounts(sql, ["111111111111", "222222222222"]),
    "SELECT 1 FROM cloudtrail_logs WHERE account IN ('111111111111', '222222222222') AND day >= ? AND day <= ? AND eventtime >= ?",
  );
  assert.equal(ofAccounts(sql, undefined), sql);
  for (const strange of [[], ["1' OR '1'='1"], ["11111111111"]])
    assert.throws(() => accountsIn(strange), { code: "INPUT_INVALID" });
});
