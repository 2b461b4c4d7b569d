import assert from "node:assert/strict";
import { test } from "node:test";
import { closeAccessPoints as action } from "../../lib/actions/close-access-points.ts";
import { contract } from "./contract.ts";
import { FOREIGN_GRANT } from "./services.ts";
import { change, openAccount, scene, stamp } from "./world.ts";

const put = change("PutAccessPointPolicy", {
  name: "side",
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [FOREIGN_GRANT] }),
});

contract({ action, when: "a foreign grant", scene: scene({ changes: [put] }), open: () => openAccount() });

test("statements that let nobody from outside in stay", async () => {
  const [target] = action.targets(scene({ changes: [put] }));
  const [made] = action.apply(target!, await action.capture(target!, stamp, openAccount()), stamp);
  assert.deepEqual(
    JSON.parse(String(made!.input.Policy)).Statement.map(({ Sid }: { Sid: string }) => Sid),
    ["In"],
  );
});
