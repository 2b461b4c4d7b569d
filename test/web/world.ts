/** A whole deployment in a temporary folder, a case in it, and the page in front of it; only time stands still. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Hex } from "../../lib/base/jcs.ts";
import type { Signer } from "../../lib/base/signer.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { createCases } from "../../lib/embedded/cases.ts";
import { systemIds } from "../../lib/embedded/clock.ts";
import { openDatabase } from "../../lib/embedded/database.ts";
import { createDecisions } from "../../lib/embedded/decisions.ts";
import { openHome } from "../../lib/embedded/home.ts";
import { openJournal } from "../../lib/embedded/journal.ts";
import { createLedger } from "../../lib/embedded/ledger.ts";
import { createNotifier } from "../../lib/embedded/notifier.ts";
import { createLocalDecide, createLocalReview } from "../../lib/embedded/server/decide.ts";
import { approverKeyPath, defaultSettings } from "../../lib/embedded/settingsFile.ts";
import { createSigner, openKeyFile, publicKeyOf } from "../../lib/embedded/signer.ts";
import { createMachines } from "../../lib/embedded/startMachine.ts";
import { createVault } from "../../lib/embedded/vault.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { askApproval } from "../../lib/response/approve/askApproval.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { scopePrincipal } from "../../lib/response/investigate/scopePrincipal.ts";
import { type App, createApp } from "../../lib/web/app.ts";
import { loadAssets } from "../../lib/web/assets.ts";
import type { Ceremony } from "../../lib/web/ceremony.ts";
import type { RefusedRequest } from "../../lib/web/options.ts";
import { createLocalSessions, type LocalSessions } from "../../lib/web/sessions.ts";
import { localSite } from "../../lib/web/site.ts";
import { ACCOUNT, openAccount } from "../actions/world.ts";
import { findingOf, NO_LOGS, openFinding, START, TOKEN } from "../approval/finding.ts";

export const PORT = 41999;
export const BASE = `http://127.0.0.1:${PORT}`;
export { START };
export const HUMANS = ["ada", "grace"] as const;
/** In the policy, but of the role the suspect acts under. */
export const SUSPECT_HUMAN = "mallory";

export interface World {
  readonly ports: Ports;
  readonly caseId: string;
  readonly app: App;
  readonly sessions: LocalSessions;
  readonly refused: readonly RefusedRequest[];
  readonly faults: readonly unknown[];
  /** Calls that changed the account. */
  readonly changes: readonly string[];
  advance(seconds: number): void;
  /** Asks the approvers, as the state machine does. */
  ask(): Promise<void>;
  /** Carries out what was approved, as the state machine does. */
  execute(planId?: string): Promise<void>;
  signer(humanId: string): Signer;
  close(): void;
}

export interface WorldOptions {
  readonly humanId?: string;
  readonly settings?: Partial<Settings>;
  /** The policy of this world, whose keys it has made, in another way. */
  readonly change?: (settings: Settings) => Settings;
  readonly finding?: Readonly<Record<string, unknown>>;
  readonly systemTime?: boolean;
  /** Decisions by security key instead of the key file. */
  readonly ceremony?: Ceremony;
}

const FINDING = findingOf("AKIAALICE0000000001", 8, "shared", "plain");

