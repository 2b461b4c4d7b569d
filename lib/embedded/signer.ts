import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { CordonError } from "../base/errors.ts";
import type { Signer } from "../base/signer.ts";
import { createExclusively } from "./files.ts";

/** A P-256 key in a PEM file of mode 0600, made on first use. Stands in for a KMS key of spec ECC_NIST_P256. */
export const openKeyFile = (path: string): KeyObject => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  createExclusively(path, Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" })));
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new CordonError(
      "SETTINGS_INVALID",
      `${path}: expected mode 0600, got 0${mode.toString(8)}; other users could sign`,
    );
  }
  return createPrivateKey(readFileSync(path));
};

/** DER SubjectPublicKeyInfo of a key. */
export const publicKeyOf = (key: KeyObject): Uint8Array => createPublicKey(key).export({ type: "spki", format: "der" });

/** The `Signer` port over a key file. */
export const createSigner = (path: string): Signer => signerOf(openKeyFile(path));

export const signerOf = (key: KeyObject): Signer => ({
  sign: async (message) => sign("sha256", message, key),
  publicKey: async () => publicKeyOf(key),
});
