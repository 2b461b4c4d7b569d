import type { ParseArgsConfig } from "node:util";
import type { Io } from "./io.ts";

/** Exit codes of every verb but `evidence verify`, which has its own five. 70 is `EX_SOFTWARE` of sysexits: a fault of ours, never a verdict. */
export const EXIT = { ok: 0, failed: 1, usage: 2, internal: 70 } as const;

export type OptionSpecs = Readonly<
  Record<string, NonNullable<ParseArgsConfig["options"]>[string] & { readonly help: string; readonly value?: string }>
>;

/** What was typed, after the verb. */
export interface Typed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** What a verb takes and does. */
export interface Verb {
  /** What stands behind the verb, for example `FINDING --logs DIR`. */
  readonly usage: string;
  readonly options: OptionSpecs;
  readonly examples: readonly string[];
  /** Works on a data directory alone: a deployment in AWS does this by itself, or has its keys elsewhere. */
  readonly dataDirectoryOnly?: true;
  /** Needs no deployment at all. */
  readonly placeless?: true;
  run(typed: Typed, io: Io): Promise<number>;
}

/** A verb as the overview lists it. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Verb>;
}

export type Command = Pick<Listed, "name" | "summary"> & Verb;

/** Options that name a deployment in AWS instead of a data directory. */
export const AWS_OPTIONS: OptionSpecs = {
  profile: { type: "string", value: "NAME", help: "a deployment in AWS, with this profile of your AWS configuration" },
  region: { type: "string", value: "REGION", help: "its region (default: the profile's)" },
  stack: {
    type: "string",
    value: "NAME",
    help: "its stack (default CordonStack; NAME-CordonStack where the deployment has a name of its own)",
  },
};

/** Options that every verb knows. */
export const COMMON: OptionSpecs = {
  home: { type: "string", value: "DIR", help: "data directory (default ./.cordon)" },
  ...AWS_OPTIONS,
  json: { type: "boolean", help: "machine-readable output on stdout, nothing else" },
  quiet: { type: "boolean", short: "q", help: "only errors and the result" },
  help: { type: "boolean", short: "h", help: "this text" },
};

/** What a further command line needs to reach the same deployment, with a leading blank. */
export const flagsOf = ({ values }: Pick<Typed, "values">): string =>
  ["home", ...Object.keys(AWS_OPTIONS)]
    .filter((name) => values[name] !== undefined)
    .map((name) => ` --${name} ${String(values[name])}`)
    .join("");
