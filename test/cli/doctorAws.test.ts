import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { examineAws } from "../../lib/cli/doctorAws.ts";
import { type Reply, refusal, serve, type Wire, xml } from "../aws/wire.ts";
import { contextOf } from "../stack/synth.ts";

const caller = (account: string): Reply =>
  xml(
    200,
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/alice</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );

/** The lines of the doctor in a place where everything but what is given is refused; and how often it was asked. */
const examined = async (t: TestContext, answer: (wire: Wire) => Reply | null) => {
  const asked: Wire[] = [];
  const server = await serve((wire) => {
    asked.push(wire);
    return answer(wire) ?? refusal(403, "AccessDenied");
  });
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: "AKIAALICE",
    AWS_SECRET_ACCESS_KEY: "secret",
  });
  t.after(() => {
    process.env = before;
    return server.close();
  });
  const checks = await examineAws({
    context: contextOf(),
    typed: { values: {}, positionals: [] },
    buckets: [],
    ring: false,
  });
  return { checks, asked };
};

test("credentials of another account are said to be that, and nothing else is asked with them", async (t) => {
  const { checks, asked } = await examined(t, () => caller("999999999999"));
  assert.deepEqual(
    checks.map(({ id, status }) => [id, status]),
    [["credentials", "fail"]],
  );
  assert.match(checks[0]!.says, /999999999999.*111111111111/);
  assert.equal(asked.length, 1);
});

test("whoever may not list buckets hears of it in one line, and everything else is looked at", async (t) => {
  const isCaller = ({ body }: Wire): boolean => body.toString().includes("GetCallerIdentity");
  const { checks } = await examined(t, (wire) => (isCaller(wire) ? caller("111111111111") : null));
  const byId = new Map(checks.map((check) => [check.id, check]));
  assert.equal(byId.get("data-events")?.status, "fail");
  assert.match(byId.get("data-events")!.mend!, /--bucket/);
  for (const id of ["stack", "guardduty", "trail", "macie", "table", "quota states-transitions", "mode"])
    assert.ok(byId.has(id), `${id} was not looked at`);
});
