import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { systemClock } from "../aws/clock.ts";
import { type Check, isReady } from "../aws/doctor/check.ts";
import { CordonError } from "../base/errors.ts";
import { digestOf } from "../base/jcs.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import type { Io } from "./io.ts";
import { isInAws } from "./named.ts";
import { SOURCE_OPTIONS, sourcesFrom } from "./sources.ts";

export const doctor: Verb = {
  usage: "[--logs DIR | --context FILE]",
  options: {
    ...SOURCE_OPTIONS,
    bucket: {
      type: "string",
      value: "NAMES",
      help: "buckets whose reads must be on record, comma between (default: all)",
    },
    context: {
      type: "string",
      value: "FILE",
      help: "CDK context of the deployment (default ./cdk.json, or as it was deployed)",
    },
    ring: {
      type: "boolean",
      help: "sets one alarm off and waits for what became of it: everybody subscribed gets a notice",
    },
    org: {
      type: "boolean",
      help: "for every account and region: findings arrive, logs can be read, roles can be assumed, no policy of the organisation in the way",
    },
    attest: { type: "string", value: "FILE", help: "writes a dated attestation of what was found" },
  },
  examples: [
    "cordon doctor --logs ./logs --iam iam.json --bucket payroll",
    "cordon doctor --profile security",
    "cordon doctor --profile security --ring",
    "cordon doctor --profile security --org --json",
    "cordon doctor --json --attest readiness.json",
  ],
  run: async (typed, io) => {
    if (typed.values.org === true) return organisation(typed, io);
    const checks = await checksFor(typed);
    report(checks, io);
    if (typeof typed.values.attest === "string") attest(typed.values.attest, checks);
    return isReady(checks) ? EXIT.ok : EXIT.failed;
  },
};

const checksFor = async (typed: Typed): Promise<readonly Check[]> => {
  const { bucket } = typed.values;
  const wanted = typeof bucket === "string" ? bucket.split(",").filter((name) => name !== "") : [];
  const { logs, iam, buckets } = sourcesFrom(typed);
  if (logs !== null) return (await import("./doctorLogs.ts")).examineLogs({ logs, iam, buckets, wanted });
  const { examineAws } = await import("./doctorAws.ts");
  return examineAws({ context: await contextOf(typed), typed, buckets: wanted, ring: typed.values.ring === true });
};

const organisation = async (typed: Typed, io: Io): Promise<number> => {
  if (typed.values.logs !== undefined)
    throw new CordonError("USAGE", "--org looks at a deployment in AWS, --logs at a folder: expected one of them");
  const passedOver = ["bucket", "attest"].filter((name) => typed.values[name] !== undefined);
  if (passedOver.length > 0)
    throw new CordonError(
      "USAGE",
      `--org looks at accounts and regions: --${passedOver.join(" and --")} would be passed over`,
    );
  const { examineOrganisationAws, organisationTable } = await import("./doctorOrganisation.ts");
  const found = await examineOrganisationAws(await contextOf(typed), typed);
  io.result(found);
  io.print(organisationTable(found));
  return found.ready ? EXIT.ok : EXIT.failed;
};

/** Of a file, or as it was deployed. */
const contextOf = async (typed: Typed) => {
  const given = typed.values.context ?? (isInAws(typed) && !existsSync("cdk.json") ? null : "cdk.json");
  return given === null ? (await import("./doctorAws.ts")).deployedContext(typed) : contextFrom(String(given));
};

/** The context as `cdk deploy` sees it; paths in it are relative to the file. */
const contextFrom = async (path: string) => {
  const { parseContext } = await import("../stack/context.ts");
  let read: { readonly context?: { readonly cordon?: unknown } };
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CordonError(
      "INPUT_UNREADABLE",
      `--context ${path}: expected the CDK context of a deployment; for a folder of logs use --logs`,
      { cause },
    );
  }
  return parseContext(read.context?.cordon ?? read, (file) => readFileSync(resolve(dirname(path), file), "utf8"));
};

const MARKS = { pass: "pass", warn: "WARN", fail: "FAIL" } as const;

const report = (checks: readonly Check[], io: Io): void => {
  io.result({ ready: isReady(checks), checks });
  for (const { status, id, says, mend } of checks)
    io.print(`${MARKS[status]}  ${id}: ${says}${mend === null || status === "pass" ? "" : `\n      ${mend}`}`);
  const count = (status: Check["status"]): number => checks.filter((check) => check.status === status).length;
  io.print(
    `${isReady(checks) ? "Ready" : "Not ready"}: ${count("pass")} pass, ${count("warn")} warn, ${count("fail")} fail.`,
  );
};

/** For the file of an audit: what was looked at, when, and a digest over it. */
const attest = (path: string, checks: readonly Check[]): void => {
  const statement = { type: "cordon-readiness", at: systemClock.now(), ready: isReady(checks), checks };
  writeFileSync(path, `${JSON.stringify({ ...statement, sha256: digestOf(statement) }, null, 2)}\n`);
};
