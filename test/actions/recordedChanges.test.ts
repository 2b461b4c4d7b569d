/** What the actions make of changes that others recorded: shapes of requests and responses are CloudTrail's own. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { actions } from "../../lib/actions/index.ts";
import type { ActorChange } from "../../lib/case/principal.ts";
import { scene } from "./world.ts";

interface Recorded {
  readonly source: string;
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly requestParameters: Record<string, unknown>;
  readonly responseElements: Record<string, unknown>;
}

const FIXTURE = new URL("../fixtures/suspect-changes/changes.json", import.meta.url);
const recorded = JSON.parse(readFileSync(FIXTURE, "utf8")) as readonly Recorded[];

const changesOf = (source: string): readonly ActorChange[] =>
  recorded
    .filter((event) => event.source.includes(source))
    .map(({ eventID, eventTime, eventName, eventSource, requestParameters, responseElements }) => ({
      eventId: eventID,
      eventTime,
      eventName,
      eventSource,
      bucket: (requestParameters.bucketName as string | undefined) ?? null,
      request: requestParameters,
      response: responseElements,
    }));

/** Which undoing actions find what in these changes, nobody being a suspect by name. */
const found = (source: string): Record<string, readonly string[]> => {
  const seen = scene({ suspects: [], buckets: [], changes: changesOf(source), accountId: "111122223333" });
  const undoing = actions.filter(({ card }) => card.side === "undo");
  return Object.fromEntries(
    undoing
      .map((action) => [action.card.id, action.targets(seen).map(({ label }) => label)])
      .filter(([, labels]) => labels!.length > 0),
  );
};

test("Stratus: an admin user made, with a key", () => {
  assert.deepEqual(found("iam-create-admin-user"), {
    "undo-minted-keys": ["key AKIAXAFZN8JEPF6L682H of user malicious-iam-user"],
    "undo-minted-users": ["user malicious-iam-user"],
    "undo-privileges": ["arn:aws:iam::aws:policy/AdministratorAccess of user malicious-iam-user"],
  });
});

test("Stratus: a password for a user, a role opened to another account, a role made for one", () => {
  assert.deepEqual(found("iam-create-user-login-profile"), {
    "undo-minted-logins": ["console password of user stratus-red-team-login-profile-user"],
  });
  assert.deepEqual(found("iam-backdoor-role"), {
    "undo-role-trust": ["trust of role stratus-red-team-backdoor-r-role"],
  });
  assert.deepEqual(Object.keys(found("iam-create-backdoor-role")), ["undo-privileges", "undo-role-trust"]);
});

test("Stratus: a trail stopped, blinded, deleted", () => {
  assert.deepEqual(found("cloudtrail-stop"), {
    "undo-trail-changes": ["trail stratus-red-team-ct-stop-trail-buykxbqejv"],
  });
  assert.deepEqual(found("cloudtrail-event-selectors"), {
    "undo-trail-changes": ["trail stratus-red-team-ctes-trail-khlvciwdor"],
  });
  assert.deepEqual(found("cloudtrail-delete"), {
    "undo-trail-changes": ["trail stratus-red-team-cloudtraild-trail-kvrwohmiai"],
  });
});

test("Panther: a public policy, a rule that expires everything, replication, blocks removed, logging off", () => {
  assert.deepEqual(found("panther"), {
    "stop-foreign-replication": ["bucket production-backup-bucket"],
    "remove-foreign-grant": ["bucket example-bucket"],
    "undo-public-access-block": ["bucket corporate-documents"],
    "undo-lifecycle": ["bucket sample-cloudtrail-bucket-name"],
    "undo-logging": ["bucket critical-data-bucket"],
  });
});

test("Invictus: of three bucket policies put, only the one that let account 193672423079 in is a foreign grant", () => {
  const { "remove-foreign-grant": grants, "undo-minted-keys": keys, "undo-minted-users": users } = found("invictus");
  assert.deepEqual(grants, ["bucket stratus-red-team-bdbp-lhfzvgcamn"]);
  assert.equal(keys!.length, 2);
  assert.equal(users!.length, 4);
});
