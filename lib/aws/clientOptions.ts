/** What every SDK client is made with. Endpoints, credentials and FIPS come from the environment, as the SDK reads it. */
export interface ClientOptions {
  readonly region: string;
  /** Attempts per call, the first one included. */
  readonly attempts: number;
  readonly connectTimeoutMs: number;
  /** From the request to the end of the answer. */
  readonly answerTimeoutMs: number;
}

/** In a Lambda: a call that hangs must not eat the step's time, and a step has up to fifteen minutes for many calls. */
export const LAMBDA_OPTIONS = { attempts: 5, connectTimeoutMs: 3_000, answerTimeoutMs: 30_000 } as const;

export const clientOptions = (
  { region, attempts, connectTimeoutMs, answerTimeoutMs }: ClientOptions,
  maxAttempts = attempts,
) => ({
  region,
  maxAttempts,
  requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: answerTimeoutMs, throwOnRequestTimeout: true },
});
