import { createHash } from "node:crypto";
import type { Fault } from "../../base/errors.ts";
import { counted } from "../../base/figures.ts";
import type { ApprovalSettings } from "../settingsApproval.ts";
import { identityOf } from "./eligibility.ts";

type Policy = Pick<ApprovalSettings, "approvers" | "quorum" | "breakGlass">;

/**
 * What is wrong with an approval policy whose members are each well formed: found when the deployment starts, not at
 * 3 a.m. Two humans must be two people, so no key and no personal identity may stand under two names.
 */
export const approvalPolicyFaults = (policy: Policy): readonly Fault[] => [
  ...twice(policy, "approvers.humanId", "one entry a person", ({ humanId }) => [humanId]),
  ...twice(policy, "approvers.keys", "every key under one person", ({ keys }) => [...new Set(keys)]),
  ...twice(policy, "approvers.principals", "every user under one person", ({ principals }) =>
    [...new Set(principals.map(identityOf))].filter(isPersonal),
  ),
  ...twice(policy, "approvers.oidc", "every account of the identity provider under one person", ({ oidc }) =>
    oidc === undefined ? [] : [`${oidc.subject} of ${oidc.issuer}`],
  ),
  ...twice(policy, "approvers.securityKeys", "every security key under one person", ({ securityKeys = [] }) =>
    securityKeys.map(({ credentialId }) => credentialId),
  ),
  ...unlikely(policy),
  ...unlisted(policy),
  ...unreachable(policy),
  ...(policy.breakGlass?.humanIds ?? [])
    .filter((humanId) => !policy.approvers.some((known) => known.humanId === humanId))
    .map((humanId) => ({ path: "breakGlass.humanIds", expected: "somebody of the approvers", got: humanId })),
];

/** A role may be shared by people; a user, a key or root may not: who acts through it is one person. */
const isPersonal = (identity: string): boolean => /^(user:|root:|AIDA|AKIA|ASIA)/.test(identity);

const twice = (
  { approvers }: Policy,
  path: string,
  expected: string,
  namesOf: (approver: Policy["approvers"][number]) => readonly string[],
): readonly Fault[] => {
  const names = approvers.flatMap(namesOf);
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return repeated.map((got) => ({ path, expected, got: `${got} twice` }));
};

/**
 * Names that some identity of AWS can have: a user, a role, a session, root, a federated user, a unique id, a key. A bare
 * name, a wildcard, a group or a blank too many equals nobody: the suspect could decide about themselves under it.
 */
const IDENTITIES: readonly RegExp[] = [
  /^arn:aws[a-z-]*:iam::\d{12}:(?:root|(?:user|role)\/[\w+=,.@/-]+)$/,
  /^arn:aws[a-z-]*:sts::\d{12}:(?:assumed-role\/[\w+=,.@-]+(?:\/[\w+=,.@-]+)?|federated-user\/[\w+=,.@-]+)$/,
  /^A(?:IDA|ROA|KIA|SIA)[A-Z0-9]{12,124}(?::[\w+=,.@-]+)?$/,
];

const unlikely = ({ approvers }: Policy): readonly Fault[] =>
  approvers.flatMap(({ humanId, principals }) =>
    principals
      .filter((name) => !IDENTITIES.some((form) => form.test(name)))
      .map((name) => ({
        path: `approvers.${humanId}.principals`,
        expected:
          "the ARN of a user, a role, a session or root, or a unique id, as AWS spells it and without wildcards",
        got: JSON.stringify(name),
      })),
  );

/** A security key decides by its place among `keys`, as every key does: one that is not there would be asked for in vain. */
const unlisted = ({ approvers }: Policy): readonly Fault[] =>
  approvers.flatMap(({ humanId, keys, securityKeys = [] }) =>
    securityKeys
      .filter(({ publicKey }) => !keys.includes(createHash("sha256").update(publicKey, "base64").digest("hex")))
      .map(({ credentialId }) => ({
        path: `approvers.${humanId}.securityKeys`,
        expected: "the SHA-256 of its publicKey among the person's keys",
        got: credentialId,
      })),
  );

/**
 * A quorum larger than the group can never be met. One approver alone is allowed all the same (a laptop): what needs two
 * people is then never approved, and the plan says so.
 */
const unreachable = ({ approvers, quorum }: Policy): readonly Fault[] => {
  const humans = new Set(approvers.map(({ humanId }) => humanId)).size;
  return Object.entries(quorum)
    .filter(([reversibility, needed]) => needed > humans && !(reversibility === "irreversible" && humans === 1))
    .map(([reversibility, needed]) => ({
      path: `quorum.${reversibility}`,
      expected: `at most the ${counted(humans, "approver")} of the policy`,
      got: String(needed),
    }));
};
