/**
 * The command line called in this process. A file that imports this gets a process of its own (test/runner): a process a
 * verb costs more than most verbs do. What a verb prints as text is its own; the runner's reports are bytes.
 */
import { main } from "../../lib/cli/main.ts";

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Write = NodeJS.WriteStream["write"];

/** `env` is all that the verb sees of the environment, `cwd` where it runs. */
export const cordonHere = async (
  args: readonly string[],
  { env, cwd }: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
): Promise<Ran> => {
  const said = { stdout: "", stderr: "" };
  const before = {
    env: { ...process.env },
    cwd: process.cwd(),
    stdout: process.stdout.write,
    stderr: process.stderr.write,
  };
  for (const name of ["stdout", "stderr"] as const)
    process[name].write = ((text: unknown, ...rest: unknown[]) => {
      if (typeof text !== "string") return Reflect.apply(before[name], process[name], [text, ...rest]);
      said[name] += text;
      for (const told of rest) if (typeof told === "function") told();
      return true;
    }) as Write;
  setEnvironment(env);
  process.chdir(cwd);
  try {
    return { status: await main(args), ...said };
  } finally {
    process.chdir(before.cwd);
    setEnvironment(before.env);
    process.stdout.write = before.stdout;
    process.stderr.write = before.stderr;
  }
};

/** The real one, which libraries of the system read too: `process.env` set to another object is seen by our code alone. */
const setEnvironment = (env: Readonly<Record<string, string | undefined>>): void => {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
};
