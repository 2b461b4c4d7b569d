/** Signs with the deployment's evidence key (ECDSA P-256 with SHA-256). */
export interface Signer {
  /**
   * Signs the SHA-256 digest of `message`; DER, as KMS returns it. The port takes the message and not the digest because
   * node:crypto cannot sign a ready digest; the KMS adapter hashes it itself and calls Sign with MessageType=DIGEST.
   * The caller normalises to low-S and verifies before it uses the signature.
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** DER SubjectPublicKeyInfo. */
  publicKey(): Promise<Uint8Array>;
}
