import { CordonError } from "../base/errors.ts";
import { systemClock } from "../embedded/clock.ts";
import { type Deployment, type DeploymentOptions, openDeployment } from "../embedded/deployment.ts";
import { homeAt } from "../embedded/home.ts";
import type { Journal } from "../embedded/journal.ts";
import type { Boundary } from "../embedded/running.ts";
import { openingAt } from "../embedded/settingsFile.ts";
import type { Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { homeOf, readable } from "./named.ts";

const LEASE_RENEWAL_MS = 3000;
const POLL_MS = 200;
/** Longer than a step takes on a busy machine, shorter than the time between two looks of a watch (`cordon serve`). */
const ASLEEP_MS = 15_000;

/** Opens the data directory for one verb, and closes it whatever happens. */
export const withDeployment = async <T>(
  typed: Typed,
  io: Io,
  onBoundary: (boundary: Boundary) => void,
  work: (deployment: Deployment) => Promise<T>,
  options: Partial<DeploymentOptions> = {},
): Promise<T> => {
  if (["profile", "region", "stack"].some((name) => typed.values[name] !== undefined))
    throw new CordonError("USAGE", "this verb works on a data directory; it has no meaning for a deployment in AWS");
  const home = homeOf(typed);
  const deployment = readable(home, () =>
    openDeployment({
      home,
      onBoundary,
      print: io.json || io.quiet ? null : (line) => io.note(line),
      onFault: (fault) => io.note(`  ${fault}; trying again`),
      ...options,
    }),
  );
  try {
    return await work(deployment);
  } finally {
    deployment.close();
  }
};

/** What opens a case in the data directory of a command line, whether it is there already or not. Nothing is made. */
export const openingOf = (typed: Typed): ReturnType<typeof openingAt> => {
  const home = homeOf(typed);
  return readable(home, () => openingAt(homeAt(home)));
};

/**
 * Drives the executions of this data directory until every one of them has ended or waits for a human. While another
 * process drives them we only wait; when that one dies or falls silent, we take over.
 */
export const driveUntilParked = async (deployment: Deployment, io: Io): Promise<void> => {
  if (!deployment.takeLease()) {
    io.note("Another Cordon process drives this data directory; it takes the case up.");
    if ((await waitForOther(deployment)) === "done") return;
  }
  // A renewal that fails (a full disk) is no loss: whether the lease is ours is looked at before every write.
  const renewal = setInterval(() => quietly(() => deployment.takeLease()), LEASE_RENEWAL_MS);
  try {
    deployment.host.resume();
    await deployment.host.untilParked();
  } finally {
    clearInterval(renewal);
  }
  if (deployment.lease.state().held !== "theirs") return;
  io.note("This process stood still, and another Cordon process has taken the case up.");
  await waitForOther(deployment);
};

const quietly = (work: () => unknown): void => {
  try {
    work();
  } catch {
    // Said by the caller why this is no loss.
  }
};

/**
 * Until nothing runs that does not wait for an answer, by the journal alone; or until the other process has recorded
 * nothing for a while: then it sleeps, over a watch or until late logs are there, and nobody at a terminal waits for that.
 */
const waitForOther = async ({ journal, lease }: Deployment): Promise<"done" | "ours"> => {
  const since = systemClock.now();
  while (isDriven(journal)) {
    const held = lease.take();
    if (held === "ours") return "ours";
    const last = [since, journal.lastRecordedAt() ?? since].sort().at(-1)!;
    if (held === "theirs" && Date.parse(systemClock.now()) - Date.parse(last) > ASLEEP_MS) return "done";
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return "done";
};

const isDriven = (journal: Journal): boolean => {
  const asked = new Set(journal.openQuestions().map(({ caseId }) => caseId));
  return journal.running().some(({ parent, caseId }) => parent === null && !asked.has(caseId));
};
