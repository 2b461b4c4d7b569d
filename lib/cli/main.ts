import { parseArgs } from "node:util";
import { CordonError } from "../base/errors.ts";
import { COMMON, type Command, EXIT, type OptionSpecs } from "./command.ts";
import { commands } from "./commands.ts";
import { helpOf, overview, usageOf } from "./help.ts";
import { createIo, type Io } from "./io.ts";

/** Runs one command line and returns its exit code: 0 done, 1 failed, 2 wrong use or wrong input. */
export const main = async (argv: readonly string[]): Promise<number> => {
  if (argv[0] === "help" && argv.length > 1) return main([...argv.slice(1), "--help"]);
  const io = createIo({ json: argv.includes("--json"), quiet: argv.includes("--quiet") || argv.includes("-q") });
  const [command, rest] = findCommand(argv);
  if (command === null) return withoutCommand(argv, io);
  try {
    return await runCommand(command, rest, io);
  } catch (error) {
    return reportFailure(error, command, io);
  }
};

/** A verb is one word, or two: `evidence verify`. */
const findCommand = (argv: readonly string[]): readonly [Command | null, readonly string[]] => {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(" ");
    const found = commands.find((command) => command.name === name);
    if (found !== undefined) return [found, argv.slice(words)];
  }
  return [null, argv];
};

const withoutCommand = (argv: readonly string[], io: Io): number => {
  const [first] = argv;
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  const asked = family.length > 0 ? argv[1] : first;
  const wantsHelp = asked === undefined || asked === "--help" || asked === "-h" || asked === "help";
  if (!wantsHelp)
    io.warn(`cordon: there is no verb ${JSON.stringify(argv.slice(0, family.length > 0 ? 2 : 1).join(" "))}`);
  (wantsHelp ? process.stdout : process.stderr).write(`${overview(family.length > 0 ? family : commands)}\n`);
  return wantsHelp && asked !== undefined ? EXIT.ok : EXIT.usage;
};

const runCommand = async (command: Command, argv: readonly string[], io: Io): Promise<number> => {
  const typed = parse({ ...command.options, ...COMMON }, argv);
  if (typed.values.help === true) {
    process.stdout.write(`${helpOf(command)}\n`);
    return EXIT.ok;
  }
  return command.run(typed, io);
};

const parse = (
  specs: OptionSpecs,
  argv: readonly string[],
): { values: Record<string, string | boolean | undefined>; positionals: string[] } => {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { help: _help, value: _value, ...spec }]) => [name, spec]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new CordonError("USAGE", (error as Error).message);
  }
};

const INPUT_ERRORS = ["USAGE", "INPUT_INVALID", "INPUT_UNREADABLE", "SETTINGS_INVALID", "CASE_NOT_FOUND"];

const reportFailure = (error: unknown, command: Command, io: Io): number => {
  if (!(error instanceof CordonError)) throw error;
  io.warn(`cordon ${command.name}: ${error.message}`);
  for (const fault of error.faults) io.warn(`  ${fault.path}: expected ${fault.expected}, got ${fault.got}`);
  if (error.code === "USAGE") io.warn(usageOf(command));
  if (error.code === "CASE_NOT_FOUND")
    io.warn(
      "  --home names the data directory (default ./.cordon; the demo's is ./.cordon/demo), `cordon cases` lists what is in it",
    );
  io.result({ error: { code: error.code, message: error.message, faults: error.faults } });
  return INPUT_ERRORS.includes(error.code) ? EXIT.usage : EXIT.failed;
};
