import type { Settings } from "../core/settings.ts";
import type { Ports } from "../ports/ports.ts";
import { submitDecision } from "../response/approve/decisions.ts";
import { createApp } from "../web/app.ts";
import type { Assets } from "../web/assets.ts";
import { type Ceremony, credentialsOf } from "../web/ceremony.ts";
import type { RefusedRequest } from "../web/options.ts";
import { refusal, withSecurityHeaders } from "../web/reply.ts";
import { deployedSite } from "../web/site.ts";
import type { Oidc } from "./oidc.ts";
import { beginLogin, CALLBACK_PATH, finishLogin, LOGIN_PATH, type LoginOptions, signedOf } from "./pageLogin.ts";
import { createPageSessions } from "./pageSessions.ts";
import type { PageTable } from "./pageTable.ts";

export interface PageOptions {
  readonly ports: Ports;
  /** `https://cordon.example.com`, the one name it answers to. */
  readonly origin: string;
  readonly oidc: Oidc;
  readonly table: PageTable;
  readonly assets: Assets;
  readonly onRefused: (refused: RefusedRequest) => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * The case page as it is deployed: the same app, with a login in front. To be signed in lets somebody read; a decision
 * needs a security key's assertion over exactly that decision, and this function holds no key that could stand in for it.
 */
export const createPage = (options: PageOptions): ((request: Request) => Promise<Response>) => {
  const { ports, origin, table, assets, onRefused, onFault } = options;
  const { settings, clock, ids } = ports;
  const sessions = createPageSessions({
    ...{ table, clock, ids },
    isStill: (who) => signedOf(who, settings)?.humanId === who.humanId,
  });
  const app = createApp({
    ...{ ports, sessions, assets, onRefused, onFault },
    site: deployedSite(origin),
    ceremony: ceremonyOf(settings, table, ports),
    // Never reached: where security keys decide, nothing falls back to a weaker proof.
    decide: async () => ({ recorded: false, code: "WEAK", why: "Decisions need a security key here." }),
  });
  const login = { oidc: options.oidc, table, sessions, ids, settings };
  return async (request) => (await loginReply(request, login, options)) ?? app(request);
};

const loginReply = async (request: Request, login: LoginOptions, options: PageOptions): Promise<Response | null> => {
  const { pathname } = new URL(request.url);
  const work = { [LOGIN_PATH]: beginLogin, [CALLBACK_PATH]: finishLogin }[pathname];
  if (work === undefined) return null;
  const { clock } = options.ports;
  const response = await guarded(request, () => work(request, login), options);
  if (response.status >= 400) await report(request, response, options);
  return withSecurityHeaders(response, true, clock.now());
};

/** The provider sends browsers here from its own site: only the name and the method can be asked for. */
const guarded = async (
  request: Request,
  work: () => Promise<Response>,
  { origin, onFault }: PageOptions,
): Promise<Response> => {
  const host = new URL(origin).host;
  if (request.headers.get("host") !== host) return refusal(421, "HOST", `This server answers only to ${host}.`);
  if (request.method !== "GET") return refusal(405, "METHOD", "Only GET is possible here.", { allow: "GET" });
  try {
    return await work();
  } catch (error) {
    onFault(error);
    return refusal(503, "LOGIN_UNAVAILABLE", "Nobody can sign in at the moment. Decide with the command line.");
  }
};

const report = async (request: Request, response: Response, { onRefused, ports }: PageOptions): Promise<void> => {
  const { code } = (await response.clone().json()) as { code: string };
  const { method, headers, url } = request;
  onRefused({
    ...{ at: ports.clock.now(), status: response.status, code, method, path: new URL(url).pathname },
    ...{ host: headers.get("host"), origin: headers.get("origin") },
  });
};

/** Without `webauthn` in the settings there is no party to sign for: the page then shows, and every decision is refused. */
const ceremonyOf = ({ webauthn, approvers }: Settings, table: PageTable, ports: Ports): Ceremony => ({
  party: webauthn ?? { rpId: "", origin: "" },
  credentials: { of: async (humanId) => credentialsOf(approvers, humanId), advance: table.advance },
  submit: (submission) => submitDecision(submission, ports),
});
