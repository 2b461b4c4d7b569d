/**
 * The 42 abuse groups of the approval facts, and where each is tried. A group is tried here, on the page
 * (test/web), or at the deployed page's login (test/aws).
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");

/** Group, what is tried, and pairs of a file and a part of the name of a test in it. */
type Group = readonly [number, string, ...(readonly (readonly [string, string])[])];
const here = (file: string, name: string) => [`test/approval/${file}.test.ts`, name] as const;
const page = (file: string, name: string) => [`test/web/${file}.test.ts`, name] as const;
const deployed = (file: string, name: string) => [`test/aws/${file}.test.ts`, name] as const;

const GROUPS: readonly Group[] = [
  [1, "links that are fetched", page("transport", "no GET, HEAD or OPTIONS on any route changes anything")],
  [
    2,
    "links that are passed on",
    page("transport", "whoever is signed in and no approver"),
    here("who", "a stranger, and a stranger under an approver's name"),
  ],
  [
    3,
    "sessions and unsigned bodies",
    page("transport", "a decision needs a session"),
    here("what", "a decision of another shape is refused"),
  ],
  [4, "key of one, name of another", here("who", "one approver's key does not sign for another")],
  [
    5,
    "another version of the plan",
    here("what", "a decision about other plan bytes is refused"),
    here("when", "a newer plan takes the place"),
  ],
  [6, "one byte of the plan changed", here("records", "one byte of the plan changed after the approval")],
  [
    7,
    "parameters that are not shown",
    ["test/core/renderPlan.test.ts", "every parameter of every call"],
    here("what", "an approver who was shown another text"),
  ],
  [8, "ten thousand targets", here("what", "of ten thousand targets every one is in the text")],
  [
    9,
    "hostile characters",
    page("browser", "what an attacker named is text"),
    here("what", "a refusal of hostile bytes"),
  ],
  [
    10,
    "suspects",
    here("who", "who shares the role of the suspect"),
    here("who", "a suspect is known by any name"),
    here("who", "a suspect found after the plan was made"),
  ],
  [11, "the creator of the plan", here("who", "the deployment that made the plan approves nothing")],
  [
    12,
    "one person twice",
    here("who", "one person with two keys is one person"),
    here("settings", "one user under two names"),
  ],
  [13, "an approver added before the incident", here("who", "an approver added at")],
  [
    14,
    "the policy changed meanwhile",
    here("when", "a policy changed between question and execution"),
    here("when", "a policy changed in the middle of an execution"),
  ],
  [
    15,
    "quorums that are none",
    here("settings", "a deployment does not start with"),
    here("settings", "a quorum that is no number of people"),
  ],
  [16, "more carried out than approved", here("what", "only what was approved is carried out")],
  [
    17,
    "prerequisites",
    here("what", "an action whose prerequisite is denied"),
    here("account", "what needs a failed action is not done"),
  ],
  [18, "chains of classes", here("what", "a chain with an action that cannot be undone")],
  [
    19,
    "at once",
    here("when", "32 submissions of the same decision at once"),
    here("when", "two approvers in the same millisecond"),
  ],
  [
    20,
    "replay",
    here("what", "names another case, plan or nonce is a replay"),
    here("what", "a decision of one deployment is nothing in another"),
    here("what", "in another account or region"),
    here("what", "a decision again after it was carried out"),
  ],
  [
    21,
    "time",
    here("when", "the last millisecond counts"),
    here("when", "the approver's own clock decides nothing"),
    here("when", "a server that was down over the deadline"),
  ],
  [
    22,
    "taking back",
    here("when", "a decision is taken back until it is carried out"),
    here("when", "a withdrawal that was written while the executor began"),
  ],
  [23, "denied after the quorum", here("when", "a denial after the quorum and before the execution")],
  [24, "woken without a decision", here("when", "waking the execution up decides nothing")],
  [
    25,
    "the executor called directly",
    here("records", "the executor called with input of somebody's own"),
    here("records", "calls of its own under a harmless name"),
  ],
  [
    26,
    "drift",
    here("account", "an edit between plan and execution keeps no deny from being made"),
    here("account", "a bucket that is gone fails alone"),
  ],
  [
    27,
    "crashes",
    here("crash", "dead at any port call of an execution"),
    here("crash", "killed with SIGKILL at persistence boundaries"),
  ],
  [
    28,
    "requests from elsewhere",
    page("transport", "forms, plain text and requests from other origins cannot decide"),
    page("transport", "methods that a route does not have"),
  ],
  [
    29,
    "content security",
    page("browser", "the browser refuses inline script"),
    page("transport", "every answer carries the security headers"),
  ],
  [
    30,
    "rebinding and one-time tokens",
    page("transport", "a name that resolves here but is not ours"),
    page("transport", "a one-time token opens one session"),
  ],
  [
    31,
    "WebAuthn",
    page("webauthn", "an assertion is refused"),
    page("ceremony", "lying, foreign, replayed and exchanged assertions"),
    here("proof", "software that holds a key file and says it is a security key"),
    page("enrol", "a registration of another session, or of nothing"),
  ],
  [
    32,
    "OIDC",
    deployed("page", "nobody is signed in by"),
    deployed("page", "a code and a state serve once"),
    deployed("page", "a login leads to pages of ours and nowhere else"),
    deployed("page", "to be signed in decides nothing"),
  ],
  [33, "session fixation", page("transport", "the cookie without the token of its own session")],
  [
    34,
    "secrets in what is written",
    here("records", "the task token and private keys are nowhere"),
    here("records", "notices hold no name, key, address"),
  ],
  [35, "notices that nobody gets", here("when", "notices that nobody gets are on record")],
  [
    36,
    "break-glass",
    here("breakGlass", "the glass is not broken"),
    here("breakGlass", "breaking the glass twice"),
    here("breakGlass", "a review is due within a day"),
    here("review", "whoever broke the glass does not review it"),
    here("review", "an overdue review is called for once a day"),
  ],
  [
    37,
    "floods",
    here("when", "a flood of worthless decisions"),
    here("propose", "while a plan waits for an answer no other one is made"),
    here("propose", "cannot stall us with plan after plan"),
  ],
  [
    38,
    "reasons",
    here("what", "a reason that says nothing is refused"),
    page("decide", "control characters in a reason"),
  ],
  [39, "collisions of fingerprints", here("what", "the same fingerprint and another digest")],
  [
    40,
    "texts that read two ways",
    here("what", "a signed text that could be read two ways"),
    page("decide", "unknown members, duplicate members"),
  ],
  [
    41,
    "records removed or added",
    here("records", "a decision removed from the case"),
    here("records", "a decision put into the case past the door"),
  ],
  [42, "any order", here("interleavings", "every call had a valid quorum at that moment")],
];

test("every abuse group of the approval facts is tried somewhere", () => {
  assert.deepEqual(
    GROUPS.map(([number]) => number),
    Array.from({ length: 42 }, (_, index) => index + 1),
  );
  for (const [number, what, ...places] of GROUPS) {
    assert.ok(places.length > 0, `group ${number}, ${what}`);
    for (const [file, name] of places) {
      assert.ok(existsSync(join(ROOT, file)), file);
      assert.ok(
        readFileSync(join(ROOT, file), "utf8").includes(name),
        `group ${number}: ${file} has no test named ${JSON.stringify(name)}`,
      );
    }
  }
});
