import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlanBasis } from "../../lib/case/plan.ts";
import { actsOf, type Hit } from "../../lib/core/hunt/acts.ts";
import { NO_RANGES } from "../../lib/core/hunt/ranges.ts";
import { rankSuspects } from "../../lib/core/hunt/suspects.ts";
import { adviceOn } from "../../lib/core/plan/recommend.ts";

const OWN = { ownAccounts: ["111122223333"], ranges: NO_RANGES, allowed: [] };

/** A row of suspects.sql about somebody who has been there for weeks; members given replace its own. */
const acts = (given: Record<string, unknown> = {}) =>
  actsOf({
    ...{ identity: "AIDAEXAMPLE", network: "198.51.100.0/24", identity_name: "arn:aws:iam::111122223333:user/nadia" },
    ...{ principal_type: "IAMUser", identity_first_at: "2026-10-01T08:00:00Z", first_at: "2026-11-01T03:00:00Z" },
    ...{ last_at: "2026-11-01T04:00:00Z", calls: 10, refused: 0, refused_kinds: 0, reads: 0, objects: 0, bytes_out: 0 },
    ...{ copies: 0, deletes: 0, looks: 0, touched: 0, buckets_read: 0, addresses_total: 1, agents_total: 1 },
    ...{ addresses: "198.51.100.7", access_keys: "AKIAEXAMPLE", principals: "p", buckets: "", agents: "" },
    ...{ principal_ids: "AIDAEXAMPLE", user_name: "nadia", principal_account: "111122223333" },
    ...{ recipient_account: "111122223333", peak_reads: 0, peak_bytes: 0, networks_before: 1, buckets_before: 1 },
    looks_before: 0,
    bytes_before: 0,
    ...{
      days_before: 20,
      hours_of_day: "03",
      hours_before: "02 03",
      other_peak_reads: 40,
      other_peak_bytes: 1_000_000,
    },
    ...given,
  } as Parameters<typeof actsOf>[0]);

const hit = (given: Partial<Hit>): Hit => ({
  ...{ detection: "d", title: "t", severity: "high", tactic: "theft", firstAt: "2026-11-01T03:00:00Z", detail: "d" },
  ...given,
});

const levelOf = (given: Record<string, unknown>, ...hits: readonly Hit[]): string => {
  const one = acts(given);
  return rankSuspects([one], new Map([[one, hits]]), OWN)[0]!.level;
};

test("a new network, a burst and many kinds of refusals are likely theft; any one kind of them alone is worth a look at most", () => {
  const burst = { reads: 5000, objects: 5000, peak_reads: 5000 };
  assert.equal(levelOf({ ...burst, refused: 40, refused_kinds: 9 }), "likely theft");
  assert.equal(levelOf(burst), "worth a look");
  assert.equal(levelOf({ refused: 40, refused_kinds: 9 }), "worth a look");
  assert.equal(levelOf({ networks_before: 0, refused: 40, refused_kinds: 9 }), "ordinary");
});

test("a first full backup by a new role from an address never seen is worth a look and not likely theft", () => {
  const backup = { networks_before: 0, identity_first_at: "2026-11-01T03:00:00Z", days_before: 0 };
  assert.equal(
    levelOf({ ...backup, reads: 90_000, objects: 90_000, peak_reads: 60_000, peak_bytes: 9e11, bytes_out: 1e12 }),
    "worth a look",
  );
});

test("who has a new address every day is not suspected for the next one", () => {
  assert.equal(levelOf({ networks_before: 30, reads: 50, peak_reads: 50 }), "ordinary");
});

test("tracks covered after reads from a new network are likely theft, whatever the amount", () => {
  const covered = hit({ tactic: "covering tracks", title: "Logging stopped" });
  assert.equal(levelOf({ reads: 3, objects: 3 }, covered), "likely theft");
  assert.equal(levelOf({ reads: 3, objects: 3, networks_before: 0 }, covered), "worth a look");
});

test("services of AWS are nobody's suspects, and another account that delivers no logs is named", () => {
  const service = acts({ principal_type: "AWSService", identity: "macie.amazonaws.com" });
  const foreign = acts({ principal_account: "210987654321", identity: "AROAFOREIGN", reads: 1 });
  const ranked = rankSuspects([service, foreign], new Map(), OWN);
  assert.deepEqual(
    ranked.map(({ identity }) => identity),
    ["AROAFOREIGN"],
  );
  assert.ok(ranked[0]!.signs.some(({ id, says }) => id === "foreign-account" && says.includes("210987654321")));
});

test("on a suspicion nothing is recommended until a person has put their word to it", () => {
  const basis: PlanBasis = {
    logs: "read",
    until: null,
    verdict: "very likely theft",
    overruledBy: null,
    sharedWithOwner: false,
    reasons: [],
    suspicion: true,
  };
  const card = { id: "deny-user", side: "identity", offer: "default" } as const;
  assert.equal(adviceOn(card, { label: "user nadia" }, basis).recommended, false);
  assert.equal(adviceOn(card, { label: "user nadia" }, { ...basis, overruledBy: "ada" }).recommended, true);
});
