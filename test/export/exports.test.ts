import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { observable } from "../../lib/export/stix.ts";
import { uuidV5 } from "../../lib/export/uuid.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { carryOn, decideOn, OTRF, withCase } from "../response/run.ts";

/** A Python with stix2, py-ocsf-models and case-utils from PyPI; see test/export/judge.py. */
const PYTHON = process.env.CORDON_JUDGE_PYTHON ?? "";
const JUDGE = join(import.meta.dirname, "judge.py");

/** The exports of a real sealed case. */
const exportsOfOtrf = async (use: (files: ReadonlyMap<string, string>) => Promise<void> | void): Promise<void> =>
  withCase(OTRF, async (deployment, { caseId }) => {
    await decideOn(caseId, deployment, {});
    const { evidence } = await carryOn(caseId, deployment);
    const bundle = await sealedFiles(deployment.ports.vault, `${caseId}/r${evidence.length}`);
    await use(
      new Map(
        [...bundle].flatMap(([path, bytes]) =>
          path.startsWith("data/exports/")
            ? [[path.slice("data/exports/".length), Buffer.from(bytes).toString("utf8")] as const]
            : [],
        ),
      ),
    );
  });

test("version 5 UUIDs are those of RFC 9562 appendix A.4", () => {
  assert.equal(
    uuidV5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",
  );
});

test("ids of observables are those that OASIS's own library gives", () => {
  assert.equal(
    observable("ipv4-addr", { value: "198.51.100.3" }).id,
    "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
  );
  assert.equal(observable("ipv6-addr", { value: "2001:db8::1" }).id, "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26");
  assert.equal(
    observable("user-account", { user_id: "AIDAEXAMPLE" }).id,
    "user-account--e9f905a3-ac18-5171-b5d5-1268cd9f1056",
  );
});

test("the exports of a case: findings by class, a marked STIX bundle that names no bucket and no key, a hash for every item", async () => {
  await exportsOfOtrf((files) => {
    const events = files
      .get("ocsf.jsonl")!
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, number>);
    // GuardDuty's finding and two detections, the incident, three containment steps that were applied.
    assert.deepEqual(
      events.map(({ class_uid }) => class_uid),
      [2004, 2004, 2004, 2005, 7001, 7001, 7001],
    );
    for (const { class_uid, category_uid, activity_id, type_uid } of events)
      assert.deepEqual([category_uid, type_uid], [Math.floor(class_uid! / 1000), class_uid! * 100 + activity_id!]);
    const stix = JSON.parse(files.get("stix.json")!) as { objects: { type: string; object_marking_refs?: string[] }[] };
    assert.ok(
      stix.objects
        .filter(({ type }) => type !== "marking-definition")
        .every(({ object_marking_refs: refs }) => refs?.length === 1),
    );
    for (const secret of ["mordors3stack-s3bucket-llp2yingx64a", "ring.txt", "ASIA5FLZVX4OPVKKVBMX"])
      assert.doesNotMatch(files.get("stix.json")!, new RegExp(secret));
    const graph = (JSON.parse(files.get("chain-of-custody.jsonld")!) as { "@graph": { "@type": string }[] })["@graph"];
    const count = (type: string): number => graph.filter((node) => node["@type"] === type).length;
    assert.ok(count("uco-observable:File") > 10);
    assert.equal(count("case-investigation:InvestigativeAction"), count("uco-observable:File"));
    assert.equal(count("case-investigation:ProvenanceRecord"), count("uco-observable:File"));
  });
});

test("independent models of the three standards accept the exports", {
  skip: PYTHON === "" ? "set CORDON_JUDGE_PYTHON" : false,
}, async () => {
  await exportsOfOtrf((files) => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-exports-"));
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const judged = spawnSync(PYTHON, [JUDGE, folder], { encoding: "utf8" });
    assert.equal(judged.status, 0, judged.stdout + judged.stderr);
    const { objects } = JSON.parse(files.get("stix.json")!) as { objects: readonly unknown[] };
    assert.equal(judged.stdout, `stix ${objects.length} objects\nocsf 3 detection findings\n`);
    const ontology = spawnSync(join(dirname(PYTHON), "case_validate"), [join(folder, "chain-of-custody.jsonld")], {
      encoding: "utf8",
    });
    assert.match(ontology.stdout, /Conforms: True/, `${ontology.error ?? ""} ${ontology.stderr}`);
  });
});
