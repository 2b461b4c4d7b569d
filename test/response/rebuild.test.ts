import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bodies, wholeOf } from "../../lib/base/content.ts";
import { withReportRebuilt } from "../../lib/cli/reportRebuilt.ts";
import { DEFAULT_LIMITS } from "../../lib/evidence/inventory.ts";
import { openBundle } from "../../lib/evidence/openBundle.ts";
import type { BundlePredicate } from "../../lib/evidence/predicate.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { rebuildReport } from "../../lib/response/seal/rebuild.ts";
import { redactedFiles } from "../evidence/redactedFiles.ts";
import { OTRF, withCase } from "./run.ts";

const predicateOf = (files: Bodies): BundlePredicate =>
  JSON.parse(Buffer.from(wholeOf(files.get("attestation/statement.json")!)).toString("utf8")).predicate;

const within = (files: Bodies, folder: string): Map<string, Uint8Array> =>
  new Map(
    [...files].flatMap(([name, body]) => (name.startsWith(folder) ? [[name.slice(folder.length), wholeOf(body)]] : [])),
  );

/** The same bundle with other words in one file, signed anew by the deployment's own key: every digest is right. */
const altered = async (
  files: Bodies,
  { signer, ids }: Ports,
  name: string,
  change: (text: string) => string,
  producer: BundlePredicate["producer"] = predicateOf(files).producer,
): Promise<Bodies> => {
  const payload = within(files, "data/");
  payload.delete("salts.txt");
  const before = Buffer.from(payload.get(name) ?? new Uint8Array()).toString("utf8");
  const after = change(before);
  assert.notEqual(after, before);
  payload.set(name, Buffer.from(after));
  const { caseId, revision, supersedes, deployment, sealedAt, ledgerHead, result, exercise } = predicateOf(files);
  return sealBundle({
    ...{ caseId, revision, supersedes, deployment, sealedAt, ledgerHead, result, exercise, producer, payload, signer },
    schemas: new Map([...within(files, "schema/")].map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")])),
    tagFiles: new Map(),
    ledger: new Map(),
    salt: () => ids.random(32),
    stamp: async () => null,
  });
};

const judged = async (files: Bodies, { signer, clock }: Ports) => {
  const report = await verifyBundle(files, {
    trust: [await signer.publicKey()],
    withoutLedger: true,
    now: clock.now(),
  });
  const { checks, errors, exitCode } = await withReportRebuilt(report, files);
  return { errors, exitCode, check: checks.find(({ code }) => code === "REPORT") };
};

test("the report is bound to the data: built again it is the same, and whatever else is in its place is found", async () => {
  await withCase(OTRF, async (deployment, { caseId, evidence, notKnown }) => {
    assert.deepEqual(notKnown, []);
    const ports = deployment.portsOf(caseId);
    for (const { path } of evidence) {
      const { exitCode, check } = await judged(openBundle(path, DEFAULT_LIMITS), ports);
      assert.deepEqual([exitCode, check?.ok, check?.notChecked], [0, true, undefined], check?.detail);
    }
    const sealed = openBundle(evidence.at(-1)!.path, DEFAULT_LIMITS);
    const plant = async (name: string, change: (text: string) => string) => {
      const { exitCode, errors } = await judged(await altered(sealed, ports, name, change), ports);
      return [exitCode, errors[0]?.code];
    };
    const other = (text: string): string => text.replace(/\d(?=<\/td>)/, "0").replace("The answer", "An answer");
    assert.deepEqual(await plant("report.html", other), [1, "REPORT"]);
    assert.deepEqual(await plant("report.md", (text) => `${text}\nNothing was taken.\n`), [1, "REPORT"]);
    assert.deepEqual(await plant("theft-summary.json", (text) => `${text} `), [0, undefined]);
    // Totals in the record, the summary and the list of objects are one thing said three times.
    const more = (text: string): string => text.replace(/"certain":\{"bytes":\d+/, '"certain":{"bytes":1');
    assert.deepEqual(await plant("theft-summary.json", more), [1, "REPORT"]);
    assert.deepEqual(await plant("case.json", more), [1, "REPORT"]);
    assert.deepEqual(await plant("case.json", (text) => text.replace('"filesRead":', '"filesRead":1')), [1, "REPORT"]);
    const totals = await judged(
      await altered(sealed, ports, "objects.jsonl", (text) => text.replace(/^.*\n/, "")),
      ports,
    );
    assert.match(totals.errors[0]!.detail, /objects\.jsonl adds up to/);
    assert.deepEqual(await plant("objects.jsonl", (text) => text.replace(/"calls":\d+/, '"calls":99')), [1, "REPORT"]);
    // What cannot be built again is not checked, aloud.
    const unreadable = await judged(await altered(sealed, ports, "principal.json", () => "{}"), ports);
    assert.deepEqual([unreadable.exitCode, unreadable.check?.notChecked], [0, true]);
    assert.match(unreadable.check!.detail, /report not rebuilt: it cannot be built/);
    assert.deepEqual(await plant("finding.json", (text) => text.replace("Exfiltration", "Discovery")), [1, "REPORT"]);
    // What a browser would run is not even sealed.
    const scripted = (text: string): string => text.replace("</main>", "<script>document.title=1</script></main>");
    await assert.rejects(plant("report.html", scripted), /ACTIVE/);
    const { producer } = predicateOf(sealed);
    const older = await altered(sealed, ports, "report.md", (text) => `${text}\n`, { ...producer, version: "0.0.9" });
    const { exitCode, check } = await judged(older, ports);
    assert.deepEqual([exitCode, check?.ok, check?.notChecked], [0, true, true]);
    assert.match(check!.detail, /report not rebuilt/);
    // Two programs of which nothing is known are not the same program.
    const unknown = { ...producer, sourceDigest: "unknown" };
    const ofUnknown = await altered(sealed, ports, "report.md", (text) => `${text}\n`, unknown);
    const { state } = await rebuildReport(ofUnknown, predicateOf(ofUnknown), unknown);
    assert.equal(state, "not checked");
    await assertCoarse(sealed, ports);
  });
});

/** Of a coarse copy of a real bundle: no time of the original to the minute, and no number of it of two digits or more. */
const assertCoarse = async (sealed: Bodies, { signer, ids }: Ports): Promise<void> => {
  const wish = { secret: ids.random(32), at: "2026-11-21T09:00:00.000Z", signer };
  const { files } = await redactedFiles(sealed, { ...wish, coarse: true });
  const shared = [...files].filter(([path]) => path.startsWith("data/copy/") && !IS_SAME.test(path));
  const copy = shared.map(([path, bytes]) => `${path}\n${Buffer.from(bytes).toString("utf8")}`).join("\n");
  const originals = shared.map(([path]) => textOf(sealed, path.replace("copy/", "")));
  const times = new Set(originals.flatMap((text) => text.match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g) ?? []));
  const numbers = new Set(originals.filter((text) => /^[[{]/.test(text)).flatMap(numbersIn));
  assert.ok(times.size > 50 && numbers.size > 50 && copy.length > 100_000, `${times.size} ${numbers.size}`);
  for (const time of times) {
    if (time.includes("T00:00:00")) continue;
    const epoch = Date.parse(time) / 1000;
    for (const form of [
      time.slice(0, 16),
      time.slice(0, 16).replace("T", " "),
      time.replaceAll(/[-:]/g, "").slice(0, 13),
      `${Math.trunc(epoch)}`,
    ])
      assert.equal(copy.includes(form), false, form);
  }
  const runs = new Set(copy.replaceAll(IS_NO_NUMBER, " ").match(/\d[\d,]*(?:\.\d+)?/g));
  for (const number of numbers)
    for (const form of [`${number}`, number.toLocaleString("en-US")])
      assert.equal(runs.has(form) && /^\D*[1-9].*[1-9]/.test(form), false, form);
};

const IS_SAME = /\/(?:rules\.jsonl|artifacts\.json|controls\.json|ledger\/)/;
/** Tokens, random ids, account ids, dates, and what a version or a technique is called by. */
const IS_NO_NUMBER =
  /\b(?:address|bucket|digest|key|name|object|principal|text)-[0-9a-f]{32}\b|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{16,}\b|\bcase-\d{8}-\w+|\d{12}|\d{4}-\d\d-\d\d|(?:\d+\.){2,}\d+|\bT\d{4}(?:\.\d{3})?|[A-Za-z]\d+/g;

const textOf = (files: Bodies, path: string): string => Buffer.from(wholeOf(files.get(path)!)).toString("utf8");

/** Every number of JSON and JSON lines, and of the JSON texts in them. */
const numbersIn = (text: string): readonly number[] => {
  const found: number[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "number") found.push(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  for (const line of text.startsWith("{") ? text.split("\n").filter(Boolean) : [text]) walk(JSON.parse(line));
  return found.filter((number) => Math.abs(number) >= 10);
};
