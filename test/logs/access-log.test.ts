import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseAccessLogLine } from "../../lib/logs/access-log.ts";
import { folderOf, requestOf, scan } from "../embedded/trailWorld.ts";

const REAL = new URL("../../../shared/data/test-only/elastic/test-s3-server-access.log", import.meta.url);
const OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
/** Put together after the log format in the S3 user guide. */
const line = (key: string, agent: string, uri = `GET /b/${key} HTTP/1.1`): string =>
  `${OWNER} exports [06/Feb/2026:00:01:57 +0000] 203.0.113.77 arn:aws:iam::111122223333:user/dev DD6CC733AEXAMPLE REST.GET.OBJECT ${key} "${uri}" 206 - 4194304 4406583 41754 28 "-" "${agent}" 3HL4kqtJvjVBH40Nrjfkd s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader exports.s3.eu-central-1.amazonaws.com TLSv1.2 - -`;

test("a ranged read: what was sent, the size of the whole, and who asked", () => {
  assert.deepEqual(parseAccessLogLine(line("a/b+c%2Bd.csv", "aws-cli/2")), {
    request_at: "2026-02-06T00:01:57Z",
    bucket: "exports",
    remote_ip: "203.0.113.77",
    requester: "arn:aws:iam::111122223333:user/dev",
    request_id: "DD6CC733AEXAMPLE",
    operation: "REST.GET.OBJECT",
    object_key: "a/b c+d.csv",
    http_status: "206",
    error_code: null,
    bytes_sent: 4_194_304,
    object_size: 4_406_583,
    user_agent: "aws-cli/2",
    version_id: "3HL4kqtJvjVBH40Nrjfkd",
    auth_type: "AuthHeader",
    has_expiry: false,
  });
});

test("a presigned request is one whose URI carries an expiry, not one whose key does", () => {
  const of = (key: string, uri: string) => parseAccessLogLine(line(key, "curl/8", uri))?.has_expiry;
  assert.equal(of("a.csv", "GET /b/a.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=3600 HTTP/1.1"), true);
  assert.equal(of("X-Amz-Expires=1", "GET /b/X-Amz-Expires=1 HTTP/1.1"), false);
});

test("a user agent full of quotes and field-like text changes no figure", () => {
  const parsed = parseAccessLogLine(line("k", 'x" 200 - 0 0 "y" - - SigV4 - QueryString "z'));
  assert.deepEqual([parsed?.bytes_sent, parsed?.http_status, parsed?.auth_type], [4_194_304, "206", "AuthHeader"]);
  assert.equal(parsed?.version_id, "3HL4kqtJvjVBH40Nrjfkd");
});

test("a line that is no access log, or has no time, is none", () => {
  for (const text of [
    "",
    "2 111122223333 eni-1 10.0.0.1 10.0.0.2 443 5000 6 10 840 1 2 ACCEPT OK",
    line("k", "a").replace("Feb", "Foo"),
  ])
    assert.equal(parseAccessLogLine(text), null);
});

test("seven real lines of several years: every one is read", {
  skip: existsSync(REAL) ? false : "needs shared/data",
}, () => {
  const entries = readFileSync(REAL, "utf8").trim().split("\n").map(parseAccessLogLine);
  assert.deepEqual(
    entries.map((one) => [one?.request_at, one?.operation, one?.http_status, one?.object_size]),
    [
      ["2019-08-01T00:24:41Z", "REST.GET.LOCATION", "200", null],
      ["2019-08-01T00:24:42Z", "REST.GET.LOCATION", "200", null],
      ["2019-08-01T00:24:43Z", "REST.GET.BUCKET", "200", null],
      ["2019-09-10T15:11:07Z", "BATCH.DELETE.OBJECT", "204", 344_017],
      ["2019-09-19T17:06:39Z", "BATCH.DELETE.OBJECT", "204", 57_138],
      ["2021-07-14T18:57:31Z", "REST.PUT.OBJECT", "200", 773],
      ["2025-03-25T19:28:02Z", "S3.EXPIRE.OBJECT", null, 317],
    ],
  );
  assert.deepEqual(entries.map((one) => one?.object_key).slice(3, 5), [
    "jolokia-war-1.5.0.war",
    "Screen Shot 2019-09-09 at 9.08.44 AM.png",
  ]);
});

test("hostile keys and agents of an access log come out of the question about reads as data", async (context) => {
  const keys = [
    "a'); DROP TABLE access_log;--",
    "line\nfeed\u0000",
    "\u202eevil.exe",
    "=1+1",
    '"quoted" <img src=x>',
    "100%",
  ];
  const lines = keys.map((key, at) =>
    line(encodeURIComponent(key), 'x" 200 - 0 0 "y', "GET / HTTP/1.1").replace("DD6CC733AEXAMPLE", `R${at}`),
  );
  const scanned = await scan(
    context,
    folderOf(context, { "access/2026-02-06-00-20-00-ABC": [...lines, "a line that is none"].join("\n") }),
    requestOf({ buckets: ["exports"] }),
  );
  const sql = readFileSync(new URL("../../lib/sql/access-log-reads.sql", import.meta.url), "utf8");
  const rows = await scanned.rows(sql, "2026-01-01T00:00:00Z");
  assert.deepEqual(rows.map(({ object_key }) => object_key).toSorted(), keys.toSorted());
  assert.ok(rows.every(({ bytes_sent, in_cloudtrail }) => bytes_sent === 4_194_304 && in_cloudtrail === false));
  assert.deepEqual(
    scanned.result.inventory?.otherLogs?.map(({ entries, unread }) => [entries, unread]),
    [[keys.length, 1]],
  );
});
