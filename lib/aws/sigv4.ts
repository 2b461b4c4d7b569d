import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

/** Long-lived keys, or those of a session. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
/** Asked before every request: keys of a session run out and are renewed. */
export type KeySource = () => Promise<Keys>;

export interface SigningPlace {
  readonly credentials: KeySource;
  readonly region: string;
  /** Name of the service as it signs: `execute-api`. */
  readonly service: string;
}

export interface PlainRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The headers of a request signed with Signature Version 4: those given, `host`, `x-amz-date`, `x-amz-content-sha256`,
 * `authorization`, and `x-amz-security-token` for a session. `at` is ISO 8601; AWS refuses a request more than five
 * minutes old (IAM user guide, signing AWS API requests).
 */
export const signedHeaders = async (
  { method, url, headers, body }: PlainRequest,
  { credentials, region, service }: SigningPlace,
  at: string,
): Promise<Readonly<Record<string, string>>> => {
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 as never });
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    body,
  };
  return (await signer.sign(request, { signingDate: new Date(at) })).headers;
};

/** What the signer makes with `new`: a digest, or with a secret an HMAC; both have the two methods that it calls. */
export function Sha256(secret?: string | Uint8Array) {
  return secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
}
