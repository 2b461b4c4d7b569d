import { CordonError } from "../base/errors.ts";
import { visible } from "../base/visible.ts";
import type { Settings } from "../core/settings.ts";
import type { Ids } from "../ports/ports.ts";
import { refusal } from "../web/reply.ts";
import type { Identity, Oidc } from "./oidc.ts";
import { cookieOf, LOGIN_COOKIE, type PageSessions, type Signed } from "./pageSessions.ts";
import type { PageTable } from "./pageTable.ts";

export const LOGIN_PATH = "/login";
export const CALLBACK_PATH = "/login/callback";
/** From leaving for the provider to coming back. */
const LOGIN_SECONDS = 10 * 60;

export interface LoginOptions {
  readonly oidc: Oidc;
  readonly table: PageTable;
  readonly sessions: PageSessions;
  readonly ids: Ids;
  readonly settings: Pick<Settings, "approvers">;
}

/** Sends the browser to the identity provider; `to` is a page of ours and nothing else. */
export const beginLogin = async (request: Request, { oidc, table, ids }: LoginOptions): Promise<Response> => {
  const { location, pending } = await oidc.begin();
  const cookie = ids.random(32);
  const to = pageOf(new URL(request.url).searchParams.get("to"));
  await table.put("login", cookie, { ...pending, to }, LOGIN_SECONDS);
  return redirect(location, `${LOGIN_COOKIE}=${cookie}; Max-Age=${2 * LOGIN_SECONDS}; ${COOKIE}`);
};

/**
 * Takes up what the provider sent back: once, in the browser that left, for a person of the settings. The session itself
 * is opened by the page, which trades the token in the fragment; a strict cookie cannot be set on the way from elsewhere.
 */
export const finishLogin = async (request: Request, options: LoginOptions): Promise<Response> => {
  const cookie = cookieOf(request, LOGIN_COOKIE);
  const pending = cookie === "" ? null : await options.table.take("login", cookie);
  if (pending === null) return refusal(401, "LOGIN", AGAIN);
  const { state = "", nonce = "", verifier = "", to = "/" } = pending;
  const identity = await proven(new URL(request.url), { state, nonce, verifier }, options.oidc);
  if (identity === null) return refusal(401, "LOGIN", AGAIN);
  const who = signedOf(identity, options.settings);
  if (who === null) return refusal(403, "NOBODY", unknown(identity));
  return redirect(`${to}#token=${await options.sessions.issue(who, cookie)}`);
};

/** Lax and not strict: it must come along when the provider sends the browser back. It opens nothing by itself. */
const COOKIE = "Path=/; HttpOnly; Secure; SameSite=Lax";
const AGAIN = "This login was used already, is too old, or was not begun in this browser. Sign in again.";

/** An open redirect would lend our name to any site. */
const pageOf = (to: string | null): string =>
  to !== null && /^\/(key|cases\/[A-Za-z0-9][A-Za-z0-9._-]{0,79})?$/.test(to) ? to : "/";

const redirect = (location: string, cookie?: string): Response =>
  new Response(null, { status: 302, headers: { location, ...(cookie === undefined ? {} : { "set-cookie": cookie }) } });

const proven = async (url: URL, pending: Parameters<Oidc["finish"]>[1], { finish }: Oidc): Promise<Identity | null> => {
  try {
    return await finish(url, pending);
  } catch (error) {
    if (error instanceof CordonError && error.code === "LOGIN_REFUSED") return null;
    throw error;
  }
};

/** The human of an identity: both issuer and subject, exactly. */
export const signedOf = ({ issuer, subject }: Identity, { approvers }: Pick<Settings, "approvers">): Signed | null => {
  const found = approvers.find(({ oidc }) => oidc?.issuer === issuer && oidc.subject === subject);
  return found === undefined ? null : { issuer, subject, humanId: found.humanId };
};

/** Said to somebody whom the provider vouches for: what an administrator needs to add them, if they should be added. */
const unknown = ({ issuer, subject }: Identity): string =>
  visible(`You are ${subject} of ${issuer}. The settings name no approver of that identity ("oidc" of an approver).`);
