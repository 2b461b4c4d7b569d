/**
 * What 0.1.0 made of a case is made of it still: from the documents, the audit trail and the ledger entries of a bundle that
 * it sealed, every other file of that bundle is worked out again and held against its bytes.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createSpools } from "../../lib/base/spool.ts";
import { textLines } from "../../lib/base/textLines.ts";
import type { CaseHead } from "../../lib/case/case.ts";
import { parse } from "../../lib/case/document.ts";
import { QUERY } from "../../lib/case/documents.ts";
import type { CaseEvent } from "../../lib/case/events.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { derivedFiles } from "../../lib/export/derivedFiles.ts";
import type { CustodyLine } from "../../lib/export/schemas/record.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { buildReport } from "../../lib/report/report.ts";
import { readContents } from "../../lib/response/seal/caseFiles.ts";
import { sealedBy010 } from "../case/recorded.ts";
import { wholeFiles } from "../evidence/wholeZip.ts";

const SEALED = sealedBy010();
const json = <T>(name: string): T => JSON.parse(Buffer.from(SEALED.get(name)!).toString("utf8")) as T;
const linesOf = <T>(name: string): readonly T[] =>
  [...textLines(SEALED.get(name)!)].map((line) => JSON.parse(line) as T);

/** As the bundle's signed statement says. */
const SEALED_AT = "2026-11-30T03:40:25.859Z";
const { head } = json<{ head: CaseHead }>("case.json");
const events = linesOf<CaseEvent>("timeline.jsonl");

/** Only what reading a case for sealing asks. */
const ports = {
  cases: {
    head: async () => head,
    events: async () => events,
    names: async (_: string, prefix: string) => [...SEALED.keys()].filter((name) => name.startsWith(prefix)).sort(),
    read: async (_: string, name: string) => SEALED.get(name) ?? null,
    readLarge: async (_: string, name: string) => SEALED.get(name) ?? null,
    write: async () => {},
  },
  trail: {
    digests: async (files: readonly string[]) =>
      new Map(
        linesOf<CustodyLine>("custody.jsonl")
          .filter(({ file }) => file === null)
          .map(({ bytes, sha256 }, at) => [files[at]!, { bytes, sha256 }]),
      ),
    query: async (_: string, name: string) => parse(QUERY.at(name), SEALED.get(`queries/${name}.json`)!, "the case"),
  },
  ledger: {
    origin: json<{ deployment: string }>("plans/contain-1.json").deployment,
    caseEntries: async () => [...textLines(SEALED.get("ledger/entries.jsonl")!)].map((line) => Buffer.from(line)),
  },
  clock: { now: () => SEALED_AT },
  settings: JSON.parse(
    readFileSync(new URL("../fixtures/case-0.1.0/settings.json", import.meta.url), "utf8"),
  ) as Settings,
} as unknown as Ports;

/** Files of which later versions make other bytes, and why. The report is for people and is not among those held. */
const CHANGED_SINCE: Readonly<Record<string, string>> = {
  "exports/chain-of-custody.jsonld": "every person and program that collected something is a performer of its own",
  "actor-attribution.json": "whoever stole is called the actor",
  "clocks.json": "whoever stole is called the actor",
  "custody.jsonl": "a collector is said to be what was measured of it",
  "rules.jsonl": "there are more detections, and cards say more",
};

test("the files that are worked out from a case are those that 0.1.0 sealed", async () => {
  const meta = { revision: 2, kind: "final", sealedAt: SEALED_AT };
  const spools = createSpools();
  const files = wholeFiles(derivedFiles(await readContents(head, meta, ports, spools), spools));
  assert.ok(files.size >= 17);
  const changed = [...files].filter(
    ([name, bytes]) => Buffer.from(bytes).toString() !== Buffer.from(SEALED.get(name) ?? []).toString(),
  );
  assert.deepEqual(changed.map(([name]) => name).sort(), Object.keys(CHANGED_SINCE).sort());
});

test("the report of that case is still made", async () => {
  const { dossier } = await readContents(
    head,
    { revision: 2, kind: "final", sealedAt: SEALED_AT },
    ports,
    createSpools(),
  );
  const { html, markdown } = buildReport(dossier);
  for (const text of [html, markdown]) assert.match(text, /mordors3stack-s3bucket-llp2yingx64a/);
});
