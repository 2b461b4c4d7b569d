import { isApiError } from "../../base/errors.ts";
import type { ScopedPrincipal } from "../../case/principal.ts";
import type { Account } from "../../ports/ports.ts";

type Doc = Readonly<Record<string, unknown>>;

/** IAM has one endpoint per partition; the region only selects the partition's own. */
const IAM_REGION = "us-east-1";
const MAX_PAGES = 100;

/** Reads of IAM that note what they could not learn instead of throwing. */
export interface Asking {
  /** The output; null when the service says no, and `what` is then noted. `NoSuchEntity` is an answer where it is expected. */
  ask(what: string, operation: string, input: Doc, absent?: string): Promise<Doc | null>;
  /** All entries of a listing, or null when it could not be read to its end. */
  list(what: string, operation: string, input: Doc, member: string): Promise<readonly Doc[] | null>;
  miss(what: string, reason: string): void;
  /** What could not be learnt so far, and why a snapshot of the account is not believed. */
  missed(): Pick<ScopedPrincipal, "notKnown" | "doubt">;
}

export const createAsking = (accountId: string | null, account: Account): Asking => {
  const notKnown: { what: string; reason: string }[] = [];
  let doubt: string | null = null;
  const miss = (what: string, reason: string): void => void notKnown.push({ what, reason });
  const call = async (operation: string, input: Doc): Promise<Doc> => {
    const asked = { service: "iam", operation, region: IAM_REGION, accountId: accountId ?? "", input } as const;
    return (await account.call(asked)).output;
  };
  const guarded = async <T>(what: string, work: () => Promise<T>, absent?: string): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (isApiError(error, "NotKnown") && typeof error.cause === "string") doubt = error.cause;
      if (absent === undefined || !isApiError(error, absent))
        miss(what, isApiError(error) ? error.awsCode : String(error));
      return null;
    }
  };
  return {
    missed: () => ({ notKnown, ...(doubt === null ? {} : { doubt }) }),
    miss,
    ask: (what, operation, input, absent) => guarded(what, () => call(operation, input), absent),
    list: (what, operation, input, member) => guarded(what, () => pages(call, operation, input, member)),
  };
};

const pages = async (
  call: (operation: string, input: Doc) => Promise<Doc>,
  operation: string,
  input: Doc,
  member: string,
): Promise<readonly Doc[]> => {
  const entries: Doc[] = [];
  let marker: unknown;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const output = await call(operation, marker === undefined ? input : { ...input, Marker: marker });
    entries.push(...((output[member] ?? []) as readonly Doc[]));
    marker = output.Marker;
    if (typeof marker !== "string" || marker === "") return entries;
  }
  throw new Error(`${operation}: expected an end within ${MAX_PAGES} pages`);
};
