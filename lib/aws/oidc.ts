import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
} from "openid-client";
import { CordonError } from "../base/errors.ts";
import type { Ids } from "../ports/ports.ts";

export interface OidcOptions {
  /** Exactly as the provider calls itself, for example `https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_…`. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client, which PKCE alone holds to the browser that began. */
  readonly clientSecret: string | null;
  /** Where the provider sends the browser back to, as it is registered there. */
  readonly redirectUri: string;
  readonly ids: Ids;
  /** Plain HTTP to the provider: for a provider inside a test alone. */
  readonly insecure?: boolean;
}

/** What must be remembered between leaving for the provider and coming back; each value serves one login. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who the provider says it is. Only both together name somebody: subjects of two providers may be equal. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface Oidc {
  begin(): Promise<{ readonly location: string; readonly pending: PendingLogin }>;
  /** Throws LOGIN_REFUSED whatever is wrong with the answer: it is never said to the browser what. */
  finish(answer: URL, pending: PendingLogin): Promise<Identity>;
}

/**
 * The one algorithm taken, which every provider must have (OpenID Connect Core 1.0, 15.1). Naming it shuts out `none`, and
 * HMAC keyed with what is public.
 */
const ALGORITHM = "RS256";

/** Login by authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636). Tokens are looked at here and kept nowhere. */
export const createOidc = (options: OidcOptions): Oidc => {
  let known: Promise<Configuration> | undefined;
  const provider = (): Promise<Configuration> => {
    known ??= discover(options).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    begin: async () => begin(await provider(), options),
    finish: async (answer, pending) => finish(await provider(), options, answer, pending),
  };
};

/** Keys and addresses come from the provider's own document; that the document names this issuer is checked by the library. */
const discover = async ({ issuer, clientId, clientSecret, insecure }: OidcOptions): Promise<Configuration> => {
  const authentication = clientSecret === null ? None() : ClientSecretPost(clientSecret);
  const execute = [enableNonRepudiationChecks, ...(insecure === true ? [allowInsecureRequests] : [])];
  const metadata = { id_token_signed_response_alg: ALGORITHM };
  try {
    return await discovery(new URL(issuer), clientId, metadata, authentication, { execute });
  } catch (cause) {
    throw new CordonError("LOGIN_UNAVAILABLE", `identity provider ${issuer}: ${(cause as Error).message}`, { cause });
  }
};

/** The person is asked for the proof anew each time: a session left open at the provider signs nobody in here. */
const begin = async (provider: Configuration, { redirectUri, ids }: OidcOptions) => {
  const pending: PendingLogin = { state: ids.random(32), nonce: ids.random(32), verifier: ids.random(32) };
  const location = buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: "openid",
    code_challenge: await calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
    state: pending.state,
    nonce: pending.nonce,
    prompt: "login",
  });
  return { location: location.href, pending };
};

const finish = async (
  provider: Configuration,
  { redirectUri, issuer }: OidcOptions,
  answer: URL,
  { state, nonce, verifier }: PendingLogin,
): Promise<Identity> => {
  // The address as it is registered, whatever name the request came under.
  const at = new URL(redirectUri);
  at.search = answer.search;
  try {
    const tokens = await authorizationCodeGrant(provider, at, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const { iss, sub } = tokens.claims()!;
    if (iss !== issuer) throw new TypeError(`expected the issuer ${issuer}, got ${iss}`);
    return { issuer: iss, subject: sub };
  } catch (cause) {
    throw new CordonError("LOGIN_REFUSED", `login: ${(cause as Error).message}`, { cause });
  }
};
