import { CordonError } from "../base/errors.ts";
import type { OptionSpecs, Typed } from "./command.ts";

export const reasonOption = (least: number): OptionSpecs[string] => ({
  type: "string",
  value: "TEXT",
  help: `why, at least ${least} characters; part of the signed record`,
});

/** Who signs, and with what. */
export const SIGNING_OPTIONS: OptionSpecs = {
  as: {
    type: "string",
    value: "HUMAN",
    help: "your id in the approval policy (default: your user name; in AWS: by your ARN)",
  },
  key: {
    type: "string",
    value: "KEY",
    help: "your own key file, PEM (default: the one in the data directory); in AWS also the ARN or alias of your KMS key",
  },
};

/** Throws USAGE. */
export const reasonFrom = ({ values: { reason } }: Typed, least: number): string => {
  if (typeof reason === "string" && reason.trim().length >= least) return reason;
  throw new CordonError("USAGE", `expected --reason TEXT, at least ${least} characters`);
};
