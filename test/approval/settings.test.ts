/** Approval policies that must not start: abuse group 15 of the approval facts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import { gate, quorumOf } from "../../lib/core/plan/gate.ts";
import { parseSettings, type Settings } from "../../lib/core/settings.ts";
import { gateInputOf } from "../../lib/response/contain/planRecords.ts";
import { storedDecisions } from "../../lib/response/contain/storedDecisions.ts";
import { recorded } from "./assertions.ts";
import { openWorld, PLAN, SETTINGS } from "./world.ts";

const pathsOf = (settings: unknown): readonly string[] => {
  try {
    parseSettings(settings, "settings.json");
    return [];
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    assert.equal(error.code, "SETTINGS_INVALID");
    return error.faults.map(({ path }) => path.replace("settings.json: ", ""));
  }
};

const [ada, grace, linus] = SETTINGS.approvers as [
  Settings["approvers"][number],
  Settings["approvers"][number],
  Settings["approvers"][number],
];
const quorum = (change: Record<string, unknown>) => ({ ...SETTINGS, quorum: { ...SETTINGS.quorum, ...change } });
const without = (member: string) => ({
  ...SETTINGS,
  quorum: Object.fromEntries(Object.entries(SETTINGS.quorum).filter(([name]) => name !== member)),
});
const withApprovers = (...approvers: readonly unknown[]) => ({ ...SETTINGS, approvers });

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ["no quorum", { ...SETTINGS, quorum: undefined }, "quorum"],
  ["a class without a quorum", without("reversible"), "quorum.reversible"],
  ["another class without a quorum", without("irreversible"), "quorum.irreversible"],
  ["0", quorum({ reversible: 0 }), "quorum.reversible"],
  ["a negative one", quorum({ externallyReversible: -1 }), "quorum.externallyReversible"],
  ["half a person", quorum({ reversible: 1.5 }), "quorum.reversible"],
  ["a text", quorum({ reversible: "2" }), "quorum.reversible"],
  ["true", quorum({ reversible: true }), "quorum.reversible"],
  ["null", quorum({ reversible: null }), "quorum.reversible"],
  ["nobody for what cannot be undone", quorum({ irreversible: 1 }), "quorum.irreversible"],
  ["a misspelt class", quorum({ irreversable: 2 }), "quorum"],
  ["more than the group", quorum({ reversible: 6 }), "quorum.reversible"],
  ["more than the group for what cannot be undone", quorum({ irreversible: 6 }), "quorum.irreversible"],
  ["nobody in the group", withApprovers(), "quorum.reversible"],
  ["one person twice", withApprovers(ada, grace, ada), "approvers.humanId"],
  ["one key under two names", withApprovers(ada, { ...grace, keys: [ada.keys[1]] }), "approvers.keys"],
  [
    "one user under two names",
    withApprovers(
      { ...ada, principals: ["arn:aws:iam::123456789012:user/a"] },
      { ...grace, principals: ["arn:aws:iam::123456789012:user/x/A"] },
    ),
    "approvers.principals",
  ],
  ["no key", withApprovers({ ...ada, keys: [] }, grace), "approvers.0.keys"],
  ["a key that is no digest", withApprovers({ ...ada, keys: ["ab"] }, grace), "approvers.0.keys.0"],
  ["a name that is a path", withApprovers({ ...ada, humanId: "../ada" }, grace), "approvers.0.humanId"],
  ["no date", withApprovers({ ...ada, since: undefined }, grace), "approvers.0.since"],
  ["a stranger who may break the glass", { ...SETTINGS, breakGlass: { humanIds: ["eve"] } }, "breakGlass.humanIds"],
  ["a misspelt break-glass", { ...SETTINGS, breakGlass: { humans: ["ada"] } }, "breakGlass.humanIds"],
];
for (const [what, settings, path] of REFUSED) {
  test(`a deployment does not start with: ${what}`, () => {
    assert.ok(pathsOf(settings).includes(path), JSON.stringify(pathsOf(settings)));
  });
}

test("all faults are told at once", () => {
  const paths = pathsOf({
    ...withApprovers(ada, { ...grace, keys: ada.keys }, ada),
    quorum: { reversible: 4, externallyReversible: 1, irreversible: 2 },
  });
  assert.deepEqual([...new Set(paths)].sort(), ["approvers.humanId", "approvers.keys", "quorum.reversible"]);
});

test("people may share a role; one approver alone may start, and nothing that cannot be undone is then approved", async () => {
  const role = "arn:aws:iam::123456789012:role/Admin";
  assert.deepEqual(pathsOf(withApprovers({ ...ada, principals: [role] }, { ...grace, principals: [role] }, linus)), []);
  const alone = { approvers: [ada] };
  assert.deepEqual(pathsOf({ ...SETTINGS, ...alone }), []);
  const world = await openWorld({ settings: alone });
  const { verdict } = await recorded(world, { approve: ["a1", "a8"] });
  assert.deepEqual(
    verdict.actions.filter(({ id }) => ["a1", "a8"].includes(id)).map(({ state }) => state),
    ["approved", "denied"],
  );
});

test("a quorum that is no number of people is never met, even if it came past the start", async () => {
  const world = await openWorld();
  await recorded(world, {});
  const input = await gateInputOf(world.plan, await storedDecisions(world.caseId, PLAN, world.ports), world.ports);
  for (const value of [0, -1, 0.5, Number.NaN, "1", null, undefined, {}, []]) {
    const settings = { ...SETTINGS, quorum: { ...SETTINGS.quorum, reversible: value } } as unknown as Settings;
    assert.equal(
      gate({ ...input, settings }).actions.some(({ state }) => state === "approved"),
      false,
      String(value),
    );
    assert.equal(quorumOf("irreversible", { ...settings, quorum: { ...settings.quorum, irreversible: 1 } }), 2);
  }
});

test("a principal that no identity of AWS can equal is refused when the settings are read, by its path", () => {
  const account = "123456789012";
  const never = [
    "alice",
    "alice@example.com",
    "*",
    "AIDA*",
    "AIDAALICE0000000001 ",
    `arn:aws:iam::${account}:user/alice `,
    ` arn:aws:iam::${account}:user/alice`,
    `arn:aws:iam::${account}:user/*`,
    `arn:aws:iam::${account}:user/al?ce`,
    `arn:aws:iam::${account}:group/admins`,
    `arn:aws:iam::${account}:policy/p`,
    `arn:aws:iam::${account}:user/`,
    `arn:aws:iam::12345:user/alice`,
    `arn:aws:sts::${account}:assumed-role/ops/*`,
    `arn:aws:iam::${account}:user/\${aws:username}`,
    account,
    "arn:aws:s3:::bucket",
  ];
  for (const name of never)
    assert.deepEqual(
      pathsOf(withApprovers({ ...ada, principals: [name] }, grace, linus)),
      ["approvers.ada.principals"],
      name,
    );
  const real = [
    `arn:aws:iam::${account}:user/alice`,
    `arn:aws:iam::${account}:user/division_abc/alice+1@example.com`,
    `arn:aws:iam::${account}:root`,
    `arn:aws-us-gov:iam::${account}:role/ops`,
    `arn:aws-eusc:sts::${account}:assumed-role/ops/ada@example.com`,
    `arn:aws:sts::${account}:federated-user/bob`,
    "AIDACKCEVSQ6C2EXAMPLE",
    "AROADBQP57FF2AEXAMPLE:ada@example.com",
  ];
  for (const name of real)
    assert.deepEqual(pathsOf(withApprovers({ ...ada, principals: [name] }, grace, linus)), [], name);
});
