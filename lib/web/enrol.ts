import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { cose, decodeCredentialPublicKey } from "@simplewebauthn/server/helpers";
import * as z from "zod";
import { CordonError } from "../base/errors.ts";
import { sha256Hex } from "../base/jcs.ts";
import { parsePublicKey } from "../evidence/publicKey.ts";
import type { RelyingParty } from "../evidence/webauthn.ts";
import type { Credential } from "./ceremony.ts";
import type { Session } from "./sessions.ts";

/** ECDSA on P-256 with SHA-256 (COSE algorithms): the one kind of key that decisions are verified with offline. */
const ES256 = -7;
/** SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point (RFC 5480). */
const SPKI_P256 = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]{1,8192}$/);

/** What the browser sends after a registration (WebAuthn Level 3, RegistrationResponseJSON), as far as it is looked at. */
export const RegistrationSchema = z.strictObject({
  credentialId: Base64Url,
  clientDataJSON: Base64Url,
  attestationObject: Base64Url,
});
export type Registration = z.output<typeof RegistrationSchema>;

/** What an administrator puts into the settings, if they know whose key this is. Nothing is enrolled by it. */
export interface Enrolled {
  readonly humanId: string;
  /** SHA-256 (hex) of the public key: for `approvers[].keys`. */
  readonly key: string;
  /** For `approvers[].securityKeys`. */
  readonly securityKey: { readonly credentialId: string; readonly publicKey: string };
}

/** What the browser is asked to make a credential with. The challenge is bound to this session, and nothing is stored. */
export const registrationOptions = (
  { humanId, csrf }: Session,
  { rpId }: RelyingParty,
  known: readonly Credential[],
): Promise<unknown> =>
  generateRegistrationOptions({
    rpName: "Cordon",
    rpID: rpId,
    userName: humanId,
    userID: new Uint8Array(Buffer.from(sha256Hex(`cordon/user\n${rpId}\n${humanId}`), "hex")),
    challenge: new Uint8Array(challengeFor(humanId, csrf)),
    attestationType: "none",
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
    supportedAlgorithmIDs: [ES256],
  });

const challengeFor = (humanId: string, csrf: string): Buffer =>
  Buffer.from(sha256Hex(`cordon/registration\n${humanId}\n${csrf}`), "hex");

/**
 * Checks a registration: this session's challenge, our origin and name, a person present and verified, a P-256 key.
 * Throws INPUT_INVALID.
 */
export const enrolled = async (
  given: Registration,
  { humanId, csrf }: Session,
  { rpId, origin }: RelyingParty,
): Promise<Enrolled> => {
  const { credentialId, clientDataJSON, attestationObject } = given;
  const response: RegistrationResponseJSON = {
    id: credentialId,
    rawId: credentialId,
    type: "public-key",
    clientExtensionResults: {},
    response: { clientDataJSON, attestationObject },
  };
  try {
    const verified = await verifyRegistrationResponse({
      response,
      expectedChallenge: challengeFor(humanId, csrf).toString("base64url"),
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserPresence: true,
      requireUserVerification: true,
      supportedAlgorithmIDs: [ES256],
    });
    if (!verified.verified) throw new TypeError("the attestation does not hold");
    const spki = toSpki(verified.registrationInfo.credential.publicKey);
    const { fingerprint } = parsePublicKey(spki);
    return { humanId, key: fingerprint, securityKey: { credentialId, publicKey: spki.toString("base64") } };
  } catch (cause) {
    throw new CordonError("INPUT_INVALID", "The security key's registration does not hold. Nothing was enrolled.", {
      cause,
    });
  }
};

/** From the COSE form that authenticators give (RFC 9053) to the one that openssl reads. */
const toSpki = (credentialKey: Uint8Array<ArrayBuffer>): Buffer => {
  const key = decodeCredentialPublicKey(credentialKey);
  const [x, y] = cose.isCOSEPublicKeyEC2(key) ? [key.get(cose.COSEKEYS.x), key.get(cose.COSEKEYS.y)] : [];
  if (x === undefined || y === undefined || x.length !== 32 || y.length !== 32) throw new TypeError("not a P-256 key");
  return Buffer.concat([SPKI_P256, x, y]);
};
