import { join, resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import { monotonicMs, systemClock, systemIds } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createDirectoryStore } from "../embedded/ledgerStore.ts";
import { machineFault } from "../embedded/machineFault.ts";
import type { Boundary } from "../embedded/running.ts";
import { createAccessLog } from "../embedded/server/accessLog.ts";
import { createLocalCeremony } from "../embedded/server/ceremony.ts";
import { createLocalDecide, createLocalReview, type LocalApprover } from "../embedded/server/decide.ts";
import type { Probe } from "../embedded/server/probes.ts";
import { type RunningServer, signInUrl, startServer } from "../embedded/server.ts";
import { approverKeyPath, localHuman } from "../embedded/settingsFile.ts";
import { createSigner } from "../embedded/signer.ts";
import { keepSigned } from "../evidence/ledger/heartbeat.ts";
import { remindReviews } from "../response/approve/remindReviews.ts";
import { createApp } from "../web/app.ts";
import { loadAssets } from "../web/assets.ts";
import { createLocalSessions } from "../web/sessions.ts";
import { localSite } from "../web/site.ts";
import { becomeDriver } from "./becomeDriver.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { createFaults, createProbe, type Faults } from "./hostHealth.ts";
import { createHostLog, type HostLog } from "./hostLog.ts";
import { knowledgeFrom } from "./huntKnowledge.ts";
import { HUNT_EVERY, huntMinutes, startHunting } from "./huntTimer.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import type { Io } from "./io.ts";
import { progressOf } from "./progress.ts";
import { withDeployment } from "./session.ts";
import { SOURCE_OPTIONS, sourcesFrom } from "./sources.ts";
import { minutesFrom, WATCH_OPTION, watchingFor, watchSentence } from "./watching.ts";

/** So long a step under way may take to end after a signal. */
const FINISH_MS = 25_000;
const TURN_MS = 500;

export const serve: Verb = {
  usage: "--logs DIR [--iam FILE] [--buckets DIR] [--port N] [--inbox DIR]",
  dataDirectoryOnly: true,
  options: {
    ...SOURCE_OPTIONS,
    port: { type: "string", value: "N", help: "port of the case page (default: one that is free)" },
    inbox: { type: "string", value: "DIR", help: "folder to watch for findings (default: <home>/inbox)" },
    watch: WATCH_OPTION,
    ...HUNT_EVERY,
  },
  examples: ["cordon serve --logs ./cloudtrail --iam iam.json --buckets ./buckets", "cp finding.json .cordon/inbox/"],
  run: async (typed, io) => {
    const port = portFrom(typed);
    const sources = sourcesFrom(typed);
    const hunting = huntMinutes(typed);
    if (hunting !== null && sources.logs === null) throw new CordonError("USAGE", "--hunt: expected --logs DIR too");
    knowledgeFrom(typed, systemClock.now());
    const log = createHostLog(io, systemClock);
    const faults = createFaults(log);
    const progress = io.json ? boundaryLog(log) : progressOf(io);
    return withDeployment(
      typed,
      io,
      progress,
      (deployment) => drive({ typed, io, log, faults, port, sources }, deployment),
      {
        adjust: watchingFor(minutesFrom(typed)),
        print: (line) => log.info("notice", line),
        onFault: (fault, { message }) => faults.note("machine", `${fault} (${message})`),
        patienceMs: Number.POSITIVE_INFINITY,
      },
    );
  },
};

interface Serving {
  readonly typed: Typed;
  readonly io: Io;
  readonly log: HostLog;
  readonly faults: Faults;
  readonly port: number;
  readonly sources: ReturnType<typeof sourcesFrom>;
}

/** Until a signal, or until another process has taken the lease. */
const drive = async (serving: Serving, deployment: Deployment): Promise<number> => {
  const { typed, log, faults } = serving;
  await becomeDriver({ lease: deployment.lease, say: (text) => log.info("lease", text) });
  const inbox = openInbox({
    folder: resolve(typeof typed.values.inbox === "string" ? typed.values.inbox : deployment.home.inbox),
    sources: serving.sources,
    deployment,
    monotonicMs,
    note: (text) => log.info("inbox", text),
    warn: (text) => log.warn("inbox", text),
  });
  const server = await openPage(serving, deployment, createProbe(deployment, inbox, faults));
  announce(serving, deployment, inbox);
  const hunting = huntMinutes(typed);
  const timers = [
    startHeart(deployment, faults),
    remindHourly(deployment, faults),
    ...(hunting === null ? [] : [startHunting(hunting, typed, deployment, log, faults)]),
  ];
  const why = await untilStopped(deployment, inbox, faults);
  for (const timer of timers) clearInterval(timer);
  await deployment.host.finishSteps(FINISH_MS);
  await server.close();
  if (why === "lost") {
    log.warn("stopped", "Stopped: this process stood still, and another one drives the data directory now.");
    return EXIT.failed;
  }
  log.info("stopped", "Stopped. Parked questions stay open; start again to go on.");
  return EXIT.ok;
};

