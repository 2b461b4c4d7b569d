import assert from "node:assert/strict";
import { test } from "node:test";
import { isolateInstance as action } from "../../lib/actions/isolate-instance.ts";
import { appRole, FOREIGN, scene, stamp } from "./world.ts";

const INSTANCE = appRole.session;

test("the instance whose credentials were used is named in every command, once, and the disks are kept before the cut", () => {
  const targets = action.targets(scene({ roles: [appRole, appRole] }));
  assert.deepEqual(
    targets.map(({ instanceId }) => instanceId),
    [INSTANCE],
  );
  const text = targets[0]!.instruction!;
  assert.ok(text.indexOf("describe-instances") < text.indexOf("create-snapshots"));
  assert.ok(text.indexOf("create-snapshots") < text.indexOf("modify-network-interface-attribute"));
  // A new group lets everything out, by either protocol, until both rules are gone (EC2 API reference, CreateSecurityGroup).
  for (const everywhere of ["CidrIp=0.0.0.0/0", "CidrIpv6=::/0"])
    assert.ok(
      text.indexOf(everywhere) > text.indexOf("create-security-group") &&
        text.indexOf(everywhere) < text.indexOf("modify-network-interface-attribute"),
    );
  assert.equal(action.card.reversibility, "instruction");
  assert.deepEqual(action.apply(targets[0]!, {}, stamp), []);
});

test("a session that is no instance, and one of another account, stand in no command", () => {
  for (const session of ["eve", "i-0317f6c6b66ae9c40; reboot", "i-XYZ"])
    assert.deepEqual(action.targets(scene({ roles: [{ ...appRole, session }] })), []);
  assert.deepEqual(action.targets(scene({ roles: [{ ...appRole, arn: `arn:aws:iam::${FOREIGN}:role/app` }] })), []);
});

test("a protected role's instance is refused", () => {
  const [spared] = action.targets(scene({ roles: [appRole], protected: { principals: [appRole.arn], buckets: [] } }));
  assert.equal(typeof action.refuse(spared!, {}, stamp), "string");
});
