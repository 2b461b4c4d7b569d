/**
 * Every function, with what its handler needs from the ports. This table makes the permissions: a need that is missing
 * here is a call that AWS will deny, and a test holds the table against the calls that a whole response makes.
 */

/** What a handler does with a port. Each is a set of statements in `grants.ts`. */
export type Need =
  | "cases"
  | "ledger"
  | "sign-ledger"
  | "sign-evidence"
  | "vault"
  | "scan"
  | "query"
  | "object-metadata"
  | "read-logs"
  | "classify"
  | "read-bundles"
  | "questions"
  | "page"
  | "park"
  | "wake"
  | "claim"
  | "notify"
  | "read-member"
  | "contain-member"
  | "start"
  | "propose"
  | "findings"
  | "hunt"
  | "security-hub"
  | "probe-logs"
  | "drill";

export interface Step {
  readonly needs: readonly Need[];
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Room for files that are too large to hold; absent: the 512 MB that every function has. */
  readonly scratchMb?: number;
  /** `events`: EventBridge calls it and does not wait; absent: whoever calls it waits for the answer. */
  readonly calledBy?: "events";
}

const small = (...needs: readonly Need[]): Step => ({ needs: ["cases", ...needs], timeoutSeconds: 60, memoryMb: 512 });
const patient = (...needs: readonly Need[]): Step => ({
  needs: ["cases", ...needs],
  timeoutSeconds: 300,
  memoryMb: 512,
});
const large = (...needs: readonly Need[]): Step => ({
  needs: ["cases", ...needs],
  timeoutSeconds: 900,
  memoryMb: 2048,
});

/** Handlers of `handlers/`, by the name that the state machines call them. */
export const STEPS: Readonly<Record<string, Step>> = {
  openCase: small("ledger", "sign-ledger", "notify"),
  scopePrincipal: patient("read-member"),
  planContainment: patient("ledger", "read-member", "query", "notify"),
  updateQuestion: patient("ledger", "read-member", "query", "wake", "notify"),
  askApproval: small("ledger", "sign-ledger", "park", "wake", "notify"),
  checkDecision: small("ledger", "sign-ledger", "notify"),
  applyContainment: { ...patient("ledger", "claim", "contain-member"), timeoutSeconds: 600 },
  verifyContainment: patient("read-member", "notify"),
  watchContainment: { ...patient("read-member", "notify", "scan", "query"), timeoutSeconds: 600 },
  startScan: { ...small("scan"), timeoutSeconds: 120 },
  checkScan: { ...small("scan"), timeoutSeconds: 120 },
  quantify: large("query", "object-metadata", "read-member", "notify"),
  detect: large("query", "read-logs"),
  startBaseline: patient("scan", "query", "notify"),
  checkBaseline: patient("scan", "query", "notify"),
  // Twenty jobs, one in eleven seconds; what their prefixes cover is listed with the reading role.
  startClassification: { ...small("classify", "read-member"), timeoutSeconds: 300 },
  checkClassification: { ...small("classify"), timeoutSeconds: 120 },
  assessImpact: patient("notify"),
  // Documents, the files made of them, the draft and the bundle of 4 GiB at most, each as a file (docs/benchmarks-evidence.md).
  sealEvidence: {
    ...large("ledger", "sign-ledger", "sign-evidence", "vault", "notify", "query", "read-logs"),
    scratchMb: 10_240,
  },
  callPerson: small("notify"),
  closeCase: small("notify"),
  planRelease: patient("ledger", "read-member"),
};

/** Functions that stand before the state machines: not steps, and without a handler of their own. */
export const DOORS: Readonly<Record<string, Step>> = {
  receiveFinding: { needs: ["start"], timeoutSeconds: 30, memoryMb: 256, calledBy: "events" },
  reconcileFindings: {
    needs: ["start", "findings", "cases", "notify"],
    timeoutSeconds: 120,
    memoryMb: 256,
    calledBy: "events",
  },
  // Breaking the glass is told to everybody before it counts: hence notices.
  receiveDecision: small("ledger", "wake", "notify", "propose"),
  // For the doctor: the roles in member accounts trust functions, so that a function must try them.
  examineMembers: { needs: ["read-member", "probe-logs"], timeoutSeconds: 120, memoryMb: 512 },
};

/** Called by the clock and by nobody else, and it reads nothing that came from outside: hence it may sign, as no door may. */
export const SIGNER: Readonly<Record<string, Step>> = {
  signLedger: { needs: ["ledger", "sign-ledger"], timeoutSeconds: 300, memoryMb: 512, calledBy: "events" },
};

/** The door that is only there where the context asks for a page. It shows, and it takes what a security key signed. */
export const PAGE: Readonly<Record<string, Step>> = {
  casePage: {
    needs: ["cases", "ledger", "wake", "notify", "questions", "read-bundles", "page", "propose"],
    timeoutSeconds: 29,
    memoryMb: 1024,
  },
};

/** Only there where the context asks for it. Scans and asks by itself, and waits for Athena; what is left is Lambda's next attempt's. */
export const HUNT: Readonly<Record<string, Step>> = {
  huntOnSchedule: {
    needs: ["hunt", "notify", "start", "security-hub"],
    timeoutSeconds: 900,
    memoryMb: 2048,
    calledBy: "events",
  },
};

/** Only there where the context asks for it. It makes a sample and hands it in; it reads how cases stand, and writes none. */
export const DRILL: Readonly<Record<string, Step>> = {
  drillOnSchedule: { needs: ["drill", "notify", "start"], timeoutSeconds: 120, memoryMb: 512, calledBy: "events" },
};

/** Every function that there can be. */
export const EVERY_STEP: Readonly<Record<string, Step>> = { ...STEPS, ...DOORS, ...SIGNER, ...PAGE, ...HUNT, ...DRILL };