export const openWorld = async (options: WorldOptions = {}): Promise<World> => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-web-"));
  const home = openHome(folder);
  let now = Date.parse(START);
  const tick = (): number => {
    now += 1;
    return now;
  };
  const clock = { now: () => (options.systemTime ? new Date() : new Date(tick())).toISOString() };
  const db = openDatabase(home.journal);
  const keyOf = (humanId: string): string => sha256Hex(publicKeyOf(openKeyFile(approverKeyPath(home, humanId))));
  const changes: string[] = [];
  const account = openAccount();
  const given: Settings = {
    ...defaultSettings(home, "2026-01-01T00:00:00.000Z"),
    approvers: [...HUMANS, SUSPECT_HUMAN].map((humanId) => ({
      humanId,
      keys: [keyOf(humanId)],
      principals: humanId === SUSPECT_HUMAN ? ["AIDAALICE00000000001"] : [],
      since: "2026-01-01T00:00:00.000Z",
    })),
    exemptArns: [`arn:aws:iam::${ACCOUNT}:role/cordon-responder`],
    waits: { ...defaultSettings(home, START).waits, propagation: 0 },
    ...options.settings,
  };
  const settings = options.change?.(given) ?? given;
  const ports: Ports = {
    settings,
    clock,
    ids: systemIds,
    cases: createCases(db, home.cases, clock),
    vault: createVault(home.vault),
    decisions: createDecisions(openJournal(db, clock)),
    machines: createMachines(openJournal(db, clock)),
    notifier: createNotifier(home.notices, null, clock),
    signer: createSigner(join(home.keys, "evidence.pem")),
    ledger: createLedger({
      folder: join(home.ledger, "log"),
      signedFolder: join(home.ledger, "signed"),
      origin: "cordon.dev/ledger/test",
      signer: createSigner(join(home.keys, "ledger.pem")),
      formerKeys: [],
    }),
    account: {
      call: async (request) => {
        if (!/^(Get|List|Head|Describe|Lookup|Simulate)/.test(request.operation))
          changes.push(`${request.service}:${request.operation}`);
        return account.call(request);
      },
    },
    ...NO_LOGS,
  };
  const caseId = await openFinding({ ...FINDING, ...options.finding }, ports);
  const sessions = createLocalSessions({ clock, ids: systemIds, humanId: options.humanId ?? HUMANS[0] });
  const [refused, faults]: [RefusedRequest[], unknown[]] = [[], []];
  const app = createApp({
    ports,
    site: localSite,
    sessions,
    assets: loadAssets(),
    decide: createLocalDecide({ ports, signerOf: (humanId) => createSigner(approverKeyPath(home, humanId)) }),
    review: createLocalReview({ ports, signerOf: (humanId) => createSigner(approverKeyPath(home, humanId)) }),
    ...(options.ceremony === undefined ? {} : { ceremony: options.ceremony }),
    onRefused: (line) => refused.push(line),
    onFault: (error) => faults.push(error),
  });
  return {
    ...{ ports, caseId, app, sessions, refused, faults, changes },
    advance: (seconds) => {
      now += seconds * 1000;
    },
    ask: async () => {
      await scopePrincipal({ caseId }, ports);
      const { next, planId } = await planContainment({ caseId, purpose: "contain" }, ports);
      if (next === "ask") await askApproval({ caseId, planId, token: TOKEN }, ports);
    },
    execute: async (planId = "contain-1") => {
      await applyContainment({ caseId, planId }, ports);
      await verifyContainment({ caseId, planId }, ports);
    },
    signer: (humanId) => createSigner(approverKeyPath(home, humanId)),
    close: () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** What a browser sends along with a request of the page itself. */
export const browserHeaders = (base = BASE): Record<string, string> => ({
  host: new URL(base).host,
  "sec-fetch-site": "same-origin",
});

export const get = (path: string, headers: Record<string, string> = {}): Request =>
  new Request(`${BASE}${path}`, { headers: { ...browserHeaders(), ...headers } });

export const post = (path: string, body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(`${BASE}${path}`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { ...browserHeaders(), origin: BASE, "content-type": "application/json", ...headers },
  });

/** The headers of a signed-in page. */
export const signIn = async ({
  app,
  sessions,
}: Pick<World, "app" | "sessions">): Promise<{ readonly cookie: string; readonly "cordon-csrf": string }> => {
  const response = await app(post("/api/session", { token: sessions.issue() }));
  const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
  return { cookie, "cordon-csrf": ((await response.json()) as { csrf: string }).csrf };
};
