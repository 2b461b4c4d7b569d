import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Installed } from "./trinoInstall.ts";

const START_SECONDS = 120;

export interface Trino {
  /** Runs one statement in a schema of `hive`; `parameters` are bound as text with EXECUTE IMMEDIATE, as Athena binds them. */
  query(schema: string, sql: string, parameters?: readonly string[]): Promise<TrinoRows>;
  stop(): Promise<void>;
}

export interface TrinoRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly physicalInputBytes: number;
}

/** A Trino of one process whose catalog `hive` has its files below `dataDir` (`local:///`). */
export const startTrino = async ({ server, javaHome }: Installed, dataDir: string): Promise<Trino> => {
  const port = await freePort();
  const etc = join(dataDir, "etc");
  mkdirSync(join(etc, "catalog"), { recursive: true });
  mkdirSync(join(dataDir, "files"), { recursive: true });
  for (const [name, lines] of Object.entries(settingsOf(port, dataDir)))
    writeFileSync(join(etc, name), lines.join("\n"));
  const child = spawn(join(server, "bin/launcher"), ["run", "--etc-dir", etc, "--data-dir", join(dataDir, "var")], {
    env: { ...process.env, JAVA_HOME: javaHome, PATH: `${join(javaHome, "bin")}:${process.env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  await started(child);
  return {
    query: (schema, sql, parameters = []) => run(port, schema, withParameters(sql, parameters)),
    stop: () => stop(child),
  };
};

const settingsOf = (port: number, dataDir: string): Readonly<Record<string, readonly string[]>> => ({
  "node.properties": ["node.environment=peer", "node.id=peer", `node.data-dir=${join(dataDir, "var")}`],
  "config.properties": [
    "coordinator=true",
    "node-scheduler.include-coordinator=true",
    `http-server.http.port=${port}`,
    `discovery.uri=http://127.0.0.1:${port}`,
  ],
  "jvm.config": ["-Xmx2G", "-XX:+UseG1GC", "-Djdk.attach.allowAttachSelf=true", "--add-modules=jdk.incubator.vector"],
  "catalog/hive.properties": [
    "connector.name=hive",
    "hive.metastore=file",
    "hive.metastore.catalog.dir=local:///metastore",
    "fs.native-local.enabled=true",
    `local.location=${join(dataDir, "files")}`,
    "hive.non-managed-table-writes-enabled=true",
    "hive.partition-projection-enabled=true",
    "hive.ignore-absent-partitions=true",
    // Athena reads folders below a partition too.
    "hive.recursive-directories=true",
  ],
});

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
};

const started = async (child: ChildProcess): Promise<void> => {
  let log = "";
  const up = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      log = `${log}${chunk}`.slice(-20_000);
      if (log.includes("SERVER STARTED")) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => reject(new Error(`Trino ended with ${code}: ${log.slice(-2000)}`)));
  });
  const late = setTimeout(START_SECONDS * 1000, "late", { ref: false });
  if ((await Promise.race([up, late])) === "late") throw new Error(`Trino did not start: ${log.slice(-2000)}`);
};

/** The launcher starts a Java beneath itself: the whole group ends. */
const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, "SIGKILL");
  await once(child, "exit");
};

const withParameters = (sql: string, parameters: readonly string[]): string =>
  parameters.length === 0 ? sql : `EXECUTE IMMEDIATE ${quoted(sql)} USING ${parameters.map(quoted).join(", ")}`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface Page {
  readonly nextUri?: string;
  readonly columns?: TrinoRows["columns"];
  readonly data?: readonly (readonly unknown[])[];
  readonly error?: { readonly errorName: string; readonly message: string };
  readonly stats?: { readonly physicalInputBytes?: number };
}

const run = async (port: number, schema: string, sql: string): Promise<TrinoRows> => {
  const headers = {
    "X-Trino-User": "peer",
    "X-Trino-Catalog": "hive",
    "X-Trino-Schema": schema,
    "X-Trino-Time-Zone": "UTC",
  };
  const rows: (readonly unknown[])[] = [];
  let columns: TrinoRows["columns"] = [];
  let page = await pageOf(await fetch(`http://127.0.0.1:${port}/v1/statement`, { method: "POST", headers, body: sql }));
  for (;;) {
    if (page.error !== undefined) throw new Error(`${page.error.errorName}: ${page.error.message}`);
    columns = page.columns ?? columns;
    rows.push(...(page.data ?? []));
    if (page.nextUri === undefined) return { columns, rows, physicalInputBytes: page.stats?.physicalInputBytes ?? 0 };
    page = await pageOf(await fetch(page.nextUri));
  }
};

const pageOf = async (answer: Response): Promise<Page> => (await answer.json()) as Page;
