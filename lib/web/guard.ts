import { refusal } from "./reply.ts";
import type { Site } from "./site.ts";

/**
 * What a request must satisfy before anything looks at its path: the name it was sent to (DNS rebinding), the site it
 * comes from, and for a POST the origin and the content type that a plain form cannot forge. Null: it may go on.
 */
export const refuseForeign = (request: Request, site: Site, isPage: boolean): Response | null =>
  refuseHost(request, site) ??
  refuseFetchSite(request, site, isPage) ??
  (request.method === "POST" ? refusePost(request, site) : null);

const refuseHost = (request: Request, site: Site): Response | null => {
  const hosts = site.origins(new URL(request.url)).map((origin) => new URL(origin).host);
  if (hosts.includes(request.headers.get("host") ?? "")) return null;
  return refusal(421, "HOST", `This server answers only to ${hosts.join(" and ")}.`);
};

/** Browsers say where a request comes from; what does not say it (curl, old browsers) is held by origin and CSRF token. */
const refuseFetchSite = (request: Request, site: Site, isPage: boolean): Response | null => {
  const from = request.headers.get("sec-fetch-site");
  const allowed = request.method === "POST" ? [null, "same-origin"] : [null, "same-origin", "none"];
  if (allowed.includes(from)) return null;
  const isDeepLink =
    site.deepLinks && isPage && request.method === "GET" && request.headers.get("sec-fetch-mode") === "navigate";
  return isDeepLink ? null : refusal(403, "CROSS_SITE", "Requests from other sites are refused.");
};

const refusePost = (request: Request, site: Site): Response | null => {
  const origin = request.headers.get("origin");
  const isOurs =
    origin !== null &&
    site.origins(new URL(request.url)).includes(origin) &&
    new URL(origin).host === request.headers.get("host");
  if (!isOurs) return refusal(403, "ORIGIN", "The request does not come from this page.");
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(type))
    return refusal(415, "CONTENT_TYPE", "Only application/json is taken.");
  return null;
};
