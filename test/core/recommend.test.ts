/** What a plan recommends by what is known: offered is never recommended without a person's word. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlanBasis } from "../../lib/case/plan.ts";
import { adviceOn } from "../../lib/core/plan/recommend.ts";

const UNCLEAR: PlanBasis = {
  logs: "read",
  until: null,
  verdict: "unclear",
  overruledBy: null,
  sharedWithOwner: false,
  reasons: [],
};
const denyUser = { id: "deny-user", side: "identity", offer: "default" } as const;
const denySession = { id: "deny-role-session", side: "identity", offer: "optional" } as const;
const target = { label: "it" };

test("where no sign of theft was seen and something ordinary may explain it, no cut is recommended, and the reason names it", () => {
  for (const card of [denyUser, denySession]) {
    assert.equal(adviceOn(card, target, UNCLEAR).recommended, true);
    const advice = adviceOn(card, target, { ...UNCLEAR, ordinary: ["Automated backup"] });
    assert.deepEqual(
      [advice.recommended, advice.why],
      [false, "Offered: it is unclear whether this is theft: no sign of it was seen, and it may be automated backup."],
    );
  }
});

test("an ordinary explanation keeps nobody from cutting where the verdict is theft", () => {
  const basis = { ...UNCLEAR, verdict: "likely theft", ordinary: ["Automated backup"] } as const;
  assert.equal(adviceOn(denyUser, target, basis).recommended, true);
});
