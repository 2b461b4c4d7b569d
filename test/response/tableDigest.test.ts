import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { parse } from "../../lib/case/document.ts";
import { LOG_CUSTODY, read, SCAN_ROUND, write } from "../../lib/case/documents.ts";
import type { Row } from "../../lib/case/scan.ts";
import { queryText } from "../../lib/response/investigate/queries.ts";
import { keepTableDigest } from "../../lib/response/investigate/tableDigest.ts";
import { sealEvidence } from "../../lib/response/seal/sealEvidence.ts";
import { folderOf, getObject, requestOf, scan } from "../embedded/trailWorld.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { eventTypes, withHome } from "./run.ts";
import { openBareCase } from "./sealedCase.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** As the head of `table-digest.sql` says it, by hand. `columns`: all but `source_file`, in the order of the table. */
const byHand = (rows: readonly Row[], columns: readonly string[]): string => {
  const part = (value: unknown): string => (value === null ? "-" : `${[...String(value)].length}:${String(value)}`);
  const lines = rows.map((row) => sha256(columns.map((name) => part(row[name])).join(","))).sort();
  const parts = Map.groupBy(lines, (line) => line.slice(0, 3));
  return sha256(
    [...parts.keys()]
      .sort()
      .map((head) => sha256(parts.get(head)!.join("\n")))
      .join("\n"),
  );
};

const records = (keys: readonly string[]) =>
  keys.map((key, at) =>
    getObject({ eventID: `e-${at}`, requestID: `r-${at}`, requestParameters: { bucketName: "exports", key } }),
  );
const logsOf = (all: readonly object[]): Uint8Array => gzipSync(JSON.stringify({ Records: all }));

test("the digest of a table is that of its rows by hand: not of their order, their files or where those lay", async (t) => {
  const all = records([
    "a.csv",
    "b,1:c",
    "ünï-😀.txt",
    "line\nbreak",
    ...Array.from({ length: 300 }, (_, n) => `k${n}`),
  ]);
  const one = await scan(t, folderOf(t, { "a.json.gz": logsOf(all) }), requestOf({ buckets: ["exports"] }));
  const shuffled = { "x/z.json.gz": logsOf(all.slice(100)), "x/a.json.gz": logsOf(all.slice(0, 100).reverse()) };
  const other = await scan(t, folderOf(t, shuffled), requestOf({ buckets: ["exports"] }));
  const sql = queryText("table-digest");
  const [found] = await one.rows(sql);
  assert.deepEqual(await other.rows(sql), [found]);
  const rows = await one.rows("SELECT * FROM case_events");
  const columns = Object.keys(rows[0]!).filter((name) => name !== "source_file");
  assert.deepEqual(found, { table_rows: all.length, sha256: byHand(rows, columns) });

  const less = await scan(t, folderOf(t, { "a.json.gz": logsOf(all.slice(1)) }), requestOf({ buckets: ["exports"] }));
  assert.notEqual((await less.rows(sql))[0]!.sha256, found!.sha256);
  const none = await scan(t, folderOf(t, { "a.json.gz": logsOf([]) }), requestOf({ buckets: ["exports"] }));
  assert.deepEqual(await none.rows(sql), [{ table_rows: 0, sha256: sha256("") }]);
});

test("a case table that was changed between the first question and the sealing is told; one that cannot be asked is not called changed, and said not to be known", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await openBareCase(deployment);
    const base = deployment.portsOf(caseId);
    const answers: (readonly Row[] | Error)[] = [];
    const query = async (_id: string, name: string, sql: string, parameters: readonly string[]) => {
      const answer = name === "table-digest" ? answers.shift() : [];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error("asked once too often");
      return { name, sql, parameters, engine: "a test", bytesScanned: 0, rows: answer };
    };
    const ports = { ...base, trail: { ...base.trail, query } as typeof base.trail };
    const result = {
      ...{ engine: "a test", bytesScanned: 1, filesRead: 1, filesSetAside: [], eventsSeen: null, eventsKept: 2 },
      ...{ watermark: null, earliest: null },
    };
    const request = { ...requestOf({ buckets: ["exports"] }), caseId };
    await write(ports.cases, caseId, SCAN_ROUND.at("001"), { request, result, table: null });

    const before = { table_rows: 2, sha256: sha256("before") };
    answers.push([before]);
    await keepTableDigest(caseId, ports);
    await keepTableDigest(caseId, ports);
    const kept = await read(ports.cases, caseId, SCAN_ROUND.at("001"));
    assert.deepEqual(kept.rows, { rows: 2, sha256: before.sha256 }, "asked once for a table");

    const sealed = async (revision: number, kind: "preliminary" | "final") => {
      await sealEvidence({ caseId, kind, state: {} }, ports);
      const files = await sealedFiles(ports.vault, `${caseId}/r${revision}`);
      const custody = parse(LOG_CUSTODY, files.get(join("data", "log-custody.json"))!, "r");
      return { table: custody.table, compared: custody.compared, report: String(files.get("data/report.html")) };
    };
    answers.push(new Error("the table has expired"));
    const first = await sealed(1, "preliminary");
    assert.deepEqual([first.table!.here, first.compared], [null, false]);
    assert.doesNotMatch(first.report, /is not as it was when the first question/);
    assert.match(first.report, /whether the case table of round 1 is as it was/);
    assert.ok((await eventTypes(caseId, deployment)).includes("table.not-compared"));

    answers.push([{ table_rows: 1, sha256: sha256("after") }]);
    const second = await sealed(2, "final");
    assert.deepEqual(second.table, {
      round: 1,
      read: { rows: 2, sha256: before.sha256 },
      here: { rows: 1, sha256: sha256("after") },
    });
    assert.match(second.report, /case table of round 1 is not as it was/);
    assert.ok((await eventTypes(caseId, deployment)).includes("table.changed"));
  });
});
