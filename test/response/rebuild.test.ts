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
import { OTRF, respondTo, withHome } from "./run.ts";

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
  await withHome({}, async (deployment) => {
    const { caseId, evidence, notKnown } = await respondTo(OTRF, deployment);
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
    assert.deepEqual(await plant("finding.json", (text) => text.replace("Exfiltration", "Discovery")), [1, "REPORT"]);
    // What a browser would run is not even sealed.
    const scripted = (text: string): string => text.replace("</main>", "<script>document.title=1</script></main>");
    await assert.rejects(plant("report.html", scripted), /ACTIVE/);
    const { producer } = predicateOf(sealed);
    const older = await altered(sealed, ports, "report.md", (text) => `${text}\n`, { ...producer, version: "0.0.9" });
    const { exitCode, check } = await judged(older, ports);
    assert.deepEqual([exitCode, check?.ok, check?.notChecked], [0, true, true]);
    assert.match(check!.detail, /report not rebuilt/);
  });
});
