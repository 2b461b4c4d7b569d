/**
 * The account as it will be once calls of a plan have been made. A setting that several actions of one plan write as a
 * whole (a bucket policy, a key policy) must be captured in this way, each after the ones before it: captured side by
 * side, the second would be computed from the first state and, carried out, be found drifted.
 */
import { ApiError } from "../../base/errors.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import type { Account } from "../../ports/ports.ts";

interface Effect {
  readonly reads: string;
  /** Members of both inputs that say which setting it is. */
  readonly by: readonly string[];
  /** What the read answers after the call; null: the code in `absent` is thrown. */
  readonly output: (made: ApiRequest) => Readonly<Record<string, unknown>> | null;
  readonly absent: string;
}

/** Calls of our actions that write a whole setting which another action may write too. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  "s3:PutBucketPolicy": {
    reads: "GetBucketPolicy",
    by: ["Bucket"],
    output: ({ input }) => ({ Policy: input.Policy }),
    absent: "",
  },
  "s3:DeleteBucketPolicy": {
    reads: "GetBucketPolicy",
    by: ["Bucket"],
    output: () => null,
    absent: "NoSuchBucketPolicy",
  },
  "sso-admin:PutInlinePolicyToPermissionSet": {
    reads: "GetInlinePolicyForPermissionSet",
    by: ["PermissionSetArn"],
    output: ({ input }) => ({ InlinePolicy: input.InlinePolicy }),
    absent: "",
  },
  "kms:PutKeyPolicy": {
    reads: "GetKeyPolicy",
    by: ["KeyId"],
    output: ({ input }) => ({ Policy: input.Policy }),
    absent: "",
  },
};

/** Reads answer as though `requests` had been made, in their order; everything else goes to the account. */
export const projected = (account: Account, requests: readonly ApiRequest[]): Account => ({
  call: async (asked) => {
    const made = requests.findLast((request) => answers(request, asked));
    if (made === undefined) return account.call(asked);
    const effect = effectOf(made)!;
    const output = effect.output(made);
    if (output === null) throw new ApiError(asked.operation, effect.absent, "deleted earlier in this plan");
    return { requestId: "planned", output };
  },
});

/** Whether two calls write the same setting, so that their actions depend on each other's order. */
export const writeTheSame = (a: ApiRequest, b: ApiRequest): boolean => {
  const [first, second] = [effectOf(a), effectOf(b)];
  if (first === undefined || second === undefined || a.service !== b.service || first.reads !== second.reads)
    return false;
  return isSameSetting(first, a, b);
};

const answers = (made: ApiRequest, asked: ApiRequest): boolean => {
  const effect = effectOf(made);
  return (
    effect !== undefined &&
    made.service === asked.service &&
    effect.reads === asked.operation &&
    isSameSetting(effect, made, asked)
  );
};

const effectOf = ({ service, operation }: ApiRequest): Effect | undefined => EFFECTS[`${service}:${operation}`];

const isSameSetting = (effect: Effect, a: ApiRequest, b: ApiRequest): boolean =>
  a.accountId === b.accountId && effect.by.every((member) => a.input[member] === b.input[member]);
