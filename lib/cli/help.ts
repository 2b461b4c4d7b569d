import { AWS_OPTIONS, COMMON, type Command, type Listed, type OptionSpecs } from "./command.ts";
import { wrapped } from "./lines.ts";

const NAME_WIDTH = 20;
const FLAG_WIDTH = 28;
/** Wider lines are hard to read; narrower than this nothing stands beside anything. */
const [WIDEST, NARROWEST] = [110, 50];

const fitted = (width: number): number => Math.min(WIDEST, Math.max(NARROWEST, width));

/** All verbs, or those that begin with one word (`evidence`), for a terminal of `width` columns. */
export const overview = (commands: readonly Listed[], width: number): string =>
  [
    "Cordon answers one event: data is being stolen from S3.",
    "",
    "usage: cordon VERB …",
    "",
    ...commands.flatMap(({ name, summary }) => beside(`  ${name}`, summary, NAME_WIDTH, width)),
    "",
    ...NOTES.flatMap((line) => wrapped(line, fitted(width))),
  ].join("\n");

const NOTES = [
  "cordon VERB --help shows options and examples; from the checkout: npx cordon VERB.",
  "A verb works on a data directory (--home), or with --profile, --region or --stack on a deployment in AWS.",
  "Exit codes: 0 done, 1 failed, 2 wrong use or wrong input; `evidence verify` has its own (see its help).",
];

/** A name with its text beside it, in a column of its own; a longer name stands alone. */
const beside = (name: string, text: string, column: number, width: number): readonly string[] => {
  const isLong = name.length >= column;
  return [
    ...(isLong ? [name] : []),
    ...wrapped(text, fitted(width) - column).map(
      (line, index) => `${(index === 0 && !isLong ? name : "").padEnd(column)}${line}`,
    ),
  ];
};

export const helpOf = (command: Command, width: number): string =>
  [
    ...wrapped(usageOf(command), fitted(width)),
    "",
    ...wrapped(command.summary, fitted(width)),
    ...(command.dataDirectoryOnly ? ["Works on a data directory only."] : []),
    "",
    ...optionLines(command.options, width),
    ...optionLines(sharedBy(command), width),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
  ].join("\n");

export const usageOf = ({ name, usage }: Command): string => `usage: cordon ${name} ${usage}`.trimEnd();

/** Those of `COMMON` that have a meaning for this verb, and that it does not explain itself. */
const sharedBy = ({ options, dataDirectoryOnly, placeless }: Command): OptionSpecs =>
  Object.fromEntries(
    Object.entries(COMMON).filter(
      ([name]) => !(name in options) && !(placeless && name !== "help") && !(dataDirectoryOnly && name in AWS_OPTIONS),
    ),
  );

const optionLines = (specs: OptionSpecs, width: number): readonly string[] =>
  Object.entries(specs).flatMap(([name, { short, value, help }]) => {
    const flag = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return beside(`  ${flag}`, help, FLAG_WIDTH, width);
  });
