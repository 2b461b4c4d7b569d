/**
 * The account concerned through its own APIs: every call is made as the member role of that account, in the region of
 * the call, by the SDK command of the same name. Only operations of the table below are known; nothing else can be asked.
 */

import { ApiError } from "../base/errors.ts";
import type { ApiRequest } from "../case/apiRequest.ts";
import type { Account, ApiAnswer } from "../ports/ports.ts";
import { failureOf, toApiError } from "./failures.ts";
import { isDeletion, isKnownOperation, isOnceOnly, takesBucketOwner } from "./operations.ts";
import { toPlain, toSdkInput } from "./plain.ts";
import type { SdkOutput, ServiceClients } from "./serviceClients.ts";

const ACCOUNT_ID = /^\d{12}$/;

export const createAccount = (clients: ServiceClients): Account => ({
  call: async (request) => {
    const { service, operation, accountId } = request;
    if (!ACCOUNT_ID.test(accountId))
      throw new ApiError(operation, "NotKnown", `expected the id of an account, got ${JSON.stringify(accountId)}`);
    if (!isKnownOperation(service, operation))
      throw new ApiError(operation, "UnknownOperation", `Cordon makes no call ${service}:${operation}`);
    if (service === "s3" && operation === "HeadObject") return headByListing(clients, request);
    return make(clients, request);
  },
});

const make = async (clients: ServiceClients, request: ApiRequest): Promise<ApiAnswer> => {
  const { service, operation, region, accountId } = request;
  try {
    const send = await clients({ service, operation, region, accountId, once: isOnceOnly(service, operation) });
    return answerOf(await send(inputOf(request)));
  } catch (error) {
    if (wasDoneBefore(operation, error)) return { requestId: requestIdOf(error), output: {} };
    throw toApiError(operation, error);
  }
};

const inputOf = ({ service, operation, accountId, input }: ApiRequest): Readonly<Record<string, unknown>> => {
  const asked = toSdkInput(service, operation, input);
  return takesBucketOwner(service, operation) ? { ...asked, ExpectedBucketOwner: accountId } : asked;
};

const answerOf = ({ $metadata, ...output }: SdkOutput): ApiAnswer => ({
  requestId: $metadata.requestId ?? "",
  output: toPlain(output) as Readonly<Record<string, unknown>>,
});

/** Names under which services say that the thing is not there. */
const GONE =
  /^(NoSuch\w+|NotFound|ResourceNotFoundException|AccessGrantNotExistsError|InvalidAssociationID\.NotFound)$/;

/** A removal whose first answer was lost: the SDK's next attempt finds nothing left to remove, which is what was wanted. */
const wasDoneBefore = (operation: string, error: unknown): boolean => {
  const { attempts, code } = failureOf(error);
  return attempts > 1 && isDeletion(operation) && GONE.test(code);
};

const requestIdOf = (error: unknown): string => (error as Partial<SdkOutput>).$metadata?.requestId ?? "";

/**
 * The size of an object without the right to read it: HeadObject needs `s3:GetObject` on everything that might be
 * stolen, the listing only `s3:ListBucket`. The first name of a prefix is the prefix itself where it exists.
 */
const headByListing = async (clients: ServiceClients, request: ApiRequest): Promise<ApiAnswer> => {
  const { Bucket, Key } = request.input as { readonly Bucket: string; readonly Key: string };
  const listing = { ...request, operation: "ListObjectsV2", input: { Bucket, Prefix: Key, MaxKeys: 1 } };
  const { requestId, output } = await make(clients, listing);
  const [first] = (output.Contents ?? []) as readonly Readonly<Record<string, unknown>>[];
  if (first?.Key !== Key) throw new ApiError("HeadObject", "NotFound", "no object of this name is there now");
  return { requestId, output: { ContentLength: first.Size, ETag: first.ETag, LastModified: first.LastModified } };
};
