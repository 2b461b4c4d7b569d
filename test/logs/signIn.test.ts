import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chain } from "../../lib/case/chain.ts";
import type { SignInRow } from "../../lib/logs/identity.ts";
import { namesOf, signInOf } from "../../lib/logs/signIn.ts";

const NOBODY = {
  type: null,
  principalId: null,
  arn: null,
  accountId: null,
  userName: null,
  accessKeyId: null,
  issuerArn: null,
};
const SESSION = { ...NOBODY, type: "AssumedRole", principalId: "AROASSO:jane@example.com" };
const chainOf = (name: string | null, hop: { at: string; address: string | null } | null): Chain => ({
  suspect: SESSION,
  hops:
    hop === null
      ? []
      : [
          {
            eventId: "e",
            how: "AssumeRoleWithSAML",
            from: null,
            to: SESSION,
            userAgent: null,
            link: "key",
            candidates: 1,
            byThief: true,
            ...hop,
          },
        ],
  start: { kind: "saml", name, provider: null, sourceIdentity: null, onBehalfOf: null, basis: "record", why: "" },
  ended: "start",
});
const OPENED = { at: "2026-11-20T23:00:00Z", address: "203.0.113.77" };
const MARKS = { shared: new Set<string>(), own: new Set<string>(), addresses: new Set(["203.0.113.77"]) };
const event = (at: string, type: string, members: Partial<SignInRow> = {}): SignInRow => ({
  event_at: `2026-11-20T${at}.000Z`,
  event_id: `${type} ${at}`,
  provider: "okta",
  event_type: type,
  outcome: "SUCCESS",
  actor_id: "00u1",
  actor_name: "jane@example.com",
  actor_display: "Jane Doe",
  client_ip: "203.0.113.77",
  session_id: "s1",
  credential_type: null,
  apps: null,
  app_users: null,
  ...members,
});
const SSO = "user.authentication.sso";
const START = "user.session.start";
const MFA = "user.authentication.auth_via_mfa";
const joined = (...rows: readonly SignInRow[]) => signInOf(chainOf("jane@example.com", OPENED), rows, [], MARKS);

test("the last sign-on to AWS before the session was opened is the human's, with address, factor and what was refused before", () => {
  const found = joined(
    event("22:40:00", START, { outcome: "FAILURE" }),
    event("22:41:00", START, { outcome: "FAILURE" }),
    event("22:50:00", START),
    event("22:50:20", MFA, { credential_type: "OTP" }),
    event("22:59:40", SSO, { apps: "AWS IAM Identity Center" }),
    event("22:59:50", SSO, { apps: "Wiki" }),
    event("23:30:00", SSO, { apps: "AWS IAM Identity Center" }),
  );
  assert.deepEqual(
    [found?.eventId, found?.secondsBefore, found?.match, found?.sameAddress, found?.thiefAddress],
    [`${SSO} 22:59:40`, 20, "name and address", true, true],
  );
  assert.deepEqual(
    [found?.mfa, found?.factors, found?.failedBefore, found?.application],
    ["used", ["OTP"], 2, "AWS IAM Identity Center"],
  );
  assert.deepEqual(found?.actor, { id: "00u1", name: "jane@example.com", display: "Jane Doe" });
});

test("from another address is said to be so; a log without an address leaves it open", () => {
  assert.deepEqual(
    [joined(event("22:59:00", SSO, { client_ip: "198.51.100.1" }))].map((one) => [one?.sameAddress, one?.match]),
    [[false, "name"]],
  );
  assert.equal(joined(event("22:59:00", SSO, { client_ip: null }))?.sameAddress, null);
});

test("a factor of another session, or one refused, is no factor used", () => {
  assert.equal(joined(event("22:59:00", SSO), event("22:58:00", MFA, { session_id: "s2" }))?.mfa, "not seen");
  assert.equal(joined(event("22:59:00", SSO), event("22:58:00", MFA, { outcome: "FAILURE" }))?.mfa, "refused");
});

test("two names with different domains are two people; a name without one may be either", () => {
  assert.equal(joined(event("22:59:00", SSO, { actor_name: "jane@other.example" })), null);
  assert.equal(joined(event("22:59:00", SSO, { actor_name: "JANE@example.com" }))?.match, "name and address");
  assert.equal(joined(event("22:59:00", SSO, { actor_name: "jane" }))?.match, "name without domain, and address");
  assert.equal(
    joined(event("22:59:00", SSO, { actor_name: "j.doe@example.com", app_users: "jane@example.com" }))?.match,
    "name and address",
  );
});

test("a sign-in after the session, half a day before it, or refused is not the one", () => {
  for (const row of [
    event("23:02:00", SSO),
    event("10:59:00", SSO),
    event("22:59:00", SSO, { outcome: "FAILURE" }),
    event("22:59:00", "user.account.update_profile"),
  ])
    assert.equal(joined(row), null);
  assert.equal(joined(event("23:00:30", SSO))?.secondsBefore, 0, "the provider's clock is ahead");
});

test("without the opening call the first use of the session stands for it; other starts are not joined", () => {
  const use = { principal_id: SESSION.principalId, sourceip: "203.0.113.77", first_at: "2026-11-20T23:00:05Z" };
  const found = signInOf(chainOf(null, null), [event("22:59:00", SSO)], [use as never], MARKS);
  assert.equal(found?.secondsBefore, 65);
  const key = { ...chainOf("jane@example.com", OPENED) };
  assert.equal(
    signInOf({ ...key, start: { ...key.start, kind: "user-key" } }, [event("22:59:00", SSO)], [], MARKS),
    null,
  );
});

test("names are asked for in lower case, with and without domain", () => {
  assert.deepEqual(namesOf([chainOf("Jane@Example.com", OPENED)]), ["jane@example.com", "jane"]);
});
