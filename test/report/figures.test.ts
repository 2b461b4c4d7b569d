import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createSpools } from "../../lib/base/spool.ts";
import type { QueryNote } from "../../lib/case/reportData.ts";
import { figureSourcesOf } from "../../lib/report/figureSources.ts";
import { sourcesOf } from "../../lib/report/sources.ts";
import { readContents } from "../../lib/response/seal/caseFiles.ts";
import { OTRF, withCase } from "../response/run.ts";
import { fullCase } from "./cases.ts";

const hasJq = spawnSync("jq", ["--version"]).status === 0;

test(
  "every figure on the page is what its command counts out of the sealed bundle",
  hasJq ? {} : { skip: "jq is not here" },
  async () => {
    await withCase(OTRF, async (deployment, { caseId, evidence }) => {
      const ports = deployment.portsOf(caseId);
      const bundle = evidence.at(-1)!.path;
      const head = await ports.cases.head(caseId);
      const { dossier } = await readContents(
        head,
        { revision: 1, kind: "preliminary", sealedAt: head.updatedAt },
        ports,
        createSpools(),
      );
      const page = readFileSync(join(bundle, "data/report.html"), "utf8");
      const figures = figureSourcesOf(dossier).filter(({ figure }) => !/audit trail|sensitive data/.test(figure));
      assert.ok(figures.filter(({ value }) => value !== null && value > 0).length >= 6);
      for (const { figure, value, recount } of figures.filter((one) => one.value !== null)) {
        const { stdout, stderr } = spawnSync("sh", ["-c", recount], { cwd: bundle, encoding: "utf8" });
        assert.equal(Number(stdout), value, `${figure}: ${stderr}`);
        const row = page.slice(page.indexOf(`>${figure}<`)).split("</tr>", 1)[0]!;
        assert.ok(row.includes(`>${String(value).replace(/\B(?=(\d{3})+$)/g, ",")}<`), `${figure}: ${row}`);
      }
    });
  },
);

const NOTE: QueryNote = { name: "", engine: "DuckDB", bytesScanned: 1, rows: 1, resultDigest: "", document: "" };
/** The queries that the product asks (lib/sql), by the figures that a reader of their headers expects of them. */
const EXPECTED = {
  objects: ["reads"],
  hours: ["theft-hours"],
  denied: ["denied"],
  changes: ["changes"],
  chain: ["chain", "minted"],
  coverage: ["bucket-coverage", "source-files"],
  habits: ["baseline"],
} as const;

test("each figure links to the very query that gives it", () => {
  const names = [...new Set(Object.values(EXPECTED).flat())].toSorted();
  const dossier = {
    ...fullCase(),
    queries: names.map((name) => ({ ...NOTE, name, document: `queries/${name}.json` })),
  };
  for (const [topic, wanted] of Object.entries(EXPECTED)) {
    const said = sourcesOf(dossier, topic as keyof typeof EXPECTED) as { readonly queries: readonly number[] };
    const linked = said.queries.map((number) => names[number - 1]!);
    for (const name of wanted) assert.ok(linked.includes(name), `${topic} does not link to ${name}`);
  }
});
