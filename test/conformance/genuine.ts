import { sealBundle } from "../../lib/evidence/seal.ts";
import { packZip } from "../evidence/wholeZip.ts";
import { sampleInput } from "../evidence/sample.ts";
import { packedIndependently } from "./archives.ts";
import type { ConformanceCase } from "./case.ts";
import { type Files, forge, utf8 } from "./forge.ts";

const sealed = async (changes: Parameters<typeof sampleInput>[0] = {}): Promise<Files> => new Map(await sealBundle(sampleInput(changes)));
const many = new Map(Array.from({ length: 300 }, (_, index) => [`actions/${String(index).padStart(4, "0")}.json`, utf8(`${index}`)] as const));

/** Bundles that every verifier must accept: a verifier that refuses everything is of no use either. */
export const GENUINE_CASES: readonly ConformanceCase[] = (
  [
    ["sealed-folder", () => sealed()],
    ["sealed-zip", async () => packZip(await sealed())],
    ["sealed-first-revision", () => sealed({ revision: 1, supersedes: null })],
    ["sealed-exercise", () => sealed({ exercise: true })],
    ["sealed-with-ledger-head", () => sealed({ ledgerHead: { size: "12", rootSha256: "ab".repeat(32) } })],
    ["sealed-not-contained", () => sealed({ result: { verdict: "unknown", contained: false, openActions: 3 } })],
    ["sealed-many-files", () => sealed({ payload: many })],
    ["sealed-many-files-zip", async () => packZip(await sealed({ payload: many }))],
    ["forged-with-no-departure", () => forge()],
    ["packed-by-another-writer", () => packedIndependently()],
    ["content-hostile-names-inside", () => sealed({ payload: new Map([["ledger.jsonl", utf8('{"key":"../../etc/passwd\\n=cmd|\u202e"}\n')]]) })],
    ["content-binary", () => sealed({ payload: new Map([["raw.bin", Buffer.from([...Array(256).keys()])]]) })],
  ] as const
).map(([name, bundle]) => ({ name: `${name}_ok`, exitCode: 0, code: null, trust: "evidence", bundle, recipeAccepts: null }));
