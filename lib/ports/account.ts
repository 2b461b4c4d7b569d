/** The account concerned, by its APIs. */
import type { ApiRequest } from "../case/apiRequest.ts";

/**
 * The account concerned, by its APIs: identity and buckets, reads and containment calls.
 * Throws ApiError with the service's own code; `NotKnown` when an embedded run was given no snapshot of that part.
 */
export interface Account {
  call(request: ApiRequest): Promise<ApiAnswer>;
}

export interface ApiAnswer {
  readonly requestId: string;
  readonly output: Readonly<Record<string, unknown>>;
}
