import { createHash } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import type { Signer } from "../base/signer.ts";
import { toStepError } from "./failures.ts";

/**
 * A KMS key of spec ECC_NIST_P256. The digest goes to KMS with `MessageType: DIGEST`: left out, KMS would take it for
 * the message and hash it a second time, and nothing outside AWS could verify the signature (KMS API, Sign).
 */
export const createSigner = (kms: KMSClient, keyId: string): Signer => {
  let known: Promise<Uint8Array> | undefined;
  return {
    sign: async (message) => {
      const Message = createHash("sha256").update(message).digest();
      const { Signature } = await guarded(
        () =>
          kms.send(
            new SignCommand({ KeyId: keyId, Message, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" }),
          ),
        keyId,
      );
      return Signature!;
    },
    publicKey: () => {
      known ??= readKey(kms, keyId).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
  };
};

const readKey = async (kms: KMSClient, keyId: string): Promise<Uint8Array> =>
  (await guarded(() => kms.send(new GetPublicKeyCommand({ KeyId: keyId })), keyId)).PublicKey!;

const guarded = async <T>(work: () => Promise<T>, keyId: string): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw toStepError("SEAL_FAILED", `key ${keyId}`, error);
  }
};
