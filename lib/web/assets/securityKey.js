// A decision by security key: the challenge is the digest of the statement, so that the key signs for exactly that.

/** @param {string} text base64url */
export const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

/** @param {ArrayBuffer} buffer */
export const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/**
 * Asks the person's security key to sign for a statement that the server prepared. What it says is compared with what
 * was answered here first, and its digest is computed here. Throws when the person or the browser refuses.
 * @param {{payload: string, rpId: string, credentialIds: string[]}} prepared
 * @param {{kind: string, choices: Record<string, string>, reason: string, planDigest: string, shownDigest: string}} answer
 */
export const signWithKey = (prepared, answer) =>
  signFor(prepared, ({ subject, predicate }) => {
    const says = [
      subject[0].digest.sha256,
      predicate.kind,
      predicate.reason,
      predicate.shownDigest,
      sorted(predicate.choices),
    ];
    const meant = [answer.planDigest, answer.kind, answer.reason, answer.shownDigest, sorted(answer.choices)];
    return JSON.stringify(says) === JSON.stringify(meant);
  });

/**
 * The same for any statement: `isMeant` looks at what it says before the key is asked.
 * @param {{payload: string, rpId: string, credentialIds: string[]}} prepared
 * @param {(statement: any) => boolean} isMeant
 */
export const signFor = async ({ payload, rpId, credentialIds }, isMeant) => {
  const statement = toBytes(payload);
  if (!isMeant(JSON.parse(new TextDecoder().decode(statement))))
    throw new Error("The server prepared another statement than what you answered.");
  const publicKey = {
    challenge: await crypto.subtle.digest("SHA-256", statement),
    rpId,
    allowCredentials: credentialIds.map((id) => ({ type: /** @type {const} */ ("public-key"), id: toBytes(id) })),
    userVerification: /** @type {const} */ ("required"),
  };
  const credential = /** @type {any} */ (await navigator.credentials.get({ publicKey }));
  const { authenticatorData, clientDataJSON, signature } = credential.response;
  return {
    credentialId: credential.id,
    payload,
    authenticatorData: toText(authenticatorData),
    clientDataJSON: toText(clientDataJSON),
    signature: toText(signature),
  };
};

/** @param {Record<string, string>} choices */
const sorted = (choices) => Object.entries(choices).toSorted(([a], [b]) => (a < b ? -1 : 1));
