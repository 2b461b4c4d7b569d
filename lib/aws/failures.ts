import { ApiError, CordonError, type ErrorCode, TransientError } from "../base/errors.ts";

/** What a failed SDK call says, whichever protocol the service speaks. */
export interface ServiceFailure {
  /** The service's own error code: `NoSuchEntity`, `AccessDenied`, `ConditionalRequestConflict`, `TimeoutError`. */
  readonly code: string;
  readonly message: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The service refused for load; the call had no effect. */
  readonly throttled: boolean;
  /** A later attempt may succeed: throttled, a fault of the service, or no answer. */
  readonly transient: boolean;
  /** Requests sent, SDK retries included. Above 1, an earlier one may have taken effect unseen. */
  readonly attempts: number;
}

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly Code?: string;
  readonly code?: string;
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** Names under which services refuse for load (SDK v3 service-error-classification; S3 `SlowDown`). */
const THROTTLES = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
  "KmsThrottlingException",
]);
/** No usable answer: the connection broke, or what came was not what the service sends. */
const BROKEN = new Set([
  "TimeoutError",
  "RequestTimeout",
  "RequestTimeoutException",
  "NetworkingError",
  "SyntaxError",
  "AbortError",
]);
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR)/;

export const failureOf = (error: unknown): ServiceFailure => {
  const {
    name = "Error",
    message = "",
    Code,
    code: socket = "",
    $retryable,
    $metadata = {},
  } = (error ?? {}) as SdkError;
  const status = $metadata.httpStatusCode ?? 0;
  const code = Code ?? name;
  const throttled = THROTTLES.has(code) || $retryable?.throttling === true || status === 429;
  // A 2xx that cannot be read is no refusal: the call may well have taken effect.
  const unread = status >= 200 && status < 300;
  const transient = throttled || status >= 500 || BROKEN.has(code) || SOCKET.test(socket) || unread;
  return { code, message, status, throttled, transient, attempts: $metadata.attempts ?? 1 };
};

export const isRefusal = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes(failureOf(error).code);

/** S3 answers 412 when the name is taken (or the ETag is another one). */
export const isTaken = (error: unknown): boolean => failureOf(error).status === 412;

/** Two conditional writes met; S3 wants the later one sent again. */
export const isRace = (error: unknown): boolean => failureOf(error).status === 409;

export const isMissing = (error: unknown): boolean => isRefusal(error, "NoSuchKey", "NotFound", "404");

/**
 * The error that a step must throw: TransientError, which ASL retries by name, when a later attempt may succeed; else
 * CordonError. Both carry the service's code in the text and the cause.
 */
export const toStepError = (code: ErrorCode, what: string, cause: unknown): CordonError => {
  if (cause instanceof CordonError) return cause;
  const failure = failureOf(cause);
  const message = `${what}: ${failure.code}: ${failure.message}`;
  return failure.transient ? new TransientError(code, message, { cause }) : new CordonError(code, message, { cause });
};

/** The error of a call on the account concerned. Throttling that outlasted the SDK's retries had no effect and heals. */
export const toApiError = (operation: string, cause: unknown): Error => {
  if (cause instanceof CordonError || cause instanceof ApiError) return cause;
  const failure = failureOf(cause);
  if (failure.throttled)
    return new TransientError("STATE_UNKNOWN", `${operation}: ${failure.code}: ${failure.message}`, { cause });
  return new ApiError(operation, failure.code, failure.message, cause);
};
