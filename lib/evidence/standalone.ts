/**
 * The verifier as a program of its own, for auditors who install nothing but Node:
 *
 *   npx esbuild lib/evidence/standalone.ts --bundle --platform=node --format=esm --outfile=cordon-verify.mjs
 *   node cordon-verify.mjs BUNDLE [--trust FINGERPRINT|KEY.pem|keys.json]… [--redactor FINGERPRINT|KEY.pem]… [--tsa-ca CA.pem]… [--json]
 *
 * It uses no network, no AWS and no package, and does not build the report again from the data (`cordon evidence verify`
 * does). Exit codes are those of `VerifyReport`; 64 is wrong usage, 70 an error of the program itself.
 */
import { parseArgs } from "node:util";
import { EvidenceError } from "../base/evidenceError.ts";
import { reportText, withoutReport } from "./reportText.ts";
import { readAuthorities, readRedactors, readTrust } from "./trustInput.ts";
import { verifyBundle } from "./verify.ts";

const USAGE =
  "usage: node cordon-verify.mjs BUNDLE [--trust FINGERPRINT|KEY.pem|keys.json]... [--redactor FINGERPRINT|KEY.pem]... [--tsa-ca CA.pem]... [--json]";
/** Iterator helpers came with it; older ones would fail in the middle of a proof. */
const OLDEST_NODE = 22;

process.exitCode = await main().catch((error: unknown) => {
  console.error("cordon-verify: internal error, which says nothing about the bundle:", error);
  return 70;
});

async function main(): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    console.error(
      `cordon-verify needs Node ${OLDEST_NODE} or newer, this is ${process.versions.node}: nothing was verified.`,
    );
    return 2;
  }
  const args = readArguments();
  if (args === null) return 64;
  try {
    const report = withoutReport(
      await verifyBundle(args.bundle, {
        ...readTrust(args.trust),
        redactors: readRedactors(args.redactors),
        now: new Date().toISOString(),
        ...(args.authorities.length === 0 ? {} : { timeStampAuthorities: readAuthorities(args.authorities) }),
      }),
    );
    console.log(args.json ? JSON.stringify(report, null, 2) : reportText(report));
    return report.exitCode;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function readArguments(): {
  readonly bundle: string;
  readonly trust: readonly string[];
  readonly redactors: readonly string[];
  readonly authorities: readonly string[];
  readonly json: boolean;
} | null {
  try {
    const options = {
      trust: { type: "string", multiple: true },
      redactor: { type: "string", multiple: true },
      "tsa-ca": { type: "string", multiple: true },
      json: { type: "boolean" },
    } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [bundle, ...rest] = positionals;
    if (bundle !== undefined && rest.length === 0)
      return {
        bundle,
        trust: values.trust ?? [],
        redactors: values.redactor ?? [],
        authorities: values["tsa-ca"] ?? [],
        json: values.json ?? false,
      };
  } catch (error) {
    console.error((error as Error).message);
  }
  console.error(USAGE);
  return null;
}
