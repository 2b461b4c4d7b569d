import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";
import { CordonError } from "../core/errors.ts";

export interface SecretOptions {
  readonly region: string;
  /** `https://secretsmanager.<region>.<domain of the partition>`. */
  readonly endpoint: string;
  /** Any client of the SDK: its credentials and its hash sign this one call too. */
  readonly config: Pick<DynamoDBClient["config"], "credentials" | "sha256">;
}

const TIMEOUT_MS = 10_000;

/**
 * The text of a secret in Secrets Manager (GetSecretValue, JSON 1.1). One signed request, and not a client of the SDK: it is
 * the only call to that service, made once per container. Throws SETTINGS_INVALID.
 */
export const readSecret = async (
  name: string,
  { region, endpoint, config: { credentials, sha256 } }: SecretOptions,
): Promise<string> => {
  const { protocol, hostname, host } = new URL(endpoint);
  const body = JSON.stringify({ SecretId: name });
  const signer = new SignatureV4({ service: "secretsmanager", region, credentials, sha256 });
  const { headers } = await signer.sign({
    ...{ method: "POST", protocol, hostname, path: "/", query: {}, body },
    headers: {
      host,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "secretsmanager.GetSecretValue",
    },
  });
  const answer = await fetch(endpoint, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { SecretString, __type = "" } = (await answer.json()) as { SecretString?: string; __type?: string };
  if (answer.ok && SecretString !== undefined) return SecretString;
  throw new CordonError("SETTINGS_INVALID", `secret ${name}: expected its text, got ${answer.status} ${__type}`);
};
