/** The CDK app: `npx cdk deploy`, or `node bin/app.ts` with CDK_OUTDIR to synthesise without the CLI. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { CordonError } from "../lib/base/errors.ts";
import { checkStacks, FLAGS, makeStacks } from "../lib/stack/app.ts";
import { bundleFunctions } from "../lib/stack/bundle.ts";
import { parseContext } from "../lib/stack/context.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** Without the CDK CLI, which hands the context over, it is read from where the CLI looks; undefined: there is none. */
const contextFile = (): unknown =>
  existsSync("cdk.json") ? JSON.parse(readFileSync("cdk.json", "utf8")).context?.cordon : undefined;

try {
  const app = new App({ context: FLAGS });
  const context = parseContext(app.node.tryGetContext("cordon") ?? contextFile());
  const { loaded, accountsFile, huntLists } = context;
  const functions = await bundleFunctions(ROOT, join(app.outdir, "functions"), loaded, accountsFile, huntLists);
  makeStacks(app, context, functions);
  checkStacks(app);
  app.synth();
} catch (error) {
  if (!(error instanceof CordonError)) throw error;
  process.stderr.write(
    `${error.message}\n${error.faults.map(({ path, expected }) => `  ${path}: ${expected}`).join("\n")}\n`,
  );
  process.exitCode = 1;
}
