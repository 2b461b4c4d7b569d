/**
 * The command line called in this process, for test files that have one of their own (hooks at the top, see test/runner):
 * a process a verb costs more than most verbs do. What a verb prints as text is its own; the runner's reports are bytes.
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
  const before = { env: process.env, cwd: process.cwd(), stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ["stdout", "stderr"] as const)
    process[name].write = ((text: unknown, ...rest: unknown[]) => {
      if (typeof text !== "string") return Reflect.apply(before[name], process[name], [text, ...rest]);
      said[name] += text;
      for (const told of rest) if (typeof told === "function") told();
      return true;
    }) as Write;
  process.env = { ...env };
  process.chdir(cwd);
  try {
    return { status: await main(args), ...said };
  } finally {
    process.chdir(before.cwd);
    Object.assign(process, { env: before.env });
    process.stdout.write = before.stdout;
    process.stderr.write = before.stderr;
  }
};
