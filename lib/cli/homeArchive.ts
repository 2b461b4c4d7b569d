import { mkdirSync, realpathSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { CordonError } from "../base/errors.ts";
import { bytes } from "../base/figures.ts";
import type { CaseHead } from "../case/case.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { assertPrivate } from "../embedded/home.ts";
import { archiveCase, bringBackCase, type Move } from "../embedded/homeArchive.ts";
import { localHuman } from "../embedded/settingsFile.ts";
import { verifyBundle } from "../evidence/verify.ts";
import { instantFrom } from "./caseFilter.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { caseMeant, ignoreBoundaries } from "./named.ts";
import { withDeployment } from "./session.ts";
import { trustRootOf } from "./trust.ts";

export const homeArchive: Verb = {
  usage: "--to DIR (CASE… | --closed-before TIME) | --back CASE…",
  dataDirectoryOnly: true,
  options: {
    to: {
      type: "string",
      value: "DIR",
      help: "where to, best on another disk; it must be reachable whenever such a case is looked at",
    },
    "closed-before": { type: "string", value: "TIME", help: "every case that ended before this date or time (UTC)" },
    back: { type: "boolean", help: "brings cases back from where they lie" },
  },
  examples: [
    "cordon home archive --to /mnt/archive --closed-before 2026-01-01",
    "cordon home archive --back case-20260223-0123456789",
  ],
  run: (typed, io) =>
    withDeployment(
      typed,
      io,
      ignoreBoundaries,
      async (deployment) => {
        const place = typed.values.back === true ? null : placeFrom(typed, deployment);
        const results = [];
        for (const head of await headsFrom(typed, deployment)) {
          const done = await moved(head, place, deployment);
          results.push({ caseId: head.caseId, ...done });
          io.print(
            `${head.caseId}  ${done.why ?? `${bytes(done.bytes)} ${place === null ? "brought back" : `→ ${place}`}`}`,
          );
        }
        io.result(results);
        if (results.length === 0) io.print("No case.");
        return results.every(({ why }) => why === null) ? EXIT.ok : EXIT.failed;
      },
      { founds: false },
    ),
};

const placeFrom = ({ values }: Typed, { home }: Deployment): string => {
  if (typeof values.to !== "string") throw new CordonError("USAGE", "expected --to DIR, or --back");
  const place = resolve(values.to);
  if (`${place}${sep}`.startsWith(`${home.root}${sep}`))
    throw new CordonError("USAGE", `--to: expected a folder outside the data directory, got ${place}`);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  assertPrivate({ root: place });
  return realpathSync(place);
};

const headsFrom = async ({ values, positionals }: Typed, { ports }: Deployment): Promise<readonly CaseHead[]> => {
  const before = values["closed-before"];
  if ((before === undefined) === (positionals.length === 0) || (before !== undefined && values.back === true))
    throw new CordonError("USAGE", "expected cases, or --closed-before TIME with --to");
  if (values.back === true && values.to !== undefined)
    throw new CordonError("USAGE", "--back brings cases to where they were; expected no --to");
  if (before === undefined)
    return Promise.all(positionals.map(async (given) => ports.cases.head(await caseMeant(given, ports))));
  const until = instantFrom("closed-before", String(before));
  return (await ports.cases.list()).filter(({ closedAt }) => closedAt !== null && Date.parse(closedAt) < until);
};

/** One case that cannot be moved stays where it was, is named, and stops no other. */
const moved = async (
  head: CaseHead,
  place: string | null,
  deployment: Deployment,
): Promise<{ readonly bytes: number; readonly why: string | null }> => {
  try {
    const move = { head, assertSealed: (vault: string) => assertSealed(head, vault, deployment) };
    const done = await deployment.maintain((home, db) => {
      const whole: Move = { ...move, home, db };
      return place === null ? bringBackCase(whole) : archiveCase(whole, place);
    });
    if (done > 0) await note(head, place, deployment);
    return { bytes: done, why: null };
  } catch (error) {
    if (!(error instanceof CordonError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    return { bytes: 0, why: `NOT MOVED: ${(error as Error).message}` };
  }
};

/** Nothing leaves its place that is not proven to be what was sealed. */
const assertSealed = async (head: CaseHead, vault: string, deployment: Deployment): Promise<void> => {
  const { options } = await trustRootOf(deployment);
  for (const { revision, digest } of head.sealed) {
    const expected = { caseId: head.caseId, revision, digest };
    const { exitCode, errors } = await verifyBundle(join(vault, `r${revision}`), { ...options, expected });
    if (exitCode !== 0 && exitCode !== 4)
      throw new CordonError("INPUT_INVALID", `r${revision} does not verify: ${errors[0]?.code}: ${errors[0]?.detail}`);
  }
};

const note = async ({ caseId }: CaseHead, place: string | null, { ports }: Deployment): Promise<void> => {
  const data = { to: place === null ? "home" : "archive", by: localHuman() } as const;
  await ports.cases.append(caseId, { type: "case.moved", actor: "home archive", data });
};
