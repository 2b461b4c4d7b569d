import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import { systemClock, systemIds } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createDirectoryStore } from "../embedded/ledgerStore.ts";
import { createAccessLog } from "../embedded/server/accessLog.ts";
import { createLocalDecide, createLocalReview, type LocalApprover } from "../embedded/server/decide.ts";
import { type RunningServer, signInUrl, startServer } from "../embedded/server.ts";
import { approverKeyPath, localHuman } from "../embedded/settingsFile.ts";
import { createSigner } from "../embedded/signer.ts";
import { beat, heartbeatDue, lastHeartbeat } from "../evidence/ledger/heartbeat.ts";
import { remindReviews } from "../response/approve/remindReviews.ts";
import { createApp } from "../web/app.ts";
import { loadAssets } from "../web/assets.ts";
import { createLocalSessions } from "../web/sessions.ts";
import { localSite } from "../web/site.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { emptyInbox } from "./inbox.ts";
import type { Io } from "./io.ts";
import { progressOf } from "./progress.ts";
import { withDeployment } from "./session.ts";
import { SOURCE_OPTIONS, sourcesFrom } from "./sources.ts";
import { minutesFrom, WATCH_OPTION, watchingFor, watchSentence } from "./watching.ts";

const TURN_MS = 500;

export const serve: Verb = {
  usage: "--logs DIR [--iam FILE] [--buckets DIR] [--port N] [--inbox DIR]",
  dataDirectoryOnly: true,
  options: {
    ...SOURCE_OPTIONS,
    port: { type: "string", value: "N", help: "port of the case page (default: one that is free)" },
    inbox: { type: "string", value: "DIR", help: "folder to watch for findings (default: <home>/inbox)" },
    watch: WATCH_OPTION,
  },
  examples: ["cordon serve --logs ./cloudtrail --iam iam.json --buckets ./buckets", "cp finding.json .cordon/inbox/"],
  run: async (typed, io) => {
    const port = portFrom(typed);
    const sources = sourcesFrom(typed);
    const adjust = watchingFor(minutesFrom(typed));
    const drive = async (deployment: Deployment): Promise<number> => {
      if (!deployment.takeLease())
        throw new CordonError("USAGE", "another Cordon process drives this data directory already");
      const inbox = resolve(typeof typed.values.inbox === "string" ? typed.values.inbox : deployment.home.inbox);
      mkdirSync(inbox, { recursive: true });
      const server = await openPage(deployment, port, io);
      io.print(`Inbox      ${inbox}`);
      io.print(watchSentence(deployment.settings));
      const [heart, reminders] = [startHeart(deployment, io), remindHourly(deployment, io)];
      await untilSignal(() => {
        deployment.takeLease();
        emptyInbox(inbox, sources, deployment, Date.parse(systemClock.now()), io);
        deployment.host.resume();
      });
      clearInterval(heart);
      clearInterval(reminders);
      await server.close();
      io.note("Stopped. Parked questions stay open; start again to go on.");
      return EXIT.ok;
    };
    return withDeployment(typed, io, progressOf(io), drive, adjust);
  },
};

const portFrom = (typed: Typed): number => {
  const port = Number(typed.values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CordonError("USAGE", `--port: expected 0 to 65535, got ${String(typed.values.port)}`);
  return port;
};

/** The page of this machine's approver; the address is printed once, with a token that works once, for ten minutes. */
const openPage = async (deployment: Deployment, port: number, io: Io): Promise<RunningServer> => {
  const { ports, home } = deployment;
  const sessions = createLocalSessions({ clock: systemClock, ids: systemIds, humanId: localHuman() });
  const approver: LocalApprover = { ports, signerOf: (humanId) => createSigner(approverKeyPath(home, humanId)) };
  const app = createApp({
    ports,
    site: localSite,
    sessions,
    assets: loadAssets(),
    decide: createLocalDecide(approver),
    review: createLocalReview(approver),
    onRefused: createAccessLog(join(home.root, "refused-requests.jsonl")),
    onFault: (error) => io.warn(`page: ${String((error as Error).message)}`),
  });
  const server = await startServer({ app, port });
  io.print(`Case page  ${signInUrl(server.url, "/", sessions.issue())}`);
  io.print("           (the link signs in once, within ten minutes; press Enter for a new one)");
  if (process.stdin.isTTY)
    process.stdin.on("data", () => io.print(`Case page  ${signInUrl(server.url, "/", sessions.issue())}`));
  return server;
};

const HOUR_MS = 3_600_000;

/** Hourly: reviews that are overdue are called for, once a day each. */
const remindHourly = ({ ports }: Deployment, io: Io): NodeJS.Timeout => {
  const remind = (): void =>
    void remindReviews(ports).catch((error: unknown) => io.warn(`reviews: ${String((error as Error).message)}`));
  remind();
  return setInterval(remind, HOUR_MS);
};

/** A sign of life a day in the ledger, so that a ledger cut off at its end is noticed; looked after every hour. */
const startHeart = ({ home, ports }: Deployment, io: Io): NodeJS.Timeout => {
  const store = createDirectoryStore(join(home.ledger, "log"));
  const beatIfDue = async (): Promise<void> => {
    try {
      if (heartbeatDue(await lastHeartbeat(store), systemClock.now())) await beat(ports.ledger, systemClock.now());
    } catch (error) {
      io.warn(`ledger: no heartbeat: ${(error as Error).message}`);
    }
  };
  void beatIfDue();
  return setInterval(() => void beatIfDue(), HOUR_MS);
};

/** Takes a turn every half second until the process is asked to stop. */
const untilSignal = (turn: () => void): Promise<void> =>
  new Promise((done, failed) => {
    const timer = setInterval(() => {
      try {
        turn();
      } catch (error) {
        clearInterval(timer);
        failed(error as Error);
      }
    }, TURN_MS);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        clearInterval(timer);
        done();
      });
    }
  });
