import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { isInside } from "../../lib/core/logs/flowLog.ts";
import { createFlowReader, isFlowLog } from "../../lib/logs/flow-log.ts";
import { folderOf, requestOf, scan } from "../embedded/trailWorld.ts";

const TEST_ONLY = new URL("../../../shared/data/test-only/", import.meta.url).pathname;
const REAL = `${TEST_ONLY}elastic/vpcflow-test-extra-samples.log`;
/** Amazon VPC user guide, "Flow log record examples". */
const ACCEPTED =
  "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK";
const NO_DATA = "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA";
/** Amazon VPC user guide, "Traffic through a NAT gateway": fields in an order of the customer's own. */
const NAT_HEADER = "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes start end action";
const NAT =
  "i-01234567890123456 eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5 77 1418530010 1418530070 ACCEPT";

test("a record of the default format needs no header", () => {
  assert.ok(isFlowLog(`${ACCEPTED}\n`));
  const entry = createFlowReader()(ACCEPTED);
  assert.ok(entry !== null && entry !== "header");
  assert.deepEqual(
    [
      entry.interface_id,
      entry.srcaddr,
      entry.dstaddr,
      entry.dstport,
      entry.bytes,
      entry.start_at,
      entry.end_at,
      entry.action,
    ],
    [
      "eni-1235b8ca123456789",
      "172.31.16.139",
      "172.31.16.21",
      22,
      4249,
      "2014-12-14T04:06:50Z",
      "2014-12-14T04:07:50Z",
      "ACCEPT",
    ],
  );
});

test("a header of field names sets the order of the records after it", () => {
  assert.ok(isFlowLog(`${NAT_HEADER}\n${NAT}\n`));
  const read = createFlowReader();
  assert.equal(read(NAT_HEADER), "header");
  const entry = read(NAT);
  assert.ok(entry !== null && entry !== "header");
  assert.deepEqual(
    [entry.instance_id, entry.pkt_dstaddr, entry.bytes, entry.account_id],
    ["i-01234567890123456", "203.0.113.5", 77, null],
  );
});

test("a record without data has times and no figures; a line with too few values is none", () => {
  const entry = createFlowReader()(NO_DATA);
  assert.ok(entry !== null && entry !== "header");
  assert.deepEqual([entry.bytes, entry.srcaddr, entry.action], [null, null, null]);
  assert.equal(createFlowReader()("2 123456789010 eni-1"), null);
});

test("plain text, access logs and headers of other tables are no flow logs", () => {
  for (const text of ["", "hello world again", "srcaddr dstaddr", "a b c d e f g", "start end bytes"])
    assert.equal(isFlowLog(text), false, text);
});

test("addresses of private networks are inside, all others outside", () => {
  for (const address of ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd00::1", "fe80::1"])
    assert.equal(isInside(address), true, address);
  for (const address of ["172.32.0.1", "172.15.0.1", "100.128.0.1", "203.0.113.5", "2001:db8::1", "11.0.0.1"])
    assert.equal(isInside(address), false, address);
});

test("real records of versions 2 and 5, by IPv4 and IPv6, are read as another parser reads them", {
  skip: existsSync(REAL) ? false : "needs shared/data",
}, () => {
  const lines = readFileSync(REAL, "utf8").trim().split("\n");
  const read = createFlowReader();
  assert.deepEqual(
    lines.map((line) => {
      const entry = read(line);
      return entry === null || entry === "header" ? entry : [entry.srcaddr, entry.bytes, entry.action];
    }),
    [
      ["2001:db8:1234:a100:8d6e:3477:df66:f105", 8855, "ACCEPT"],
      [null, null, null],
      [null, null, null],
      ["78.24.182.42", 4249, "ACCEPT"],
      ["78.24.182.42", 4249, "REJECT"],
      ["203.0.113.12", 336, "ACCEPT"],
      ["172.31.16.139", 336, "REJECT"],
    ],
  );
});

test("what Sekoia's parser says of real default records, this one says too", {
  skip: existsSync(`${TEST_ONLY}sekoia`) ? false : "needs shared/data",
}, () => {
  let compared = 0;
  for (const path of globSync(`${TEST_ONLY}sekoia/aws-flow-logs/*.json`)) {
    const { input, expected } = JSON.parse(readFileSync(path, "utf8"));
    if (!/^2 \d/.test(input.message) || expected.source?.ip === undefined) continue;
    const entry = createFlowReader()(input.message);
    assert.ok(entry !== null && entry !== "header");
    assert.deepEqual([entry.srcaddr, entry.dstaddr], [expected.source.ip, expected.destination.ip]);
    assert.equal(entry.bytes, expected.source.bytes);
    compared++;
  }
  assert.ok(compared >= 3);
});

const flow = (from: string, to: string, bytes: number, instance = "-"): string =>
  `${instance} eni-1 ${from} ${to} ${from} ${to} ${bytes} 1795216200 1795216260 ACCEPT`;

test("of a scan's flows those of an address or an instance in question are kept, and large ones to the internet", async (context) => {
  const lines = [
    NAT_HEADER,
    flow("10.0.0.5", "203.0.113.77", 10),
    flow("10.0.0.6", "198.51.100.9", 5_000, "i-01234567890123456"),
    flow("10.0.0.7", "198.51.100.8", 10_000_000),
    flow("10.0.0.7", "198.51.100.8", 9_999_999),
    flow("10.0.0.7", "10.0.0.9", 90_000_000),
    flow("198.51.100.8", "10.0.0.7", 90_000_000),
    "a line that is none",
  ];
  const scanned = await scan(
    context,
    folderOf(context, { "vpc/flow.log.gz": gzipSync(`${lines.join("\n")}\n`) }),
    requestOf({ addresses: ["203.0.113.77"], principalIds: ["AROAINSTANCE:i-01234567890123456"] }),
  );
  const rows = await scanned.rows("SELECT dstaddr, bytes, source_file FROM flow_log ORDER BY bytes");
  assert.deepEqual(
    rows.map(({ dstaddr, bytes }) => [dstaddr, bytes]),
    [
      ["203.0.113.77", 10],
      ["198.51.100.9", 5_000],
      ["198.51.100.8", 10_000_000],
    ],
  );
  assert.equal(rows[0]?.source_file, "vpc/flow.log.gz");
  const at = "2026-11-20T23:10:00Z";
  assert.deepEqual(scanned.result.inventory?.otherLogs, [
    { log: "vpc-flow-log", files: 1, entries: 6, unread: 1, earliest: at, latest: at },
  ]);
  assert.deepEqual(
    scanned.result.filesSetAside.map(({ file }) => file),
    ["vpc/flow.log.gz"],
  );
});

test("hostile text in a flow log comes out as data and breaks nothing after it", async (context) => {
  const evil = "i-');DROP\u202e=1+1\u0000";
  const lines = [NAT_HEADER, flow("10.0.0.5", "203.0.113.77", 10, evil), flow("10.0.0.5", "203.0.113.77", 20)];
  const scanned = await scan(
    context,
    folderOf(context, { "flow.log": Buffer.from(lines.join("\r\n")) }),
    requestOf({ addresses: ["203.0.113.77"] }),
  );
  assert.deepEqual(await scanned.rows("SELECT instance_id, bytes FROM flow_log ORDER BY bytes"), [
    { instance_id: evil, bytes: 10 },
    { instance_id: null, bytes: 20 },
  ]);
});
