import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout } from "node:timers/promises";
import { openDuck } from "../../lib/embedded/trail-duckdb.ts";
import { delivered, finish, getObject, requestOf, tempDir, trailOf } from "./trailWorld.ts";

const WORLD = new URL("./trailWorld.ts", import.meta.url).href;
const FILES = 12;
const RECORDS = 30;

/** Starts the scan in another process, which stands still in the middle of it: a slow machine changes nothing. */
const startElsewhere = (logs: string, home: string) => {
  const request = JSON.stringify(requestOf({ accessKeyIds: ["AKIATHIEF"] }));
  const script = `import { existsSync, writeFileSync } from "node:fs";
    import { trailOf } from ${JSON.stringify(WORLD)};
    await trailOf(${JSON.stringify(logs)}, ${JSON.stringify(home)}).start(${request});
    while (!existsSync(${JSON.stringify(join(home, LOCK))})) await new Promise((done) => setTimeout(done, 1));
    writeFileSync(${JSON.stringify(join(home, MARK))}, "");
    process.kill(process.pid, "SIGSTOP");`;
  return spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "ignore" });
};

const LOCK = "case-1/trail/round-1.work/lock.duckdb";

const MARK = "stands-still";

const makeLogs = (folder: string): string => {
  const logs = join(folder, "logs");
  mkdirSync(logs);
  for (let file = 0; file < FILES; file++) {
    const records = Array.from({ length: RECORDS }, (_, at) => getObject({ eventID: `${file}-${at}` }));
    writeFileSync(join(logs, `${String(file).padStart(4, "0")}.json.gz`), delivered(...records));
  }
  return logs;
};

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await setTimeout(10);
};

test("a scan whose process is killed is finished by the next one, whole", async (context) => {
  const folder = tempDir(context);
  const logs = makeLogs(folder);
  const child = startElsewhere(logs, folder);
  await until(() => existsSync(join(folder, MARK)));
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(existsSync(join(folder, "case-1/trail/round-1.json")), false, "killed before the end");
  const result = await finish(trailOf(logs, folder), "case-1#1");
  assert.equal(result.eventsKept, FILES * RECORDS);
});

/** A file as DuckDB makes it, with what it had not yet moved out of its log of writes. */
const databaseIn = async (folder: string): Promise<{ readonly whole: Buffer; readonly log: Buffer }> => {
  const database = join(folder, "made.duckdb");
  const options = { folders: [folder], spillFolder: folder, memoryLimitMb: 100, threads: 1 };
  const { connection, close } = await openDuck({ database, ...options });
  await connection.run("CREATE TABLE numbers AS SELECT range AS number FROM range(20000)");
  const log = readFileSync(`${database}.wal`);
  close();
  return { whole: readFileSync(database), log };
};

test("a scan whose lock was left half made, wherever it was cut off, is begun anew", async (context) => {
  const folder = tempDir(context);
  const logs = makeLogs(folder);
  const { whole, log } = await databaseIn(folder);
  const halves: (readonly [Buffer, Buffer | null])[] = [
    [Buffer.alloc(512), null],
    ...[4096, 12_288, whole.length - 1].map((bytes) => [whole.subarray(0, bytes), null] as const),
    [whole, log.subarray(0, log.length >> 1)],
  ];
  for (const [round, [lock, writes]] of halves.entries()) {
    const work = join(folder, `case-1/trail/round-${round + 1}.work`);
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, "lock.duckdb"), lock);
    if (writes !== null) writeFileSync(join(work, "lock.duckdb.wal"), writes);
    const trail = trailOf(logs, folder);
    const ticket = await trail.start(requestOf({ accessKeyIds: ["AKIATHIEF"] }, { round: round + 1 }));
    assert.equal((await finish(trail, ticket)).eventsKept, FILES * RECORDS, `${lock.length} bytes`);
  }
});

test("a scan that another process runs is running here too, and its result is ours", async (context) => {
  const folder = tempDir(context);
  const logs = makeLogs(folder);
  const child = startElsewhere(logs, folder);
  context.after(() => child.kill("SIGKILL"));
  await until(() => existsSync(join(folder, MARK)));
  const trail = trailOf(logs, folder);
  assert.equal((await trail.check("case-1#1")).state, "running");
  const wake = setInterval(() => child.kill("SIGCONT"), 50);
  context.after(() => clearInterval(wake));
  assert.equal((await finish(trail, "case-1#1")).eventsKept, FILES * RECORDS);
});
