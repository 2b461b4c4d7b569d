import { isApiError } from "../../base/errors.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { Scene } from "../../core/plan/action.ts";
import type { Account } from "../../ports/ports.ts";

/**
 * An account of which nobody gave a snapshot, read as if it held the identities that the finding and the logs name and
 * nothing else. Good enough to write down for a person which calls to make, never to make them: policies of buckets,
 * for instance, are not assumed, because writing one replaces what is there.
 */
export const assumed = (account: Account, scene: Scene): Account => ({
  call: async (request) => {
    try {
      return await account.call(request);
    } catch (error) {
      const output = isApiError(error, "NotKnown") ? answerTo(request, scene) : null;
      if (output === null) throw error;
      return { requestId: "assumed", output };
    }
  },
});

const answerTo = ({ operation, input }: ApiRequest, scene: Scene): Readonly<Record<string, unknown>> | null => {
  const arn = (kind: "user" | "role", name: unknown): string =>
    `arn:${scene.partition}:iam::${scene.accountId}:${kind}/${String(name)}`;
  switch (operation) {
    case "GetUser":
      return { User: { UserName: input.UserName, Arn: arn("user", input.UserName), Path: "/" } };
    case "GetRole":
      return { Role: { RoleName: input.RoleName, Arn: arn("role", input.RoleName), Path: "/" } };
    case "ListUserPolicies":
    case "ListRolePolicies":
      return { PolicyNames: [], IsTruncated: false };
    case "ListAttachedRolePolicies":
      return { AttachedPolicies: [], IsTruncated: false };
    case "ListAccessKeys":
      return { AccessKeyMetadata: keysOf(String(input.UserName), scene), IsTruncated: false };
    default:
      return null;
  }
};

/** Long-term keys that the finding or the logs connect with the user. */
const keysOf = (userName: string, { keys }: Scene): readonly Readonly<Record<string, string>>[] =>
  keys
    .filter(
      ({ accessKeyId, userName: owner }) => accessKeyId.startsWith("AKIA") && (owner === null || owner === userName),
    )
    .map(({ accessKeyId }) => ({ UserName: userName, AccessKeyId: accessKeyId, Status: "Active" }));
