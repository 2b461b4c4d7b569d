/**
 * One life of a process that opens a case, decides about its plan and carries it out, on real disks: SQLite, files, the
 * ledger's directory. It kills itself with SIGKILL before or after the port call whose number is given, and is started
 * again without one. Arguments: folder, number of the point to die at (0: live on), `count` to print the points.
 */
import { join } from "node:path";
import { createAccount } from "../../lib/embedded/account.ts";
import { createCases } from "../../lib/embedded/cases.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import { openDatabase } from "../../lib/embedded/database.ts";
import { createDecisions } from "../../lib/embedded/decisions.ts";
import { openJournal } from "../../lib/embedded/journal.ts";
import { createLedger } from "../../lib/embedded/ledger.ts";
import { createSigner } from "../../lib/embedded/signer.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { signDecision } from "../../lib/response/approve/sign.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { ACCOUNT } from "../actions/names.ts";
import { caseIdIn, crashPlan, crashSettings, PEOPLE, SNAPSHOT, signerOf } from "./crashWorld.ts";
import { emptyDisk } from "./memory.ts";
import { carryOn, ORIGIN, PLAN, portsOn } from "./world.ts";

const [folder, dieAt] = [process.argv[2]!, Number(process.argv[3])];
let point = 0;
const pass = (): void => {
  point += 1;
  if (point === dieAt) process.kill(process.pid, "SIGKILL");
};
/** A point before and one after every call that can leave something behind. */
const fragile = <T extends object>(port: T, names: readonly string[]): T =>
  Object.fromEntries(
    Object.entries(port).map(([name, work]) => [
      name,
      !names.includes(name)
        ? work
        : async (...args: unknown[]) => {
            pass();
            const answer = await (work as (...all: unknown[]) => unknown)(...args);
            pass();
            return answer;
          },
    ]),
  ) as T;

const clock = systemClock;
const db = openDatabase(join(folder, "journal.db"));
const account = createAccount({ ...SNAPSHOT, overlayDir: join(folder, "account"), accountId: ACCOUNT });
const ports: Ports = {
  ...portsOn(emptyDisk(), await crashSettings(folder), clock),
  cases: fragile(createCases(db, join(folder, "cases"), clock), ["append", "putOnce", "write", "update"]),
  decisions: fragile(createDecisions(openJournal(db, clock)), ["claim", "wake", "park"]),
  ledger: fragile(
    createLedger({
      folder: join(folder, "ledger"),
      signedFolder: join(folder, "signed"),
      origin: ORIGIN,
      signer: createSigner(join(folder, "ledger.pem")),
      formerKeys: [],
    }),
    ["append"],
  ),
  account: {
    call: async (request) =>
      /^(Get|List|Head|Describe)/.test(request.operation)
        ? account.call(request)
        : fragile(account, ["call"]).call(request),
  },
};

const caseId = await caseIdIn(ports);
const plan = await crashPlan(caseId, ports);
const choices = Object.fromEntries(plan.actions.map(({ id }) => [id, "approve" as const]));
for (const humanId of PEOPLE) {
  const answer = {
    humanId,
    kind: "decide",
    choices,
    reason: "Confirmed with the owner by phone.",
    channel: "cli",
    assurance: "key-file",
    decidedAt: clock.now(),
  } as const;
  await submitDecision(await signDecision(plan, answer, signerOf(folder, humanId)), ports);
}
const last = await carryOn({ ports, caseId });
await verifyContainment({ caseId, planId: PLAN }, ports);
const events = await ports.cases.events(caseId);
process.stdout.write(
  JSON.stringify({
    last,
    points: point,
    status: (await ports.cases.head(caseId)).status,
    events: events.map(({ type }) => type),
    calls: account.calls(),
  }),
);
process.exit(0);
