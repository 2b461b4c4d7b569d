import { createHash } from "node:crypto";
import { canonicalJson, sha256Hex } from "../../lib/base/jcs.ts";
import { renderManifest } from "../../lib/evidence/bag.ts";
import { isPayload } from "../../lib/evidence/layout.ts";
import { type ConformanceCase, refused } from "./case.ts";
import { edit, type Files, forge, utf8 } from "./forge.ts";

/** Every one of these is signed by the genuine key: what is wrong is what its files do or say. */
const SIGNED = "signed by the genuine key; the recipe does not read what files say";

const STYLE = "p{margin:0}";
const POLICY = createHash("sha256").update(STYLE).digest("base64");
const page = (body: string, style = STYLE): string =>
  `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${POLICY}'; base-uri 'none'; form-action 'none'">\n<title>x</title>\n<style>${style}</style>\n</head>\n<body><main>${body}</main></body>\n</html>\n`;

const holding = (path: string, text: string) => () => forge({ payload: (payload) => void payload.set(`data/${path}`, utf8(text)) });
const reporting = (text: string) => holding("report.html", text);

const ACTIVE: readonly ConformanceCase[] = refused(
  (
    [
      ["script", reporting(page("<script>alert(1)</script>"))],
      ["event-handler", reporting(page('<p onclick="alert(1)">x</p>'))],
      ["remote-image", reporting(page('<img src="https://x.example/p.png">'))],
      ["remote-link", reporting(page('<a href="https://x.example">x</a>'))],
      ["remote-style", reporting(page("<p>x</p>", "p{background:url(//x.example)}"))],
      ["other-style", reporting(page("<p>x</p>", "p{color:red}"))],
      ["second-policy", reporting(page('<meta http-equiv="refresh" content="0">'))],
      ["no-policy", reporting("<!doctype html><p>x</p>")],
      ["second-page", holding("more.html", page("<p>x</p>"))],
      ["picture", holding("picture.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')],
      ["program", holding("a.js", "1")],
      ["paper", holding("a.pdf", "%PDF-1.7")],
      ["shortcut", holding("a.url", "[InternetShortcut]\nURL=https://evil.example\n")],
      ["application", holding("a.hta", "<script>1</script>")],
      ["called-lines", holding("a.jsonl", "<!doctype html><script>1</script>")],
      ["called-nothing", holding("readme", "\ufeff\n\t <html><script>1</script>")],
      ["in-a-schema", () => forge({ tags: (tags) => void tags.set("schema/a.json", utf8("\r\n<svg onload=alert(1)>")) })],
    ] as const
  ).map(([name, bundle]) => [`page-${name}`, "ACTIVE", bundle, SIGNED] as const),
);

const AMOUNT = { objects: 1, calls: 2, bytes: 30 };
const OBJECT = {
  ...{ bucket: "exports", key: "a.csv", versionId: null, path: "download", certainty: "certain", calls: 2, bytesOut: 30 },
  ...{ size: 30, whole: true, firstAt: "2026-11-20T23:10:00Z", lastAt: "2026-11-20T23:11:00Z", principals: [] },
  ...{ accessKeyIds: [], addresses: ["203.0.113.7"], restoredFirst: false, destination: null },
};
const THEFT = {
  ...{ certain: AMOUNT, likely: AMOUNT, upperBound: null, notKnown: [], firstAt: OBJECT.firstAt, lastAt: OBJECT.lastAt },
  ...{ buckets: ["exports"], addresses: ["203.0.113.7"] },
};

const told = (change: (files: Files) => void) => () =>
  forge({
    payload: (payload) => {
      payload.set("data/case.json", utf8(canonicalJson({ view: { theft: THEFT } })));
      payload.set("data/theft-summary.json", utf8(canonicalJson(THEFT)));
      payload.set("data/objects.jsonl", utf8(`${canonicalJson(OBJECT)}\n`));
      change(payload);
    },
  });
const inAll = (...paths: readonly string[]) =>
  told((files) => {
    for (const path of paths) edit(files, `data/${path}`, (text) => text.replace('"objects":1', '"objects":0'));
  });

/** Intact, by whoever knows nothing of what Cordon's files say; `cordon evidence verify` adds them up. */
const REPORT: readonly ConformanceCase[] = (
  [
    ["agree", null, told(() => undefined)],
    ["other-in-record", "REPORT", inAll("case.json")],
    ["other-in-summary", "REPORT", inAll("theft-summary.json")],
    ["other-in-both", "REPORT", inAll("case.json", "theft-summary.json")],
    ["object-added", "REPORT", told((files) => edit(files, "data/objects.jsonl", (text) => `${text}${canonicalJson({ ...OBJECT, key: "b.csv" })}\n`))],
    ["object-left-out", "REPORT", told((files) => void files.set("data/objects.jsonl", utf8("")))],
    ["bytes-of-object", "REPORT", told((files) => edit(files, "data/objects.jsonl", (text) => text.replace('"bytesOut":30', '"bytesOut":3')))],
    ["no-summary", "REPORT", told((files) => void files.delete("data/theft-summary.json"))],
  ] as const
).map(([name, rebuilt, bundle]) => ({ name: `totals-${name}_ok`, exitCode: 0, code: null, trust: "evidence", bundle, recipeAccepts: null, rebuilt }));

const saltOf = (path: string): string => sha256Hex(utf8(`salt of ${path}`));

/** A bundle with salts and salted digests, which `change` may spoil before it is signed. */
const salted = (change: (salts: Map<string, string>, digests: Map<string, string>) => void, leavesOut: "salts" | "digests" | null = null) => async () => {
  const plain = [...(await forge())].filter(([path]) => isPayload(path));
  const salts = new Map(plain.map(([path]) => [path, saltOf(path)]));
  const digests = new Map(plain.map(([path, bytes]) => [path, sha256Hex(utf8(`${saltOf(path)} ${sha256Hex(bytes)}\n`))]));
  change(salts, digests);
  const listed = (map: ReadonlyMap<string, string>): Uint8Array => utf8(renderManifest(new Map([...map].map(([path, sha256]) => [path, { sha256 }]))));
  return forge({
    payload: (payload) => void (leavesOut === "salts" || payload.set("data/salts.txt", listed(salts))),
    tags: (tags) => void (leavesOut === "digests" || tags.set("salted-digests.txt", listed(digests))),
  });
};

const RECORD = "data/case.json";
const TIMELINE = "data/timeline.jsonl";
const SALTS: readonly ConformanceCase[] = [
  { name: "salts_ok", exitCode: 0, code: null, trust: "evidence", bundle: salted(() => undefined), recipeAccepts: null },
  ...refused(
    (
      [
        ["of-another-file", "MANIFEST", salted((salts) => void salts.set(RECORD, saltOf(TIMELINE)))],
        ["line-left-out", "MANIFEST", salted((salts) => void salts.delete(RECORD))],
        ["digest-of-another-file", "MANIFEST", salted((_, digests) => void digests.set(RECORD, digests.get(TIMELINE)!))],
        ["digest-left-out", "MANIFEST", salted((_, digests) => void digests.delete(RECORD))],
        ["digest-plain", "MANIFEST", salted((_, digests) => void digests.set(RECORD, sha256Hex(utf8("x"))))],
        ["digest-of-nothing", "MANIFEST", salted((salts, digests) => void (salts.set("data/gone", saltOf("x")), digests.set("data/gone", saltOf("y"))))],
        ["gone", "MISSING", salted(() => undefined, "salts")],
        ["alone", "MISSING", salted(() => undefined, "digests")],
      ] as const
    ).map(([name, code, bundle]) => [`salts-${name}`, code, bundle, SIGNED] as const),
  ),
];

export const CONTENT_CASES: readonly ConformanceCase[] = [
  ...ACTIVE,
  { name: "page-of-a-report_ok", exitCode: 0, code: null, trust: "evidence", bundle: reporting(page('<p class="x">x</p>')), recipeAccepts: null },
  ...REPORT,
  ...SALTS,
];
