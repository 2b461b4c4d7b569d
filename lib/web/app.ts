import { createHash, timingSafeEqual } from "node:crypto";
import { CordonError } from "../base/errors.ts";
import type { Work } from "./call.ts";
import { refuseForeign } from "./guard.ts";
import type { AppOptions } from "./options.ts";
import { refusal, withSecurityHeaders } from "./reply.ts";
import { createRouter, type Match, type Route, type Values } from "./routes.ts";
import { ROUTES } from "./table.ts";

export type App = (request: Request) => Promise<Response>;

/** The case page: Request in, Response out. Pages hold no data; everything under `/api/` needs a session. */
export const createApp = (options: AppOptions): App => {
  const route = createRouter(ROUTES());
  return async (request) => {
    const response = await answer(request, route(request.method, new URL(request.url).pathname), options);
    if (response.status >= 400) await report(request, response, options);
    return withSecurityHeaders(
      request.method === "HEAD" ? new Response(null, response) : response,
      options.site.secure,
      options.ports.clock.now(),
    );
  };
};

const answer = async (request: Request, match: Match<Work>, options: AppOptions): Promise<Response> => {
  try {
    const isPage = match.found === "route" && match.route.open && match.route.method === "GET";
    const foreign = refuseForeign(request, options.site, isPage);
    if (foreign !== null) return foreign;
    if (match.found === "nothing") return refusal(404, "NOT_FOUND", "There is nothing here.");
    if (match.found === "other-method")
      return refusal(405, "METHOD", `Only ${match.allow} is possible here.`, { allow: match.allow });
    return await admitted(request, match.route, match.values, options);
  } catch (error) {
    return failure(error, options);
  }
};

const admitted = async (
  request: Request,
  route: Route<Work>,
  values: Values,
  options: AppOptions,
): Promise<Response> => {
  const cookie = cookieOf(request, options.site.cookie(new URL(request.url)));
  const session = route.open ? null : await options.sessions.find(cookie);
  if (!route.open && session === null)
    return refusal(401, "NO_SESSION", `The session has ended or was never opened. ${options.site.howToEnter}`);
  if (session !== null && !isSame(request.headers.get("cordon-csrf") ?? "", session.csrf))
    return refusal(403, "CSRF", "The request does not come from the page that was signed in.");
  return route.work({ request, values, cookie, session, options });
};

/** Two cookies of one name mean that somebody planted one: then there is none. */
const cookieOf = (request: Request, name: string): string => {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  const found = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  return found.length === 1 ? found[0]! : "";
};

const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());

const STATUS_OF: Readonly<Partial<Record<CordonError["code"], number>>> = {
  INPUT_INVALID: 400,
  CASE_NOT_FOUND: 404,
  DOCUMENT_MISSING: 404,
  AUDIT_UNAVAILABLE: 503,
};

const failure = (error: unknown, { onFault }: AppOptions): Response => {
  const status = error instanceof CordonError ? STATUS_OF[error.code] : undefined;
  if (status !== undefined) return refusal(status, (error as CordonError).code, (error as CordonError).message);
  onFault(error);
  return refusal(
    500,
    "FAULT",
    "Something went wrong here. Nothing was decided by this request; the case is as it was.",
  );
};

const report = async (request: Request, response: Response, { onRefused, ports }: AppOptions): Promise<void> => {
  const { code } = (await response.clone().json()) as { code: string };
  onRefused({
    at: ports.clock.now(),
    status: response.status,
    code,
    method: request.method,
    path: new URL(request.url).pathname,
    host: request.headers.get("host"),
    origin: request.headers.get("origin"),
  });
};
