/** Writes the conformance corpus for others to run:  node test/conformance/build.ts FOLDER */
import { CASES, writeCorpus } from "./corpus.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node test/conformance/build.ts FOLDER");
  process.exit(64);
}
await writeCorpus(folder);
console.log(`${CASES.length} cases in ${folder}`);
