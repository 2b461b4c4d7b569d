/** The case that the crash test carries out: every kind of action in one plan, one of them with two calls. */

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../../lib/base/jcs.ts";
import type { Signer } from "../../lib/base/signer.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { createSigner } from "../../lib/embedded/signer.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { askApproval } from "../../lib/response/approve/askApproval.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { SERVICES } from "../actions/services.ts";
import { openFinding, TOKEN } from "./finding.ts";
import { FINDING, FOUND_SINCE, PLAN, SETTINGS } from "./world.ts";

const FIXTURE = new URL("../fixtures/moto-account/", import.meta.url).pathname;

export const PEOPLE = ["ada", "grace"] as const;

export const signerOf = (folder: string, humanId: string): Signer => createSigner(join(folder, `${humanId}.pem`));

/** The same policy in every life: keys are files. */
export const crashSettings = async (folder: string): Promise<Settings> => ({
  ...SETTINGS,
  approvers: await Promise.all(
    PEOPLE.map(async (humanId) => ({
      humanId,
      keys: [sha256Hex(await signerOf(folder, humanId).publicKey())],
      principals: [],
      since: SETTINGS.foundedAt,
    })),
  ),
});

/** A snapshot beside the given folder, with two working keys for alice. */
export const prepareSnapshot = (root: string): string => {
  const dir = mkdtempSync(join(root, "snapshot-"));
  cpSync(FIXTURE, dir, { recursive: true });
  writeFileSync(join(dir, "services.json"), JSON.stringify(SERVICES));
  writeFileSync(
    join(dir, "access-keys.json"),
    readFileSync(join(FIXTURE, "access-keys.json"), "utf8").replaceAll('"Inactive"', '"Active"'),
  );
  return dir;
};

const dir = process.env.CORDON_TEST_SNAPSHOT ?? "";
export const SNAPSHOT = { iamSnapshotPath: join(dir, "iam.json"), bucketsDir: join(dir, "buckets") };

export const caseIdIn = (ports: Ports): Promise<string> => openFinding(FINDING, ports);

/** Proposes, asks, and gives the plan as it is stored. */
export const crashPlan = async (caseId: string, ports: Ports): Promise<Plan> => {
  await ports.cases.write(caseId, "discovered.json", Buffer.from(JSON.stringify(FOUND_SINCE)));
  await planContainment({ caseId, purpose: "contain" }, ports);
  await askApproval({ caseId, planId: PLAN, token: TOKEN }, ports);
  return readPlan(caseId, PLAN, ports);
};
