import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";

const VERSION = "5.2.1";
const LAUNCHER = join(import.meta.dirname, "moto_server.py");
const PARTS = "import moto.moto_server.werkzeug_app, moto.stepfunctions.parser.models";

export interface Moto {
  readonly port: number;
  readonly version: string;
  stop(): Promise<void>;
}

/** A Python that has moto's server, installed into the user's cache if there is none; or one line that says why not. */
export const findMoto = (): { readonly python: string } | { readonly missing: string } => {
  const own = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cordon", `moto-${VERSION}`);
  const found = ["python3", ...besideMotoServer(), join(own, "bin/python")].find(hasMoto);
  if (found !== undefined) return { python: found };
  try {
    execFileSync("python3", ["-m", "venv", own], { stdio: "pipe" });
    execFileSync(join(own, "bin/pip"), ["install", "-q", `moto[server]==${VERSION}`], { stdio: "pipe" });
    return { python: join(own, "bin/python") };
  } catch (error) {
    return { missing: `no moto_server, and moto ${VERSION} cannot be installed: ${lastLineOf(error)}` };
  }
};

/**
 * Starts moto with its ASL interpreter switched on. The interpreter calls every service at `localhost:MOTO_PORT`, and
 * that is our front door. It reads waits by the machine's local time, hence TZ.
 */
export const startMoto = async (python: string, doorPort: number): Promise<Moto> => {
  const env = { ...process.env, MOTO_PORT: String(doorPort), TZ: "UTC" };
  const child = spawn(python, [LAUNCHER], { env, stdio: ["pipe", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log = `${log}${chunk}`.slice(-4000);
  });
  const first = await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")]);
  if (typeof first[0] !== "string") throw new Error(`moto ended with ${first[0]}: ${log}`);
  const { port, version } = JSON.parse(first[0]) as { port: number; version: string };
  const answer = await fetch(`http://127.0.0.1:${port}/moto-api/config`, {
    method: "POST",
    body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
  });
  if (!answer.ok) throw new Error(`moto refused its configuration: ${answer.status}`);
  return { port, version, stop: () => stop(child) };
};

/** Where moto_server has a Python of its own (pipx, a virtual environment). */
const besideMotoServer = (): readonly string[] =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "moto_server"))
    .filter((file) => existsSync(file))
    .map((file) => join(dirname(realpathSync(file)), "python3"));

const hasMoto = (python: string): boolean => spawnSync(python, ["-c", PARTS], { stdio: "ignore" }).status === 0;

const lastLineOf = (error: unknown): string =>
  String((error as { stderr?: Buffer }).stderr ?? error)
    .trim()
    .split("\n")
    .at(-1)!;

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.stdin?.end();
  await ended;
};
