/** The deployed page in front of a real case, with an identity provider inside the test that can lie in one way at a time. */

import { createHash, createHmac } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { createOidc } from "../../lib/aws/oidc.ts";
import { createPage } from "../../lib/aws/page.ts";
import { createPageTable, type PageTable } from "../../lib/aws/pageTable.ts";
import { sha256Hex } from "../../lib/base/jcs.ts";
import type { Settings } from "../../lib/core/settings.ts";
import type { Clock } from "../../lib/ports/ports.ts";
import { loadAssets } from "../../lib/web/assets.ts";
import type { RefusedRequest } from "../../lib/web/options.ts";
import { createAuthenticator } from "../web/authenticator.ts";
import { discover } from "../web/scenes.ts";
import { openWorld, type World } from "../web/world.ts";
import { json, optionsAt, type Reply, serve, type Wire } from "./wire.ts";

export const ORIGIN = "https://cordon.example";
const CLIENT = "cordon-page";
const CALLBACK = `${ORIGIN}/login/callback`;

export const ADA_KEY = createAuthenticator(Buffer.from("a key of ada").toString("base64url"));

/** One lie of the provider: about the token, or about who signed it. */
export interface Lie {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly sign?: "none" | "hmac-with-the-public-key" | "hmac-with-the-client-id" | "stranger" | "stranger-same-kid";
}

export interface Provider {
  readonly issuer: string;
  /** Signs somebody in and gives the address that the browser is sent back to. */
  authorize(location: string, subject: string, lie?: Lie): string;
  close(): Promise<void>;
}

interface Code {
  readonly subject: string;
  readonly nonce: string;
  readonly challenge: string;
  readonly lie: Lie;
}

/** Authorization code flow as RFC 6749 and RFC 7636 have it; codes serve once. Signs with jose, which the product's library does not use. */
export const startProvider = async (): Promise<Provider> => {
  const codes = new Map<string, Code>();
  const [own, stranger] = [await keyOf("k1"), await keyOf("k2")];
  const server = await serve(async (wire): Promise<Reply> => {
    if (wire.path === "/.well-known/openid-configuration") return json(200, metadata(server.endpoint));
    if (wire.path === "/jwks") return json(200, { keys: [own.jwk] });
    const code = await codeFor(wire, codes);
    if (code === null) return json(400, { error: "invalid_grant" });
    const id_token = await tokenOf(server.endpoint, code, own, stranger);
    return json(
      200,
      { access_token: "never used", token_type: "Bearer", id_token },
      { "content-type": "application/json" },
    );
  });
  return {
    issuer: server.endpoint,
    authorize: (location, subject, lie = {}) => {
      const asked = new URL(location).searchParams;
      const code = sha256Hex(`${location}|${subject}|${codes.size}`);
      codes.set(code, { subject, nonce: asked.get("nonce")!, challenge: asked.get("code_challenge")!, lie });
      return `${asked.get("redirect_uri")}?${new URLSearchParams({ code, state: asked.get("state")! })}`;
    },
    close: server.close,
  };
};

interface Key {
  readonly jwk: JWK;
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];
}

const keyOf = async (kid: string): Promise<Key> => {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
};

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
});

const codeFor = async ({ body }: Wire, codes: Map<string, Code>): Promise<Code | null> => {
  const asked = new URLSearchParams(body.toString());
  const code = codes.get(asked.get("code") ?? "");
  codes.delete(asked.get("code") ?? "");
  const challenge = createHash("sha256")
    .update(asked.get("code_verifier") ?? "")
    .digest("base64url");
  const isMeant = asked.get("redirect_uri") === CALLBACK && asked.get("client_id") === CLIENT;
  return code !== undefined && isMeant && code.challenge === challenge ? code : null;
};

const tokenOf = async (issuer: string, { subject, nonce, lie }: Code, own: Key, stranger: Key): Promise<string> => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: CLIENT, sub: subject, nonce, iat: now, exp: now + 300, ...lie.claims };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = (alg: string): string => `${part({ alg, kid: own.jwk.kid })}.${part(claims)}`;
  const hmac = (secret: string): string =>
    `${unsigned("HS256")}.${createHmac("sha256", secret).update(unsigned("HS256")).digest("base64url")}`;
  switch (lie.sign) {
    case "none":
      return `${unsigned("none")}.`;
    case "hmac-with-the-public-key":
      return hmac(JSON.stringify(own.jwk));
    case "hmac-with-the-client-id":
      return hmac(CLIENT);
    case "stranger":
    case "stranger-same-kid": {
      const kid = lie.sign === "stranger" ? stranger.jwk.kid! : own.jwk.kid!;
      return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(stranger.privateKey);
    }
    default:
      return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: own.jwk.kid! }).sign(own.privateKey);
  }
};

type Item = Record<string, any>;

