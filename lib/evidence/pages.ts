import { createHash } from "node:crypto";
import type { EvidenceFault } from "../base/evidenceError.ts";
import type { Inventory } from "./inventory.ts";
import { REPORT_PAGE } from "./layout.ts";

/** Names of files that a browser or a desktop, opening them by a click, runs or follows. One of them is ours. */
const OPENED =
  /\.(x?html?|xht|shtml?|mhtm?|mhtml|svgz?|xml|xslt?|rdf|xul|rss|atom|js|mjs|wasm|pdf|swf|hta|url|website|webloc|desktop|lnk|chm|jar|command|bat|cmd|com|exe|msi|scr|ps1|vbs|wsf|docm|xlsm|pptm)$/;

/**
 * What a browser opens must be inert: a signature vouches for bytes and not for what they do. Everything outside text is held
 * to the little that a report is made of, so that no second reader can see more in it than this one.
 */
export function checkPages({ digests, held, asPages }: Inventory): readonly EvidenceFault[] {
  const others = [...digests.keys()].filter((path) => path !== REPORT_PAGE);
  const strangers = others.filter((path) => OPENED.test(path));
  const disguised = others.filter((path) => asPages.has(path) && !OPENED.test(path));
  const page = held.get(REPORT_PAGE);
  const fault = page === undefined ? null : faultIn(Buffer.from(page).toString("utf8"));
  return [
    ...strangers.map((path) => active(`${path}: no bundle holds a file of this kind`)),
    ...disguised.map((path) => active(`${path}: begins as a page, whatever it is called`)),
    ...(fault === null ? [] : [active(`${REPORT_PAGE}: ${fault}`)]),
  ];
}

const active = (detail: string): EvidenceFault => ({ code: "ACTIVE", detail });

const HEAD =
  /^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-([A-Za-z0-9+/]{43}=)'; base-uri 'none'; form-action 'none'">\n/;
const STYLE = /<style>([^<]*)<\/style>/;
/** A tag as a report writes it: names in small letters, values in double quotes. */
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?: [a-z][a-z0-9-]*(?:="[^"<>]*")?)*)\/?>/;
const ATTRIBUTE = / ([a-z][a-z0-9-]*)(?:="([^"<>]*)")?/g;
const ELEMENTS = new Set(
  "html head meta title style body header main nav section article footer h1 h2 h3 h4 h5 p ol ul li dl dt dd div span table caption thead tbody tr th td code pre ins del small strong em a br details summary figure figcaption svg g rect circle line path text desc".split(
    " ",
  ),
);
const ATTRIBUTES = new Set(
  "lang charset content name class id role tabindex scope title open width height x x1 x2 y y1 y2 cx cy r rx d text-anchor href http-equiv aria-label aria-labelledby aria-hidden".split(
    " ",
  ),
);

/** Why a page is not inert, or null. */
function faultIn(page: string): string | null {
  const policy = HEAD.exec(page);
  if (policy === null) return "it does not begin with the policy that forbids everything";
  const style = STYLE.exec(page)?.[1] ?? "";
  if (createHash("sha256").update(style).digest("base64") !== policy[1]) return "another style than its policy allows";
  if (page.split("<style").length !== 2) return "a second style";
  if (/url\s*\(|@import/i.test(style)) return "its style refers to something elsewhere";
  const body = page.slice("<!doctype html>".length);
  for (let at = body.indexOf("<"); at >= 0; at = body.indexOf("<", at + 1)) {
    const fault = tagFault(body.slice(at, at + MAX_TAG));
    if (fault !== null) return fault;
  }
  return null;
}

/** The longest tag of a report names what a mark of a picture stands for. */
const MAX_TAG = 65_536;

function tagFault(text: string): string | null {
  const tag = TAG.exec(text);
  if (tag === null) return "markup that no report has";
  const [, closing, name, attributes] = tag as unknown as [string, string, string, string];
  if (!ELEMENTS.has(name)) return `an element that no report has: ${name}`;
  if (closing !== "") return attributes === "" ? null : "a closing tag with attributes";
  for (const [, attribute, value = ""] of attributes.matchAll(ATTRIBUTE)) {
    if (!ATTRIBUTES.has(attribute!)) return `an attribute that no report has: ${attribute}`;
    if (attribute === "href" && !value.startsWith("#")) return "a reference out of the page";
    if (attribute === "http-equiv" && value !== "Content-Security-Policy") return "a second instruction to the browser";
  }
  return null;
}
