import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CordonError } from "../../base/errors.ts";
import { visibleJson } from "../../base/visible.ts";
import { loadAssets } from "../../web/assets.ts";
import { clientOptions, LAMBDA_OPTIONS } from "../clientOptions.ts";
import { systemClock, systemIds } from "../clock.ts";
import { type Environment, parseEnvironment } from "../environment.ts";
import { callJson } from "../jsonCall.ts";
import { settingsOf } from "../lambda.ts";
import { createOidc } from "../oidc.ts";
import { createPage } from "../page.ts";
import { type PageReply, toReply, toRequest } from "../pageEvent.ts";
import { CALLBACK_PATH } from "../pageLogin.ts";
import { createPageTable } from "../pageTable.ts";
import { createPorts } from "../ports.ts";

type Page = { readonly origin: string; readonly answer: (request: Request) => Promise<Response> };

/** Behind every path of the page's API. One page per container; what could not be set up is tried again. */
export const createHandler = (bundle: string): ((event: unknown) => Promise<PageReply>) => {
  let page: Promise<Page> | undefined;
  return async (event) => {
    page ??= setUp(new URL(bundle)).catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    const { origin, answer } = await page;
    const request = toRequest(event, origin);
    return toReply(request === null ? new Response("unreadable request\n", { status: 400 }) : await answer(request));
  };
};

const setUp = async (bundle: URL): Promise<Page> => {
  const env = parseEnvironment(process.env);
  if (env.CORDON_PAGE === undefined) throw new CordonError("SETTINGS_INVALID", "environment: CORDON_PAGE: expected it");
  const { origin, issuer, clientId, clientSecretName, table } = env.CORDON_PAGE;
  const dynamo = new DynamoDBClient(clientOptions({ ...LAMBDA_OPTIONS, region: env.AWS_REGION }));
  const clientSecret = clientSecretName === null ? null : await secretOf(env, clientSecretName, dynamo);
  const answer = createPage({
    ports: createPorts(env, await settingsOf(env, bundle)),
    origin,
    oidc: createOidc({ issuer, clientId, clientSecret, redirectUri: `${origin}${CALLBACK_PATH}`, ids: systemIds }),
    table: createPageTable({ dynamo, table, clock: systemClock }),
    assets: loadAssets(),
    onRefused: (refused) => log({ level: "WARN", refused }),
    onFault: (error) => log({ level: "ERROR", fault: String(error) }),
  });
  return { origin, answer };
};

/** Once per container; a secret that was rotated is read when the container is replaced. */
const secretOf = async (env: Environment, name: string, { config }: DynamoDBClient): Promise<string> => {
  const service = {
    ...{ service: "secretsmanager", target: "secretsmanager", region: env.AWS_REGION, partition: env.CORDON_PARTITION },
    ...{ credentials: config.credentials, clock: systemClock, endpointUrl: process.env.AWS_ENDPOINT_URL },
  };
  const { SecretString } = (await callJson(service, "GetSecretValue", { SecretId: name })) as { SecretString?: string };
  if (SecretString !== undefined) return SecretString;
  throw new CordonError("SETTINGS_INVALID", `secret ${name}: expected text, got none`);
};

/** One JSON line; what strangers sent is made visible first. */
const log = (line: unknown): void => void process.stdout.write(`${JSON.stringify(visibleJson(line))}\n`);
