import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { DEFAULT_LIMITS, inventoryOf } from "../../lib/evidence/inventory.ts";
import { checkPages } from "../../lib/evidence/pages.ts";
import { buildReport } from "../../lib/report/report.ts";
import { sealedBy010 } from "../case/recorded.ts";
import { dryRunCase, fullCase, unknownCase } from "../report/cases.ts";
import { hostileCase, PAYLOADS } from "../report/hostile.ts";
import { isSampled } from "../sample.ts";

const faultsOf = (files: Readonly<Record<string, string>>): readonly string[] => {
  const bodies = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
  return checkPages(inventoryOf(bodies, DEFAULT_LIMITS)).map(({ code }) => code);
};

test("every report of ours is inert, whatever the logs say, that of 0.1.0 included", () => {
  const hostile = PAYLOADS.map((_, shift) => hostileCase(shift)).filter((_, index) => isSampled(index, 12));
  for (const dossier of [fullCase(), unknownCase(), dryRunCase(), ...hostile])
    assert.deepEqual(faultsOf({ "data/report.html": buildReport(dossier).html }), []);
  const old = Buffer.from(sealedBy010().get("report.html")!).toString("utf8");
  assert.deepEqual(faultsOf({ "data/report.html": old }), []);
});

/** What people have hidden in pages (OWASP, XSS Filter Evasion Cheat Sheet; HTML Standard, parsing), each put before the end of the page. */
const HIDDEN = [
  "<script>alert(1)</script>",
  "<script src=//x.example/a.js></script>",
  "<ScRiPt>alert(1)</sCrIpT>",
  "<img src=x onerror=alert(1)>",
  '<img src="https://x.example/p.png">',
  '<p onclick="alert(1)">x</p>',
  '<p ONCLICK="alert(1)">x</p>',
  "<svg/onload=alert(1)>",
  '<svg><use href="https://x.example/#a"/></svg>',
  '<a href="https://x.example">x</a>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href=" javascript:alert(1)">x</a>',
  '<a href="//x.example">x</a>',
  '<iframe srcdoc="x"></iframe>',
  '<link rel="stylesheet" href="https://x.example/a.css">',
  '<meta http-equiv="refresh" content="0;url=https://x.example">',
  '<base href="https://x.example/">',
  '<form action="https://x.example"><input></form>',
  '<object data="x.swf"></object>',
  '<p style="background:url(https://x.example)">x</p>',
  "<!--><script>alert(1)</script>-->",
  "<![CDATA[<script>alert(1)</script>]]>",
  "<?xml-stylesheet href='https://x.example/a.xsl'?>",
  "<p\nonclick=alert(1)>x</p>",
  "<p title='\"><script>alert(1)</script>'>x</p>",
  "<math><mtext></mtext></math>",
  "<style>@import url(https://x.example)</style>",
  "<",
];

test("whatever a browser would run or follow is found, and so is a page without its policy", () => {
  const { html } = buildReport(fullCase());
  for (const one of HIDDEN)
    assert.deepEqual(faultsOf({ "data/report.html": html.replace("</body>", `${one}\n</body>`) }), ["ACTIVE"], one);
  const loose = html.replace("default-src 'none'", "default-src *");
  const without = html.replace(/<meta http-equiv[^>]*>\n/, "");
  const late = html.replace(
    '<meta charset="utf-8">\n',
    '<meta charset="utf-8">\n<meta name="robots" content="noindex">\n',
  );
  const styled = html.replace("<style>", "<style>p{color:red}");
  for (const page of [loose, without, late, styled, "", "<p>x</p>"])
    assert.deepEqual(faultsOf({ "data/report.html": page }), ["ACTIVE"]);
  const style = "p{background:url(https://x.example)}";
  const digest = createHash("sha256").update(style).digest("base64");
  const remote = html
    .replace(/sha256-[A-Za-z0-9+/=]{44}/, `sha256-${digest}`)
    .replace(/<style>[^<]*<\/style>/, `<style>${style}</style>`);
  assert.deepEqual(faultsOf({ "data/report.html": remote }), ["ACTIVE"]);
});

test("another file of a kind that browsers open is found by its name, wherever it lies", () => {
  for (const name of ["data/a.html", "data/exports/b.svg", "schema/c.xhtml", "data/d.js", "data/e.pdf", "data/f.htm"])
    assert.deepEqual(faultsOf({ [name]: "harmless" }), ["ACTIVE"], name);
  assert.deepEqual(faultsOf({ "data/a.json": "{}", "data/report.md": "# <script>", "data/b.csv": "" }), []);
});

test("what begins as a page is found, whatever it is called: browsers look at content where a name tells them nothing", () => {
  for (const content of ["<script>", " \r\n\t<!doctype html>", "\ufeff<?xml version='1.0'?>"])
    for (const name of ["data/a.json", "data/report.md", "schema/readme"])
      assert.deepEqual(faultsOf({ [name]: content }), ["ACTIVE"], content);
});
