import { COMMON, type Command, type OptionSpecs } from "./command.ts";

export const overview = (commands: readonly Command[]): string =>
  [
    "Cordon answers one event: data is being stolen from S3.",
    "",
    "usage: cordon VERB …        (cordon VERB --help shows options and examples)",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(18)}${summary}`),
    "",
    "A verb works on a data directory (--home), or with --profile, --region or --stack on a deployment in AWS.",
    "Exit codes: 0 done, 1 failed, 2 wrong use or wrong input; `evidence verify` has its own (see its help).",
  ].join("\n");

export const helpOf = (command: Command): string =>
  [
    `usage: cordon ${command.name} ${command.usage}`,
    "",
    command.summary,
    "",
    ...optionLines(command.options),
    ...optionLines(COMMON),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
  ].join("\n");

const optionLines = (specs: OptionSpecs): readonly string[] =>
  Object.entries(specs).map(([name, { short, value, help }]) => {
    const flag = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return `  ${flag.padEnd(26)}${help}`;
  });
