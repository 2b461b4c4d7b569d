import { createHash } from "node:crypto";
import { html, type Part, toText, verbatim } from "./html.ts";
import { STYLE } from "./style.ts";

/** The style sheet is allowed by its digest, so that nothing else can style (or load through a style) whatever slips in. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** One self-contained page: no script, no remote resource. */
export const page = (title: string, body: Part): string =>
  `${toText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${verbatim(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>`)}\n`;
