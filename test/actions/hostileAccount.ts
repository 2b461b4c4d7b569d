/**
 * Accounts as AWS has them: policies come back in another spelling and order, reads answer from before the last write,
 * principals that were deleted are refused, calls are throttled. Sources: hashicorp/terraform#9036 and #2432 (an account id
 * comes back as the ARN of its root, a list of one as the one), IAM user guide (eventual consistency), re:Post (invalid
 * principal in policy), S3 and IAM API references (SlowDown, Throttling).
 */
import { ApiError, TransientError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { Account, ApiAnswer } from "../../lib/ports/account.ts";

type Json = unknown;
const DEAD = /"A(?:IDA|ROA)[A-Z0-9]{12,}"/;
const DOCUMENTS = ["Policy", "PolicyDocument", "InlinePolicy"] as const;

/** In the service's own spelling; every list but that of statements in another order. */
const respelt = (value: Json, name = ""): Json => {
  if (Array.isArray(value)) {
    if (value.length === 1 && name !== "Statement") return respelt(value[0], name);
    const list = value.map((one) => respelt(one, name));
    return name === "Statement" ? list : list.toReversed();
  }
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, respelt(member, key)]));
  return name === "AWS" && typeof value === "string" && /^\d{12}$/.test(value) ? `arn:aws:iam::${value}:root` : value;
};

const isRead = ({ operation }: ApiRequest): boolean => /^(Get|List|Head|Describe|Simulate)/.test(operation);

/** Stores every policy in a spelling of its own, and refuses one that names somebody who is gone. */
export const respelling = (account: Account): Account => ({
  call: async (request) => {
    const input = { ...request.input };
    for (const member of DOCUMENTS) {
      const text = input[member];
      if (typeof text !== "string" || isRead(request)) continue;
      if (principalsIn(text).some((one) => DEAD.test(JSON.stringify(one))))
        throw new ApiError(request.operation, "MalformedPolicy", "Invalid principal in policy");
      input[member] = JSON.stringify(respelt(JSON.parse(text)));
    }
    return account.call({ ...request, input });
  },
});

const principalsIn = (text: string): readonly Json[] =>
  [JSON.parse(text).Statement].flat().map((one: Readonly<Record<string, Json>>) => one?.Principal);

/** The first reads of each kind after a write answer what they would have answered before it. */
export const stale = (account: Account, reads: number): Account => {
  const old = new Map<string, Promise<ApiAnswer>>();
  const seen = new Map<string, ApiRequest>();
  const left = new Map<string, number>();
  const nameOf = ({ service, operation, input }: ApiRequest): string => JSON.stringify([service, operation, input]);
  return {
    call: async (request) => {
      const name = nameOf(request);
      if (isRead(request)) {
        seen.set(name, request);
        const waiting = left.get(name) ?? 0;
        if (waiting === 0) return account.call(request);
        left.set(name, waiting - 1);
        return old.get(name)!;
      }
      const found = [...seen].map(([key, read]) => {
        const answer = account.call(read);
        answer.catch(() => {});
        return [key, answer] as const;
      });
      await Promise.allSettled(found.map(([, answer]) => answer));
      const written = await account.call(request);
      for (const [key, answer] of found) {
        if ((left.get(key) ?? 0) === 0) old.set(key, answer);
        left.set(key, reads);
      }
      return written;
    },
  };
};

/** The first call of each kind is turned away; the port says then that it may be tried again. */
export const throttled = (account: Account): Account => {
  const turnedAway = new Set<string>();
  return {
    call: async (request) => {
      const name = `${request.service}:${request.operation}`;
      if (turnedAway.has(name) || isRead(request)) return account.call(request);
      turnedAway.add(name);
      throw new TransientError("STATE_UNKNOWN", `${name}: Throttling: Rate exceeded`);
    },
  };
};
