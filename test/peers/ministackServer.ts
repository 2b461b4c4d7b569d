/** MiniStack, an AWS look-alike by others, from PyPI in a virtual environment of the user's cache. Listens on this machine only. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const VERSION = "1.5.33";

/** The path of the server's program, installed on first use; or one line that says why there is none. */
export const installMiniStack = (): { readonly program: string } | string => {
  const home = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cordon", `ministack-${VERSION}`);
  const program = join(home, "bin/ministack");
  if (existsSync(program)) return { program };
  if (spawnSync("python3", ["-m", "venv", home]).status !== 0) return "no Python with venv";
  const { status, stderr } = spawnSync(join(home, "bin/pip"), ["install", "-q", `ministack[full]==${VERSION}`], {
    encoding: "utf8",
  });
  return status === 0 ? { program } : `MiniStack cannot be fetched (${(stderr ?? "").trim().split("\n").at(-1)})`;
};

export interface MiniStack {
  readonly endpoint: string;
  /** Where its log lies. */
  readonly log: string;
  stop(): void;
}

/** Lambdas run in whatever `node` is first in PATH: this one. */
export const startMiniStack = async (program: string): Promise<MiniStack> => {
  const port = await freePort();
  const log = join(tmpdir(), `ministack-${port}.log`);
  const out = openSync(log, "w");
  const env = {
    ...process.env,
    BIND_HOST: "127.0.0.1",
    IOT_MTLS_ENABLED: "0",
    GATEWAY_PORT: String(port),
    LAMBDA_EXECUTOR: "local",
    PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
  };
  const child = spawn(program, [], { env, stdio: ["ignore", out, out], detached: true });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await fetch(`${endpoint}/_ministack/health`).catch(() => null)) !== null)
      return { endpoint, log, stop: () => stop(child) };
    await pause(200);
  }
  stop(child);
  throw new Error(`MiniStack did not start; see ${log}`);
};

/** The server and the Lambdas that it started: its own process group. */
const stop = (child: ChildProcess): void => {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
