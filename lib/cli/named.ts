/** What a command line names: the data directory, and the case. Loads next to nothing. */
import { resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import type { Cases } from "../ports/cases.ts";
import type { Typed } from "./command.ts";

export const homeOf = ({ values }: Pick<Typed, "values">): string => resolve(String(values.home ?? "./.cordon"));

/** A data directory of somebody else is a sentence. */
export const readable = <T>(home: string, open: () => T): T => {
  try {
    return open();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM") throw error;
    throw new CordonError("INPUT_UNREADABLE", `${path ?? home}: this user may not open it (${code})`, {
      cause: error,
    });
  }
};

/** For verbs that only read and decide. */
export const ignoreBoundaries = (): void => {};

/** The one case of a command line. Throws USAGE, and what `caseMeant` throws. */
export const caseIdFrom = async (typed: Typed, ports: CasePorts): Promise<string> => {
  const [caseId, ...rest] = typed.positionals;
  if (caseId === undefined || rest.length > 0)
    throw new CordonError("USAGE", `expected one case id, got ${typed.positionals.length}`);
  return caseMeant(caseId, ports);
};

interface CasePorts {
  readonly cases: Pick<Cases, "list">;
}

const MOST_NAMED = 10;

/** A case by its id or by the beginning of it. Throws CASE_NOT_FOUND, and INPUT_INVALID naming the cases that it fits. */
export const caseMeant = async (given: string, { cases }: CasePorts): Promise<string> => {
  if (!/^case-[0-9a-f-]{0,18}$/.test(given)) return given;
  const ids = (await cases.list()).map(({ caseId }) => caseId).filter((caseId) => caseId.startsWith(given));
  if (ids.length === 1) return ids[0]!;
  if (ids.length === 0) throw new CordonError("CASE_NOT_FOUND", `there is no case whose id begins with ${given} here`);
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : "";
  throw new CordonError(
    "INPUT_INVALID",
    `${given} is the beginning of ${ids.length} case ids: ${ids.toSorted().slice(0, MOST_NAMED).join(", ")}${more}; expected enough of it for one`,
  );
};

/** Throws USAGE. */
export const assertOnePlace = ({ values }: Typed): void => {
  if (values.home === undefined) return;
  throw new CordonError(
    "USAGE",
    "--home names a data directory, --profile, --region and --stack a deployment in AWS: give one of them",
  );
};

export const isInAws = ({ values }: Pick<Typed, "values">): boolean =>
  values.profile !== undefined || values.region !== undefined || values.stack !== undefined;
