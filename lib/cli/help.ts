import { AWS_OPTIONS, COMMON, type Command, type Listed, type OptionSpecs } from "./command.ts";

const NAME_WIDTH = 18;
const LINE_WIDTH = 110;

/** All verbs, or those that begin with one word (`evidence`). */
export const overview = (commands: readonly Listed[]): string =>
  [
    "Cordon answers one event: data is being stolen from S3.",
    "",
    "usage: cordon VERB …        (cordon VERB --help shows options and examples; from the checkout: npx cordon VERB)",
    "",
    ...commands.flatMap(verbLines),
    "",
    "A verb works on a data directory (--home), or with --profile, --region or --stack on a deployment in AWS.",
    "Exit codes: 0 done, 1 failed, 2 wrong use or wrong input; `evidence verify` has its own (see its help).",
  ].join("\n");

const verbLines = ({ name, summary }: Listed): readonly string[] =>
  wrap(summary, LINE_WIDTH - NAME_WIDTH - 2).map(
    (line, index) => `  ${(index === 0 ? name : "").padEnd(NAME_WIDTH)}${line}`,
  );

/** At blanks; a word is never longer than a line here. */
const wrap = (text: string, width: number): readonly string[] =>
  [...text.matchAll(new RegExp(`(\\S.{0,${width - 1}})(?:\\s+|$)`, "g"))].map(([, line]) => line!);

export const helpOf = (command: Command): string =>
  [
    usageOf(command),
    "",
    command.summary,
    ...(command.dataDirectoryOnly ? ["Works on a data directory only."] : []),
    "",
    ...optionLines(command.options),
    ...optionLines(sharedBy(command)),
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

const optionLines = (specs: OptionSpecs): readonly string[] =>
  Object.entries(specs).map(([name, { short, value, help }]) => {
    const flag = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return `  ${flag.padEnd(26)}${help}`;
  });
