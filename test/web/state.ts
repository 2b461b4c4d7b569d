/** Everything about a deployment that a request could have changed, as one value to compare. */
import assert from "node:assert/strict";
import { sha256Hex } from "../../lib/base/jcs.ts";
import type { World } from "./world.ts";

export const stateOf = async ({ ports, changes }: World): Promise<unknown> => {
  const heads = await ports.cases.list();
  const cases = await Promise.all(
    heads.map(async (head) => {
      const names = await ports.cases.names(head.caseId, "");
      const bytes = await Promise.all(names.map((name) => ports.cases.read(head.caseId, name)));
      const entries = await ports.ledger.caseEntries(head.caseId);
      return {
        head,
        documents: names.map((name, index) => [name, sha256Hex(bytes[index]!)]),
        events: await ports.cases.events(head.caseId),
        ledger: entries.map((entry) => sha256Hex(entry)),
      };
    }),
  );
  return { cases, questions: await ports.decisions.open(), changes: [...changes] };
};

/** Nobody decided, nobody was woken, and the account is as it was. */
export const assertNothingDecided = async ({ ports, caseId, changes }: World): Promise<void> => {
  assert.deepEqual(await ports.cases.names(caseId, "decisions/"), []);
  assert.equal((await ports.cases.events(caseId)).filter((one) => one.type === "decision.recorded").length, 0);
  assert.equal((await ports.decisions.open()).filter((question) => question.caseId === caseId).length, 1);
  assert.deepEqual(changes, []);
};

/** The codes of decisions that were refused, from the audit trail of the case. */
export const refusedCodes = async ({ ports, caseId }: World): Promise<readonly unknown[]> =>
  (await ports.cases.events(caseId)).filter((one) => one.type === "decision.refused").map(({ data }) => data.code);
