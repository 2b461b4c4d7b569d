/** An authenticator in software, after WebAuthn Level 3 section 6: honest, or lying in one way that a test names. */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Assertion, RelyingParty } from "../../lib/evidence/webauthn.ts";

export const PARTY: RelyingParty = { rpId: "cordon.example", origin: "https://cordon.example" };
export const UP = 0x01;
export const UV = 0x04;

export interface Authenticator {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
  /** The same key in COSE (RFC 9053), as other verifiers take it. */
  readonly cose: Uint8Array;
  answer(challenge: string, lie?: Lie): Assertion;
}

export interface Lie {
  readonly rpId?: string;
  readonly flags?: number;
  readonly signCount?: number;
  readonly client?: Readonly<Record<string, unknown>>;
  /** The text of clientDataJSON as a whole. */
  readonly clientText?: string;
  readonly extra?: Uint8Array;
}

export const createAuthenticator = (credentialId: string, party = PARTY): Authenticator => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" }) as { x: string; y: string };
  return {
    credentialId,
    publicKey: publicKey.export({ type: "spki", format: "der" }),
    privateKey: createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" })),
    cose: Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y, "base64url"),
    ]),
    answer: (challenge, lie = {}) => answer(privateKey, challenge, party, lie),
  };
};

const sha256 = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();

const answer = (key: KeyObject, challenge: string, party: RelyingParty, lie: Lie): Assertion => {
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(lie.signCount ?? 0);
  const authenticatorData = Buffer.concat([
    sha256(lie.rpId ?? party.rpId),
    Buffer.of(lie.flags ?? UP | UV),
    counter,
    lie.extra ?? Buffer.of(),
  ]);
  const client = { type: "webauthn.get", challenge, origin: party.origin, crossOrigin: false, ...lie.client };
  const clientDataJSON = Buffer.from(lie.clientText ?? JSON.stringify(client));
  return {
    authenticatorData,
    clientDataJSON,
    signature: sign("sha256", Buffer.concat([authenticatorData, sha256(clientDataJSON)]), key),
  };
};
