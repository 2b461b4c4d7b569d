import type { Clock, Ids } from "../ports/ports.ts";
import { IDLE_SECONDS, type Session, type Sessions, TOKEN_SECONDS } from "../web/sessions.ts";
import type { Identity } from "./oidc.ts";
import type { Entry, PageTable } from "./pageTable.ts";

/** Set when somebody leaves for the identity provider; ties what comes back to this browser. */
export const LOGIN_COOKIE = "__Host-cordon-login";
/** However busy a session is, its human proves anew who they are after this. */
export const LONGEST_SECONDS = 8 * 3600;

/** Sessions of humans whom an identity provider named. Server-side, so that signing out ends them everywhere at once. */
export interface PageSessions extends Sessions {
  /** A one-time token for somebody who has signed in, good in the browser of this login cookie alone. */
  issue(who: Signed, loginCookie: string): Promise<string>;
}

export interface Signed extends Identity {
  readonly humanId: string;
}

export interface PageSessionsOptions {
  readonly table: PageTable;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whether this identity still is this human: somebody taken out of the settings loses their session at once. */
  readonly isStill: (who: Signed) => boolean;
}

export const createPageSessions = ({ table, clock, ids, isStill }: PageSessionsOptions): PageSessions => ({
  issue: async ({ humanId, issuer, subject }, loginCookie) => {
    const token = ids.random(32);
    await table.put("token", tied(token, loginCookie), { humanId, issuer, subject }, TOKEN_SECONDS);
    return token;
  },
  exchange: async (token, request) => {
    const who = await table.take("token", tied(token, cookieOf(request, LOGIN_COOKIE)));
    if (who === null) return null;
    const [cookie, csrf] = [ids.random(32), ids.random(32)];
    const latest = String(Math.floor(Date.parse(clock.now()) / 1000) + LONGEST_SECONDS);
    await table.put("session", cookie, { ...who, csrf, latest }, IDLE_SECONDS);
    return { cookie, session: { humanId: who.humanId!, csrf } };
  },
  find: async (cookie) => (cookie === "" ? null : toSession(await table.find("session", cookie), isStill)),
  renew: (cookie) => table.prolong("session", cookie, IDLE_SECONDS),
  end: async (cookie) => void (await table.take("session", cookie)),
});

/** A token that somebody was sent by another is worth nothing without the cookie of the browser that it was made for. */
const tied = (token: string, loginCookie: string): string => `${token}|${loginCookie}`;

const toSession = (entry: Entry | null, isStill: PageSessionsOptions["isStill"]): Session | null => {
  const { humanId, issuer, subject, csrf } = entry ?? {};
  if (humanId === undefined || issuer === undefined || subject === undefined || csrf === undefined) return null;
  return isStill({ humanId, issuer, subject }) ? { humanId, csrf } : null;
};

/** Two cookies of one name mean that somebody planted one: then there is none. */
export const cookieOf = (request: Request, name: string): string => {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  const found = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  return found.length === 1 ? found[0]! : "";
};
