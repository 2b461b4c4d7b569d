import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Cases, Ports } from "../../lib/ports/ports.ts";
import { ask } from "../../lib/response/investigate/queries.ts";
import { emptyDisk, memoryCases } from "../approval/memory.ts";

const CASE = "case-20260223-0123456789";

const answering = async (count: number, disk = emptyDisk(), wrap = (cases: Cases): Cases => cases) => {
  const rows = Array.from({ length: count }, (_, at) => ({ b: `key ${at} é`, a: at % 3 === 0 ? null : at }));
  const cases = wrap(memoryCases(disk, { now: () => "2026-11-30T00:00:00.000Z" }));
  const query = async () => ({ name: "reads", sql: "SELECT 1", parameters: [], engine: "e", bytesScanned: 1, rows });
  await ask(CASE, "reads", [], { cases, trail: { query } } as unknown as Ports);
  const text = async (name: string) => {
    const bytes = await cases.read(CASE, name);
    return bytes === null ? null : Buffer.from(bytes).toString("utf8");
  };
  const record = JSON.parse((await text("queries/reads.json"))!) as Record<string, unknown> & { rows: unknown[] };
  return { rows, record, lines: await text("queries/reads.rows.jsonl") };
};

test("a long answer is kept to its last row, and its digest is that of the rows joined as an array", async () => {
  const { rows, record, lines } = await answering(1_500);
  assert.deepEqual([record.rows.length, record.rowsTotal], [1_000, 1_500]);
  const kept = lines!.trimEnd().split("\n");
  assert.deepEqual(
    kept.map((line) => JSON.parse(line) as unknown),
    rows,
  );
  assert.equal(
    record.resultDigest,
    createHash("sha256")
      .update(`[${kept.join(",")}]`)
      .digest("hex"),
  );
});

test("a short answer is in its record alone", async () => {
  const { record, lines } = await answering(1_000);
  assert.deepEqual([record.rows.length, record.rowsTotal, lines], [1_000, 1_000, null]);
});

test("no query lists the documents of the case, and a fourth answer is not beside the rows of the third", async () => {
  const disk = emptyDisk();
  const listless = (cases: Cases): Cases => ({ ...cases, names: () => assert.fail("listed") });
  for (const count of [1_500, 3, 5, 2]) {
    const { record, lines } = await answering(count, disk, listless);
    assert.equal(record.rowsTotal, count);
    assert.equal(lines!.trimEnd().split("\n").length, count);
  }
});

test("a crash between record and rows leaves no rows that the next, shorter answer does not replace", async () => {
  const disk = emptyDisk();
  await assert.rejects(
    answering(1_500, disk, (cases) => ({
      ...cases,
      write: (caseId, name, body) =>
        name.endsWith("reads.json") ? assert.fail("the host fell over") : cases.write(caseId, name, body),
    })),
  );
  assert.equal((await answering(3, disk)).lines, null);
});

test("rows of an earlier, longer answer do not stay beside a shorter one", async () => {
  const disk = emptyDisk();
  await answering(1_500, disk);
  const { rows, record, lines } = await answering(3, disk);
  assert.equal(record.rowsTotal, 3);
  assert.deepEqual(
    lines!
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
    rows,
  );
});
