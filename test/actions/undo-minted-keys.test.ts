import assert from "node:assert/strict";
import { test } from "node:test";
import { undoMintedKeys as action } from "../../lib/actions/undo-minted-keys.ts";
import { contract } from "./contract.ts";
import { bobsKey, change, openAccount, scene } from "./world.ts";

// The fixture's key of bob, as the snapshot lists it; the shape of the event is Stratus Red Team's recorded CreateAccessKey.
const made = change(
  "CreateAccessKey",
  { userName: "bob" },
  { response: { accessKey: { accessKeyId: bobsKey(), status: "Active", userName: "bob" } } },
);

contract({ action, when: "a key for another user", scene: scene({ changes: [made] }), open: () => openAccount() });

test("keys of the suspect are left to the action that takes all of them", () => {
  const own = change(
    "CreateAccessKey",
    { userName: "alice" },
    { response: { accessKey: { accessKeyId: bobsKey(), userName: "alice" } } },
  );
  assert.deepEqual(action.targets(scene({ changes: [own] })), []);
});

test("a key made for oneself, without a name in the request, is found by the response", () => {
  const [target] = action.targets(scene({ changes: [{ ...made, request: {} }] }));
  assert.equal(target!.userName, "bob");
});

for (const [listed, spared] of [
  ["bob", true],
  ["arn:aws:iam::123456789012:user/bob", true],
  ["arn:aws:iam::123456789012:user/staff/bob", true],
  ["arn:aws:iam::123456789012:user/bobby", false],
  ["arn:aws:iam::123456789012:role/bob", false],
] as const)
  test(`a user whose protection is written as ${listed} is ${spared ? "spared" : "not meant"}`, () => {
    const [target] = action.targets(scene({ changes: [made], protected: { principals: [listed], buckets: [] } }));
    assert.equal(target!.protected !== undefined, spared);
  });
