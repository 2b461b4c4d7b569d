import { existsSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { HUMAN_ID } from "../core/plan/decision.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createDirectoryStore } from "../embedded/ledgerStore.ts";
import { approverKeyPath, localHuman } from "../embedded/settingsFile.ts";
import { createSigner } from "../embedded/signer.ts";
import { requestPlan } from "../response/approve/requestPlan.ts";
import { submitSigned } from "../response/approve/submitSigned.ts";
import { flagsOf, type Typed } from "./command.ts";
import type { Io } from "./io.ts";
import type { Approver, Place } from "./place.ts";
import { driveUntilParked } from "./session.ts";
import { keysPathOf } from "./trust.ts";

/** A data directory that this process has opened. */
export const embeddedPlace = (deployment: Deployment, typed: Typed, io: Io): Place => {
  const { ports, portsOf, settings, ledgerKey, home } = deployment;
  return {
    inAws: false,
    ports,
    portsOf,
    settings,
    faults: () => deployment.check(),
    lostCases: deployment.lostCases,
    ledgerKey,
    ledger: {
      store: createDirectoryStore(join(home.ledger, "log")),
      signed: createDirectoryStore(join(home.ledger, "signed")),
    },
    keysPath: keysPathOf(deployment),
    publishedKeys: async () => null,
    human: async (given) => humanOf(given),
    approver: async (given) => approverOf(given, deployment),
    submit: (submission) => submitSigned(submission, portsOf(submission.caseId)),
    propose: (request) => requestPlan(request, portsOf(request.caseId)),
    carryOn: () => driveUntilParked(deployment, io),
    flags: flagsOf(typed),
  };
};

const humanOf = ({ values }: Typed): string => (typeof values.as === "string" ? values.as : localHuman());

/** A key that is made up on the spot belongs to nobody: a mistyped name or path is an error. */
const approverOf = (typed: Typed, { home }: Deployment): Approver => {
  const humanId = humanOf(typed);
  if (!HUMAN_ID.test(humanId))
    throw new CordonError("USAGE", `expected --as with an id of the policy, got ${JSON.stringify(humanId)}`);
  const path = typeof typed.values.key === "string" ? typed.values.key : approverKeyPath(home, humanId);
  if (existsSync(path)) return { humanId, signer: createSigner(path), assurance: "key-file" };
  throw new CordonError("USAGE", `${humanId} has no key at ${path}; expected --key FILE with the key of the policy`);
};
