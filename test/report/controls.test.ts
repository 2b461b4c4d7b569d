import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTROLS, controlMap } from "../../lib/report/controls.ts";

const of = (framework: string): readonly string[] =>
  CONTROLS.filter((one) => one.framework.startsWith(framework)).map(({ control }) => control);

test("the controls that the detection playbook names are all mapped", () => {
  for (const [framework, wanted] of [
    ["SOC 2", ["CC6.1", "CC6.6", "CC7.1"]],
    ["NIST SP 800-53", ["AC-3", "SC-7", "CM-7"]],
    ["NIST CSF", ["PR.AA", "PR.DS", "DE.CM"]],
    ["ISO/IEC 27001:2022", ["A.5.9", "A.8.20", "A.8.26", "A.5.24", "A.5.28"]],
    ["PCI DSS", ["12.10.1", "12.10.5"]],
  ] as const)
    assert.deepEqual(
      wanted.filter((control) => !of(framework).includes(control)),
      [],
      framework,
    );
  for (const old of ["A.8.1", "A.13.1", "A.14.1", "PR.AC"])
    assert.ok(
      CONTROLS.some(({ note }) => note?.includes(old)),
      old,
    );
});

test("no control is named twice in a framework, and each says what is asked and where it lies", () => {
  assert.equal(new Set(CONTROLS.map(({ framework, control }) => `${framework} ${control}`)).size, CONTROLS.length);
  for (const { control, asks, files } of CONTROLS)
    assert.ok(
      asks.length > 10 && files.length > 0 && files.every((file) => /^[a-z0-9.-]+(\/\*)?$/.test(file)),
      control,
    );
});

test("a bundle's map says which of the files it holds and which it does not", () => {
  const map = controlMap(["timeline.jsonl", "plans/contain-1.json", "decisions/contain-1/omar.json", "plansx/y"]);
  const answer = map.controls.find(({ control }) => control === "CC7.4")!;
  assert.deepEqual([answer.present, answer.absent], [["timeline.jsonl", "plans/*", "decisions/*"], ["actions/*"]]);
  assert.deepEqual(
    controlMap([]).controls.flatMap(({ present }) => present),
    [],
  );
});
