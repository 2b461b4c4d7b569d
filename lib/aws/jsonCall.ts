import { CordonError } from "../base/errors.ts";
import type { Clock } from "../ports/ports.ts";
import { type KeySource, signedHeaders } from "./sigv4.ts";

/** A service that speaks JSON 1.1, and of which one operation is used: no client of the SDK is loaded for it. */
export interface JsonService {
  /** As it signs: `secretsmanager`, `events`. */
  readonly service: string;
  /** In front of the operation: `secretsmanager`, `AWSEvents`. */
  readonly target: string;
  readonly region: string;
  readonly partition: string;
  /** `AWS_ENDPOINT_URL`, as the SDK's own clients read it. */
  readonly endpointUrl: string | undefined;
  readonly credentials: KeySource;
  readonly clock: Clock;
}

const TIMEOUT_MS = 10_000;

/** One signed call. Throws STATE_UNKNOWN with the status and the service's own error code. */
export const callJson = (place: JsonService, operation: string, input: unknown): Promise<unknown> =>
  post(place, operation, "/", input, {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `${place.target}.${operation}`,
  });

/** The same of a service whose operations are paths. */
export const callRest = (place: JsonService, path: string, input: unknown): Promise<unknown> =>
  post(place, path, path, input, { "content-type": "application/json" });

const post = async (
  place: JsonService,
  operation: string,
  path: string,
  input: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> => {
  const { service, region, credentials, clock } = place;
  const url = new URL(path, place.endpointUrl ?? `https://${service}.${region}.${domainOf(place)}/`);
  const body = JSON.stringify(input);
  const request = { method: "POST", url, headers, body };
  const signed = await signedHeaders(request, { credentials, region, service }, clock.now());
  const { host: _host, ...sent } = signed;
  const answer = await fetch(url, { method: "POST", headers: sent, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const value = (await answer.json()) as { readonly __type?: string };
  if (answer.ok) return value;
  throw new CordonError("STATE_UNKNOWN", `${service} ${operation}: ${answer.status} ${value.__type ?? ""}`.trim());
};

const domainOf = ({ partition }: JsonService): string =>
  partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
