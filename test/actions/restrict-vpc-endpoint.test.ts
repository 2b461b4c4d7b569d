import assert from "node:assert/strict";
import { test } from "node:test";
import { restrictVpcEndpoint as action } from "../../lib/actions/restrict-vpc-endpoint.ts";
import { contract } from "./contract.ts";
import { openAccount, scene } from "./world.ts";

contract({
  action,
  when: "an actor inside a VPC",
  scene: scene({ addresses: ["10.0.3.7"] }),
  open: () => openAccount(),
});

test("an actor from outside is not offered it", () => {
  assert.deepEqual(action.targets(scene({ addresses: ["198.51.100.7", "172.32.0.1"] })), []);
});
