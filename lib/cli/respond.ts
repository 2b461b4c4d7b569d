import { CordonError } from "../base/errors.ts";
import { digestOf } from "../base/jcs.ts";
import { caseIdOf } from "../case/case.ts";
import { accountsOf, doubtAbout } from "../embedded/account/iamSnapshot.ts";
import type { Deployment } from "../embedded/deployment.ts";
import type { Sources } from "../embedded/portsHere.ts";
import { caseView } from "../response/caseView.ts";
import { EXIT, flagsOf, type Typed, type Verb } from "./command.ts";
import { decideAtTerminal } from "./decide.ts";
import type { Io } from "./io.ts";
import { isInAws } from "./named.ts";
import { progressOf } from "./progress.ts";
import { showCase } from "./screen.ts";
import { driveUntilParked, openingOf, withDeployment } from "./session.ts";
import { assertLogsThere, chosen, type Intake, readFindings, SOURCE_OPTIONS, sourcesFrom } from "./sources.ts";

export const respond: Verb = {
  usage: "FINDING --logs DIR [--iam FILE] [--buckets DIR]",
  options: SOURCE_OPTIONS,
  examples: [
    "cordon respond finding.json --logs ./cloudtrail",
    "cordon respond finding.json --logs ./cloudtrail --iam iam.json --buckets ./buckets --json",
    "aws guardduty get-findings … | cordon respond - --logs ./cloudtrail",
    "aws guardduty get-findings … | cordon respond - --profile security",
  ],
  run: async (typed, io) => {
    const [file, ...rest] = typed.positionals;
    if (file === undefined || rest.length > 0)
      throw new CordonError("USAGE", "expected one file with a finding, or - for standard input");
    if (isInAws(typed)) return respondInAws(file, typed, io);
    if (typeof typed.values.logs !== "string")
      throw new CordonError("USAGE", "expected --logs DIR, the folder with the CloudTrail logs");
    const sources = sourcesFrom(typed);
    assertLogsThere(sources.logs!);
    const { intakes, refused } = chosen(readFindings(file), openingOf(typed));
    assertAccount(sources.iam, intakes);
    for (const reason of refused) io.warn(`not responded to: ${reason}`);
    return withDeployment(typed, io, progressOf(io), (deployment) =>
      respondTo(intakes, sources, deployment, flagsOf(typed), io),
    );
  },
};

/** The logs are those of the deployment; its machines do the rest, and the case can be looked at meanwhile. */
const respondInAws = async (file: string, typed: Typed, io: Io): Promise<number> => {
  if (Object.keys(SOURCE_OPTIONS).some((name) => typed.values[name] !== undefined))
    throw new CordonError(
      "USAGE",
      "--logs, --iam and --buckets are for a data directory: in AWS the deployment looks by itself",
    );
  const found = readFindings(file);
  const { startInAws } = await import("./awsRespond.ts");
  const { intakes, refused, started } = await startInAws(found, typed);
  for (const reason of refused) io.warn(`not responded to: ${reason}`);
  const rows = intakes.map(({ finding }, index) => ({ caseId: caseIdOf(finding), ...started[index]! }));
  io.result(rows.length === 1 ? rows[0] : rows);
  for (const { caseId, execution, how } of rows)
    io.print(
      `${caseId}  ${how === "started" ? "response started" : "this copy of the finding was handed in before"}  ${execution}`,
    );
  return EXIT.ok;
};

/** A snapshot of another account knows nothing of this one. Throws INPUT_INVALID. */
const assertAccount = (iam: string | null, intakes: readonly Intake[]): void => {
  if (iam === null) return;
  const accounts = accountsOf(iam);
  const [first] = intakes;
  if (accounts.length > 0 && !intakes.some(({ finding }) => accounts.includes(finding.accountId)))
    throw new CordonError(
      "INPUT_INVALID",
      `--iam ${iam}: expected a snapshot of account ${first!.finding.accountId}, got one of ${accounts.join(", ")}`,
    );
};

const respondTo = async (
  intakes: readonly Intake[],
  sources: Omit<Sources, "accountId">,
  deployment: Deployment,
  flags: string,
  io: Io,
): Promise<number> => {
  const caseIds = [...new Set(intakes.map((intake) => begin(intake, sources, deployment, "person", io.warn)))];
  await driveUntilParked(deployment, io);
  if (io.interactive) for (const caseId of caseIds) await decideAtTerminal(caseId, deployment, io);
  for (const caseId of caseIds) await report(caseId, flags, deployment, io);
  await resultOf(caseIds, deployment, io);
  return EXIT.ok;
};

/**
 * Puts the execution into the journal; whoever holds the lease runs it. The very same finding again begins nothing. What
 * a person hands in opens a case on its word (`chosen`); what arrives by itself must be configured to. A drill says so everywhere.
 */
export const begin = (
  { raw, finding }: Intake,
  sources: Omit<Sources, "accountId">,
  { bind, journal, caseFor }: Pick<Deployment, "bind" | "journal" | "caseFor">,
  from: "person" | "drill" | "inbox" = "person",
  warn: (text: string) => void = () => undefined,
): string => {
  const caseId = caseFor(finding);
  const doubt = sources.iam === null ? null : doubtAbout(sources.iam, finding);
  if (doubt !== null)
    warn(`${caseId}: ${doubt}. Who they are is taken from the logs, as if no snapshot had been given.`);
  const believed = doubt === null ? sources : { ...sources, iam: null, iamDoubt: doubt };
  bind(caseId, { ...believed, accountId: finding.accountId });
  const joins = caseId === caseIdOf(finding) ? {} : { joins: caseId };
  const handed = { inbox: {}, person: { manual: true }, drill: { manual: true, exercise: true } }[from];
  const input = from === "inbox" && !("joins" in joins) ? raw : { ...handed, finding: raw, ...joins };
  journal.begin({
    name: `respond-${caseId}-${digestOf(raw).slice(0, 8)}`,
    machine: "respond",
    input: JSON.stringify(input),
    caseId,
    parent: null,
    urgency: finding.severity,
  });
  return caseId;
};

const report = async (caseId: string, flags: string, deployment: Deployment, io: Io): Promise<void> => {
  const view = await showCase(caseId, deployment.portsOf(caseId), flags, io);
  if (view.status !== "awaiting-decision") return;
  const waiting = view.plans.find(({ status }) => status === "proposed");
  const line = `${caseId}${flags} --plan ${waiting?.planId ?? "contain-1"}`;
  io.print(`\nThe case waits for a decision. See the plan:  cordon show ${line}`);
  io.print(`Approve or deny it:  cordon decide ${line} --approve all --reason "…"   (or --deny)`);
};

const resultOf = async (caseIds: readonly string[], deployment: Deployment, io: Io): Promise<void> => {
  const views = await Promise.all(caseIds.map((caseId) => caseView(caseId, deployment.portsOf(caseId))));
  io.result(views.length === 1 ? views[0] : views);
};
