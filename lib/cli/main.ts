import { parseArgs } from "node:util";
import { CordonError, unsaidFaults } from "../base/errors.ts";
import { version } from "../base/version.ts";
import { visible, visibleLines } from "../base/visible.ts";
import { machineFault } from "../embedded/machineFault.ts";
import { COMMON, type Command, EXIT, type Listed, type OptionSpecs } from "./command.ts";
import { commands } from "./commands.ts";
import { helpOf, overview, usageOf } from "./help.ts";
import { createIo, type Io } from "./io.ts";

/** Runs one command line and returns its exit code: 0 done, 1 failed, 2 wrong use or wrong input, 70 an error of the program itself. */
export const main = async (argv: readonly string[]): Promise<number> => {
  if (argv[0] === "help" && argv.length > 1) return main([...argv.slice(1), "--help"]);
  if (argv[0] === "--version" || argv[0] === "-V") {
    process.stdout.write(`cordon ${version()}\n`);
    return EXIT.ok;
  }
  const io = createIo({ json: argv.includes("--json"), quiet: argv.includes("--quiet") || argv.includes("-q") });
  const [listed, rest] = findCommand(argv);
  if (listed === null) return withoutCommand(argv, io);
  const command: Command = { name: listed.name, summary: listed.summary, ...(await listed.load()) };
  try {
    return await runCommand(command, rest, io);
  } catch (error) {
    return reportFailure(error, command, io);
  }
};

/** A verb is one word, or two: `evidence verify`. */
const findCommand = (argv: readonly string[]): readonly [Listed | null, readonly string[]] => {
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
  if (!wantsHelp) {
    const typed = argv.slice(0, family.length > 0 ? 2 : 1).join(" ");
    const near = nearest(
      typed,
      commands.map(({ name }) => name),
    );
    io.warn(
      `cordon: there is no verb ${JSON.stringify(typed)}${near === null ? "" : `; did you mean "cordon ${near}"?`}`,
    );
    if (near !== null) return EXIT.usage;
  }
  (wantsHelp ? process.stdout : process.stderr).write(`${overview(family.length > 0 ? family : commands, io.width)}\n`);
  return wantsHelp && asked !== undefined ? EXIT.ok : EXIT.usage;
};

/** The name that is fewest edits away, if they are few for its length. */
const nearest = (typed: string, names: readonly string[]): string | null => {
  const [best] = names
    .map((name) => ({ name, edits: editsBetween(typed, name) }))
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return best?.name ?? null;
};

/** Levenshtein distance; what is typed is cut to 40 characters. */
const editsBetween = (typed: string, name: string): number => {
  let row = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...typed.slice(0, 40)].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= name.length; at += 1)
      next.push(Math.min(row[at]! + 1, next[at - 1]! + 1, row[at - 1]! + (name[at - 1] === letter ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
};

const runCommand = async (command: Command, argv: readonly string[], io: Io): Promise<number> => {
  const typed = parse({ ...command.options, ...COMMON }, argv);
  if (typed.values.help === true) {
    process.stdout.write(`${helpOf(command, io.width)}\n`);
    return EXIT.ok;
  }
  assertNothingMore(command, typed.positionals);
  return command.run(typed, io);
};

/** A word that the verb does not take is refused: it was meant for something, and a verb that passes over it does something else. */
export const assertNothingMore = ({ usage }: Pick<Command, "usage">, positionals: readonly string[]): void => {
  const taken = wordsOf(usage);
  const more = taken.some((word) => word.includes("…")) ? [] : positionals.slice(taken.length);
  if (more.length > 0)
    throw new CordonError(
      "USAGE",
      `${more.map((word) => `"${visible(word)}"`).join(", ")} ${more.length === 1 ? "is" : "are"} not understood: expected ${taken.join(" ") || "nothing"} beside the options`,
    );
};

/** What stands before the options in the usage of a verb: `CASE FILE…`. */
const wordsOf = (usage: string): readonly string[] => {
  const words = usage.split(" ").filter((word) => word !== "");
  const end = words.findIndex((word) => /^[[(]?--/.test(word) || word === "|" || word.startsWith("("));
  return end < 0 ? words : words.slice(0, end);
};

export const parse = (
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
    throw new CordonError("USAGE", optionFault(error as NodeJS.ErrnoException, Object.keys(options)));
  }
};

const optionFault = ({ code, message }: NodeJS.ErrnoException, known: readonly string[]): string => {
  const [, typed] = /'(--?[^' ]+)/.exec(message) ?? [];
  if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION" || typed === undefined) return message.replace(/\. To specify .*/s, "");
  const near = nearest(
    typed,
    known.map((name) => `--${name}`),
  );
  return `there is no option ${visible(typed)} here${near === null ? "" : `; did you mean ${near}?`}`;
};

const INPUT_ERRORS = ["USAGE", "INPUT_INVALID", "INPUT_UNREADABLE", "SETTINGS_INVALID", "CASE_NOT_FOUND"];

const reportFailure = (error: unknown, command: Command, io: Io): number => {
  const fault = machineFault(error);
  if (fault !== null) {
    io.warn(`cordon ${command.name}: ${fault} (${(error as Error).message})`);
    io.warn("  What was done is kept. When that has passed, the same command goes on.");
    io.result({ error: { code: "MACHINE", message: fault, faults: [] } });
    return EXIT.failed;
  }
  if (!(error instanceof CordonError)) {
    io.warn(`cordon ${command.name}: a fault of Cordon's own; please report it with what follows`);
    io.warn(visibleLines((error as Error)?.stack ?? String(error)));
    return EXIT.internal;
  }
  io.warn(`cordon ${command.name}: ${error.message}`);
  for (const fault of unsaidFaults(error)) io.warn(`  ${fault.path}: expected ${fault.expected}, got ${fault.got}`);
  if (error.code === "USAGE") io.warn(usageOf(command));
  if (error.code === "CASE_NOT_FOUND")
    io.warn(
      "  --home names the data directory (default ./.cordon; the demo's is ./.cordon/demo), `cordon cases` lists what is in it",
    );
  io.result({ error: { code: error.code, message: error.message, faults: error.faults } });
  return INPUT_ERRORS.includes(error.code) ? EXIT.usage : EXIT.failed;
};
