import { execFile } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { promisify } from "node:util";
import { runtimeFacts } from "../base/runtime.ts";
import type { Environment } from "../case/environment.ts";
import type { Clock } from "../ports/ports.ts";
import { openDuck, rowsOf } from "./trail-duckdb.ts";

/** A time service that does not answer by then is not there. */
const PATIENCE_MS = 2_000;
/** Settings that can change what a query answers, or whether it answers. */
const SETTINGS = ["TimeZone", "integer_division", "preserve_insertion_order", "threads", "memory_limit"];

type Engine = NonNullable<Environment["engine"]>;
type ClockFacts = NonNullable<Environment["clock"]>;
type Missing = Environment["notMeasured"][number];

/** The environment of this process, measured when it is asked for. */
export const measureHere =
  (clock: Clock, limits: { readonly memoryLimitMb: number; readonly threads: number; readonly spillFolder: string }) =>
  async (): Promise<Environment> => {
    const notMeasured: Missing[] = [];
    const measured = async <Name extends string, Fact>(what: Name, ask: () => Promise<Fact> | Fact) => {
      try {
        return { [what]: await ask() } as { readonly [Key in Name]?: Fact };
      } catch (error) {
        notMeasured.push({ what, why: (error as Error).message.split("\n")[0]! });
        return {};
      }
    };
    return {
      schema: "cordon/environment/v1",
      measuredAt: clock.now(),
      ...(await measured("host", hostname)),
      ...(await measured("user", () => userInfo().username)),
      ...runtimeFacts(),
      ...(await measured("engine", () => engineHere(limits))),
      ...(await measured("clock", clockHere)),
      notMeasured,
    };
  };

const engineHere = async (limits: Parameters<typeof measureHere>[1]): Promise<Engine> => {
  const duck = await openDuck({ database: ":memory:", folders: [], ...limits });
  try {
    const [row] = await rowsOf(duck.connection, "SELECT version() AS version");
    const names = SETTINGS.map((name) => `'${name}'`).join(", ");
    const settings = await rowsOf(
      duck.connection,
      `SELECT name, value FROM duckdb_settings() WHERE name IN (${names}) ORDER BY name`,
    );
    return {
      name: "DuckDB",
      version: String(row?.version),
      settings: Object.fromEntries(settings.map(({ name, value }) => [String(name), String(value)])),
    };
  } finally {
    duck.close();
  }
};

/** What chrony measured (chronyc, "tracking" in CSV): system time less reference in seconds, root delay and root dispersion. */
const clockHere = async (): Promise<ClockFacts> => {
  const { stdout } = await promisify(execFile)("chronyc", ["-c", "tracking"], { timeout: PATIENCE_MS }).catch(() => {
    throw new Error("no time service here that says how far off the clock is (chrony)");
  });
  const [, name, , , offset, , , , , , delay, dispersion, , leap] = stdout.trim().split(",");
  const numbers = [offset, delay, dispersion].map(Number);
  if (leap === "Not synchronised" || numbers.some((value) => !Number.isFinite(value)))
    throw new Error("chrony runs here and is not synchronised");
  const [ahead, rootDelay, rootDispersion] = numbers as [number, number, number];
  return {
    source: `chrony, synchronised with ${name}`,
    // chronyc counts a clock that is behind as positive.
    offsetMs: ahead * 1000,
    errorMs: (rootDelay / 2 + rootDispersion) * 1000,
  };
};
