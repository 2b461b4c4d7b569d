/**
 * Figures of the ledger: `node test/bench/ledger.ts [crash|append|tree]`, all three without an argument. The crash figure is
 * the one of the acceptance list (64 writers, 200 appends each, killed at every step) and takes some minutes on two cores.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLedger } from "../../lib/embedded/ledger.ts";
import { createTree, leafHash, verifyInclusion } from "../../lib/evidence/ledger/merkle.ts";
import { crashLedger } from "../embedded/ledgerCrash.ts";
import { AT, asBytes, digestOf, makeKey, ORIGIN } from "../evidence/ledgerFixture.ts";

const key = makeKey();
const FIGURES: Readonly<Record<string, () => Promise<object>>> = {
  append: appendFigure,
  tree: treeFigure,
  crash: crashFigure,
};
const wanted = process.argv.slice(2);
for (const [name, figure] of Object.entries(FIGURES)) {
  if (wanted.length === 0 || wanted.includes(name)) console.log(name, await figure());
}

async function crashFigure(): Promise<object> {
  const plan = { processes: 8, writersPerProcess: 8, appends: 200, cases: 640, headEvery: 25, rounds: 6 };
  const outcome = await crashLedger(plan);
  return { ...plan, ...outcome, points: outcome.points.size, appendsPerSecond: outcome.entries / outcome.seconds };
}

async function appendFigure(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "cordon-ledger-"));
  const open = () => createLedger({ folder, signedFolder: folder, origin: ORIGIN, signer: key, formerKeys: [] });
  const ledger = open();
  const append = (index: number) =>
    ledger.append({ type: "execution", caseId: `case-${index >> 4}`, digest: digestOf(`${index}`), at: AT });
  const appends = await seconds(async () => {
    for (let index = 0; index < 5000; index++) await append(index);
  });
  const appendsWithHead = await seconds(async () => {
    for (let index = 5000; index < 5500; index++) {
      await append(index);
      await ledger.head();
    }
  });
  const cold = await seconds(async () => void (await open().proof(17)));
  rmSync(folder, { recursive: true, force: true });
  return {
    appendsPerSecond: 5000 / appends,
    appendsWithSignedHeadPerSecond: 500 / appendsWithHead,
    proofFromColdStartMs: cold * 1000,
    entries: 5500,
  };
}

async function treeFigure(): Promise<object> {
  const size = 1_000_000;
  const tree = createTree();
  const build = await seconds(async () => {
    for (let index = 0; index < size; index++) tree.push(leafHash(asBytes(`entry ${index}`)));
  });
  const root = tree.root(size);
  const prove = await seconds(async () => {
    for (let index = 0; index < size; index += 1000) {
      const proof = tree.inclusionProof(index, size);
      if (!verifyInclusion({ leafHash: tree.leaf(index), index, size, root, proof })) throw new Error(`entry ${index}`);
    }
  });
  return { leaves: size, buildSeconds: build, proofAndVerifyMs: prove, residentMB: process.memoryUsage().rss / 1e6 };
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}
