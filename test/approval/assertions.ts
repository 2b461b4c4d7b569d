import assert from "node:assert/strict";
import type { Receipt } from "../../lib/response/approve/decisions.ts";
import { codeOf, decide, execute, type Given, type World } from "./world.ts";

/** Nothing reached the account, and the refusal is the last line of the audit trail. */
export const assertRefused = (world: World, receipt: Receipt, code: string): void => {
  assert.equal(codeOf(receipt), code);
  assert.equal(world.refusals().at(-1), code);
  assert.equal(world.eventTypes().at(-1), "decision.refused");
  assert.deepEqual(world.changes(), []);
};

/** A decision that is refused, and after it an executor that finds the gate closed. */
export const refused = async (world: World, given: Given, code: string): Promise<void> => {
  assertRefused(world, await decide(world, given), code);
  await assertGateClosed(world);
};

/** The executor, called directly, changes nothing and says so in the trail. */
export const assertGateClosed = async (world: World): Promise<void> => {
  const before = world.changes();
  await assert.rejects(execute(world), { code: "GATE_CLOSED" });
  assert.deepEqual(world.changes(), before);
  assert.equal(world.eventTypes().at(-1), "execution.refused");
};

export const recorded = async (world: World, given: Given): Promise<Receipt & { readonly recorded: true }> => {
  const receipt = await decide(world, given);
  if (!receipt.recorded) throw new assert.AssertionError({ message: `refused: ${receipt.code}: ${receipt.why}` });
  return receipt;
};
