import { ApiError, isApiError } from "../../base/errors.ts";
import type { ApiRequest, ServiceName } from "../../case/apiRequest.ts";
import type { Stamp } from "../../core/plan/action.ts";
import type { Account, ApiAnswer } from "../../ports/ports.ts";

type Input = ApiRequest["input"];
type Output = ApiAnswer["output"];

/** A listing that has not ended after so many pages is a fault of the service, or a loop. */
const MAX_PAGES = 1000;

/** One exact call in the account and region of the plan. */
export const request = (stamp: Stamp, service: ServiceName, operation: string, input: Input): ApiRequest => ({
  service,
  operation,
  region: stamp.region,
  accountId: stamp.accountId,
  input,
});

export const read = async (account: Account, asked: ApiRequest): Promise<Output> => (await account.call(asked)).output;

/** The output, or null when the service answers that the thing does not exist, with one of these codes. */
export const readOrNull = async (
  account: Account,
  asked: ApiRequest,
  ...absent: readonly string[]
): Promise<Output | null> => {
  try {
    return await read(account, asked);
  } catch (error) {
    if (isApiError(error, ...absent)) return null;
    throw error;
  }
};

/** All entries of a listing. `token` names the member that carries the page on, in output and input. */
export const readList = async (
  account: Account,
  asked: ApiRequest,
  member: string,
  token: { readonly output: string; readonly input: string },
): Promise<readonly unknown[]> => {
  const entries: unknown[] = [];
  let input = asked.input;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const output = await read(account, { ...asked, input });
    entries.push(...((output[member] ?? []) as readonly unknown[]));
    const next = output[token.output];
    if (typeof next !== "string" || next === "") return entries;
    input = { ...asked.input, [token.input]: next };
  }
  throw new ApiError(asked.operation, "TooManyPages", `expected a listing to end, got ${MAX_PAGES} pages`);
};

export const IAM_PAGES = { output: "Marker", input: "Marker" } as const;