const announce = ({ io, log }: Serving, { settings }: Deployment, inbox: Inbox): void => {
  if (io.json) log.info("started", "The host has started.", { inbox: inbox.folder });
  io.print(`Inbox      ${inbox.folder}`);
  io.print(watchSentence(settings));
};

/** Takes a turn every half second. No turn that fails ends the host: the next one tries again. */
const untilStopped = (deployment: Deployment, inbox: Inbox, faults: Faults): Promise<"signal" | "lost"> =>
  new Promise((done) => {
    const stop = (why: "signal" | "lost"): void => {
      clearInterval(timer);
      done(why);
    };
    const timer = setInterval(() => {
      try {
        if (deployment.lease.take() === "theirs") return stop("lost");
        inbox.look();
        deployment.host.resume();
      } catch (error) {
        faults.note("host", machineFault(error) ?? (error as Error).message);
      }
    }, TURN_MS);
    process.on("unhandledRejection", (error) => faults.note("host", String((error as Error)?.message ?? error)));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop("signal"));
  });

const boundaryLog =
  (log: HostLog) =>
  ({ execution, machine, state, phase }: Boundary): void => {
    if (phase === "before") return;
    log.info("step", `${machine}/${state} ${phase}`, { execution, machine, state, phase });
  };

const portFrom = (typed: Typed): number => {
  const port = Number(typed.values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CordonError("USAGE", `--port: expected 0 to 65535, got ${String(typed.values.port)}`);
  return port;
};

/** The page of this machine's approver; the address is printed once, with a token that works once, for ten minutes. */
const openPage = async (
  { port, log, io, faults }: Serving,
  deployment: Deployment,
  probe: Probe,
): Promise<RunningServer> => {
  const { ports, home } = deployment;
  const sessions = createLocalSessions({ clock: systemClock, ids: systemIds, humanId: localHuman() });
  const approver: LocalApprover = { ports, signerOf: (humanId) => createSigner(approverKeyPath(home, humanId)) };
  const ceremony = createLocalCeremony(ports, deployment.advance);
  const app = createApp({
    ports,
    ...(ceremony === null ? {} : { ceremony }),
    site: localSite,
    sessions,
    assets: loadAssets(),
    decide: createLocalDecide(approver),
    review: createLocalReview(approver),
    onRefused: createAccessLog(join(home.root, "refused-requests.jsonl")),
    onFault: (error) => faults.note("page", String((error as Error).message)),
  });
  const server = await startServer({ app, port, probe });
  const origin = ceremony?.party.origin ?? server.url;
  if (![server.url, server.url.replace("127.0.0.1", "localhost")].includes(origin))
    log.warn(
      "page",
      `security keys do not work here: the settings say ${origin} (webauthn), the page is at ${server.url} (--port)`,
    );
  const sayLink = (): void => {
    const link = signInUrl(new URL(origin).port === String(server.port) ? origin : server.url, "/", sessions.issue());
    if (io.json) log.info("page", link);
    else io.print(`Case page  ${link}`);
  };
  sayLink();
  if (!io.json) io.print("           (the link signs in once, within ten minutes; press Enter for a new one)");
  if (process.stdin.isTTY) process.stdin.on("data", sayLink);
  // Under a supervisor there is no Enter.
  process.on("SIGUSR2", sayLink);
  return server;
};

const HOUR_MS = 3_600_000;

/** Hourly: reviews that are overdue are called for, once a day each. */
const remindHourly = ({ ports }: Deployment, faults: Faults): NodeJS.Timeout => {
  const remind = (): void =>
    void remindReviews(ports).catch((error: unknown) => faults.note("reviews", String((error as Error).message)));
  remind();
  return setInterval(remind, HOUR_MS);
};

/** Hourly: what lies in the ledger is signed, and a sign of life a day tells of a ledger that was cut off at its end. */
const startHeart = ({ home, ports }: Deployment, faults: Faults): NodeJS.Timeout => {
  const store = createDirectoryStore(join(home.ledger, "log"));
  const beatIfDue = async (): Promise<void> => {
    try {
      await keepSigned(ports.ledger, store, systemClock.now());
    } catch (error) {
      faults.note("ledger", `not signed: ${(error as Error).message}`);
    }
  };
  void beatIfDue();
  return setInterval(() => void beatIfDue(), HOUR_MS);
};