/** A DynamoDB of one table with the conditions that the page uses. */
export const startTable = async (clock: Clock) => {
  const items = new Map<string, Item>();
  const term = (text: string, item: Item | undefined, values: Item): boolean => {
    const [left, operator, right] = text.split(" ") as [string, string?, string?];
    if (text === "attribute_not_exists(id)") return item === undefined;
    if (text === "attribute_exists(id)") return item !== undefined;
    const [mine, theirs] = [item?.[left], values[right!]];
    if (mine === undefined) return false;
    return operator === "<" ? Number(mine.N) < Number(theirs.N) : JSON.stringify(mine) === JSON.stringify(theirs);
  };
  const operations: Readonly<Record<string, (input: Item) => Reply>> = {
    GetItem: ({ Key }) => json(200, items.has(Key.id.S) ? { Item: items.get(Key.id.S) } : {}),
    PutItem: ({ Item: item }) => {
      items.set(item.id.S, item);
      return json(200, {});
    },
    DeleteItem: ({ Key }) => {
      const before = items.get(Key.id.S);
      items.delete(Key.id.S);
      return json(200, before === undefined ? {} : { Attributes: before });
    },
    UpdateItem: ({ Key, UpdateExpression, ExpressionAttributeValues: values }) => {
      const sets = UpdateExpression.replace("SET ", "")
        .split(", ")
        .map((one: string) => one.split(" = "));
      items.set(Key.id.S, {
        ...items.get(Key.id.S),
        ...Key,
        ...Object.fromEntries(sets.map(([name, value]: string[]) => [name, values[value!]])),
      });
      return json(200, {});
    },
  };
  const server = await serve((wire) => {
    const input = JSON.parse(wire.body.toString());
    const item = items.get(input.Key?.id.S ?? input.Item?.id.S);
    const condition: string = input.ConditionExpression ?? "";
    const holds =
      condition === "" || condition.split(" OR ").some((one) => term(one, item, input.ExpressionAttributeValues ?? {}));
    if (!holds)
      return json(400, { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", message: "no" });
    return operations[wire.headers["x-amz-target"]!.split(".")[1]!]!(input);
  });
  const table: PageTable = createPageTable({
    dynamo: new DynamoDBClient(optionsAt(server.endpoint)),
    table: "page",
    clock,
  });
  return { table, items, close: server.close };
};

export interface PageWorld extends World {
  readonly page: (request: Request) => Promise<Response>;
  readonly provider: Provider;
  readonly items: ReadonlyMap<string, Item>;
  readonly turnedAway: readonly RefusedRequest[];
}

/** A case with a question, the page in front, ada known to the provider as `sub-ada` and holding a security key. */
export const openPageWorld = async (over: Partial<Settings> = {}): Promise<PageWorld> => {
  const provider = await startProvider();
  const world = await openWorld();
  const approvers = world.ports.settings.approvers.map((one) =>
    one.humanId === "ada"
      ? {
          ...one,
          keys: [...one.keys, sha256Hex(ADA_KEY.publicKey)],
          oidc: { issuer: provider.issuer, subject: "sub-ada" },
          securityKeys: [
            { credentialId: ADA_KEY.credentialId, publicKey: Buffer.from(ADA_KEY.publicKey).toString("base64") },
          ],
        }
      : one,
  );
  const webauthn = { rpId: "cordon.example", origin: ORIGIN };
  // The plan commits to the policy: it must be this one when it is made.
  Object.assign(world.ports.settings, { approvers, webauthn, ...over });
  await discover(world);
  await world.ask();
  const { table, items, close } = await startTable(world.ports.clock);
  const turnedAway: RefusedRequest[] = [];
  const page = createPage({
    ports: world.ports,
    origin: ORIGIN,
    oidc: createOidc({
      ...{ issuer: provider.issuer, clientId: CLIENT, clientSecret: null, redirectUri: CALLBACK, insecure: true },
      ids: world.ports.ids,
    }),
    ...{ table, assets: loadAssets() },
    onRefused: (line) => turnedAway.push(line),
    onFault: (error) => (world.faults as unknown[]).push(error),
  });
  return {
    ...world,
    ...{ page, provider, items, turnedAway },
    close: () => {
      world.close();
      void close();
      void provider.close();
    },
  };
};

/** What a browser sends when it follows a link, from another site or from its own address bar. */
export const navigate = (path: string, cookie = "", from = "none"): Request =>
  new Request(`${ORIGIN}${path}`, {
    headers: {
      host: "cordon.example",
      "sec-fetch-site": from,
      "sec-fetch-mode": "navigate",
      ...(cookie && { cookie }),
    },
  });

export const call = (path: string, method: "GET" | "POST", headers: Readonly<Record<string, string>>, body?: unknown) =>
  new Request(`${ORIGIN}${path}`, {
    method,
    headers: {
      ...{ host: "cordon.example", "sec-fetch-site": "same-origin", ...headers },
      ...(method === "POST" ? { origin: ORIGIN, "content-type": "application/json" } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const cookieIn = (response: Response): string => response.headers.getSetCookie()[0]!.split(";")[0]!;

/** As far as the provider's door. */
export const leave = async ({ page }: PageWorld, to = "/"): Promise<{ location: string; cookie: string }> => {
  const response = await page(navigate(`/login?to=${encodeURIComponent(to)}`));
  return { location: response.headers.get("location")!, cookie: cookieIn(response) };
};

export const comeBack = (world: PageWorld, address: string, cookie: string): Promise<Response> =>
  world.page(navigate(address.slice(ORIGIN.length), cookie, "cross-site"));

export interface SignedIn {
  readonly headers: Readonly<Record<string, string>>;
  readonly landed: string;
}

/** The whole way in, as a browser goes it. */
export const signInto = async (world: PageWorld, to = "/", subject = "sub-ada"): Promise<SignedIn> => {
  const { location, cookie } = await leave(world, to);
  const back = await comeBack(world, world.provider.authorize(location, subject), cookie);
  const landed = back.headers.get("location")!;
  const token = landed.split("#token=")[1];
  const opened = await world.page(call("/api/session", "POST", { cookie }, { token }));
  const { csrf } = (await opened.json()) as { csrf: string };
  return { landed, headers: { cookie: cookieIn(opened), "cordon-csrf": csrf } };
};
