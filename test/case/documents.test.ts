import assert from "node:assert/strict";
import { test } from "node:test";
import type { CordonError } from "../../lib/base/errors.ts";
import { canonicalJson } from "../../lib/base/jcs.ts";
import { type DocumentStore, parse, patternOf } from "../../lib/case/document.ts";
import {
  ACTION,
  DECISION,
  DOCUMENTS,
  FINDING,
  find,
  keep,
  PLAN,
  read,
  readAll,
  readSound,
  write,
} from "../../lib/case/documents.ts";
import { sealedBy010 } from "./recorded.ts";

const SEALED = sealedBy010();

const storeOf = (files: Map<string, Uint8Array>): DocumentStore => ({
  read: async (_, name) => files.get(name) ?? null,
  write: async (_, name, bytes) => void files.set(name, bytes),
  putOnce: async (_, name, bytes) => files.get(name) ?? files.set(name, bytes).get(name)!,
  names: async (_, prefix) => [...files.keys()].filter((name) => name.startsWith(prefix)).sort(),
});

test("documents of a case that 0.1.0 wrote are read, and written again byte for byte", async () => {
  const store = storeOf(new Map());
  const known = [...SEALED].flatMap(([name, bytes]) => {
    const one = DOCUMENTS.find((each) => patternOf(each.name).test(name));
    return one === undefined || one.lines ? [] : [{ one: { ...one, name }, bytes }];
  });
  assert.ok(known.length >= 16, `${known.length} documents`);
  for (const { one, bytes } of known) {
    await write(store, "case", one, parse(one, bytes, "case"));
    assert.equal(textOf((await store.read("case", one.name))!), textOf(bytes), one.name);
  }
});

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const finding = () => parse(FINDING, SEALED.get("finding.json")!, "case");

test("members that a later version added survive being read and written again", async () => {
  const later = { ...finding(), laterMember: { deep: [1] } };
  const files = new Map<string, Uint8Array>([[FINDING.name, Buffer.from(canonicalJson(later))]]);
  await write(storeOf(files), "case", FINDING, await read(storeOf(files), "case", FINDING));
  assert.equal(textOf(files.get(FINDING.name)!), canonicalJson(later));
});

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: CordonError) => error.code,
  );

test("a document of another shape is refused with every fault by its path, and one that is no JSON too", async () => {
  const files = new Map<string, Uint8Array>([
    [FINDING.name, Buffer.from(canonicalJson({ ...finding(), id: 7, severity: "8" }))],
  ]);
  await assert.rejects(read(storeOf(files), "case", FINDING), (error: CordonError) => {
    assert.equal(error.code, "DOCUMENT_CONFLICT");
    assert.deepEqual(error.faults.map(({ path }) => path).sort(), ["id", "severity"]);
    return true;
  });
  files.set(FINDING.name, Buffer.from("{"));
  assert.equal(await codeOf(find(storeOf(files), "case", FINDING)), "DOCUMENT_CONFLICT");
});

test("nothing is written of a value that is not what it must be", async () => {
  const files = new Map<string, Uint8Array>();
  const wrong = { ...finding(), buckets: "all" } as unknown as ReturnType<typeof finding>;
  assert.equal(await codeOf(write(storeOf(files), "case", FINDING, wrong)), "INPUT_INVALID");
  assert.equal(await codeOf(keep(storeOf(files), "case", FINDING, wrong)), "INPUT_INVALID");
  assert.equal(files.size, 0);
});

test("what is not there is null to find and missing to read", async () => {
  const store = storeOf(new Map());
  assert.equal(await find(store, "case", PLAN.at("contain-1")), null);
  assert.equal(await codeOf(read(store, "case", PLAN.at("contain-1"))), "DOCUMENT_MISSING");
});

test("stars stand for one part of a path each, and nothing in a name is a pattern", async () => {
  assert.equal(ACTION.at("contain-1", "a1").name, "actions/contain-1/a1.json");
  assert.throws(() => ACTION.at("contain-1"), TypeError);
  assert.ok(patternOf(ACTION.name).test("actions/contain-1/a1.json"));
  assert.ok(!patternOf(ACTION.name).test("actions/contain-1/deep/a1.json"));
  assert.ok(!patternOf("a+(b.json").test("aab.json"));
  assert.ok(patternOf("a+(b.json").test("a+(b.json"));
});

test("of decisions, one that is spoilt costs no other; of plans, it is refused", async () => {
  const sound = { envelope: "AAAA", publicKey: "AAAA", receivedAt: "2026-01-01T00:00:00Z" };
  const files = new Map<string, Uint8Array>([
    ["decisions/contain-1/decide/anna.json", Buffer.from(canonicalJson(sound))],
    ["decisions/contain-1/decide/bert.json", Buffer.from('{"envelope":7}')],
    ["decisions/contain-1/withdraw/carl.json", Buffer.from("no JSON")],
    ["plans/contain-1.json", Buffer.from("{}")],
  ]);
  assert.deepEqual(await readSound(storeOf(files), "case", DECISION.at("contain-1", "*", "*")), [sound]);
  assert.equal(await codeOf(readAll(storeOf(files), "case", PLAN)), "DOCUMENT_CONFLICT");
});

test("no two documents claim the same file", () => {
  const names = DOCUMENTS.map(({ name }) => name.replaceAll("*", "x"));
  for (const name of names) assert.equal(DOCUMENTS.filter((one) => patternOf(one.name).test(name)).length, 1, name);
});
