import { createHash } from "node:crypto";
import type { Settings } from "../settings.ts";
import type { Decision } from "./decision.ts";

type Approver = Settings["approvers"][number];

/** Whether the policy says that this key of a person's lives in an authenticator. */
export const isSecurityKey = ({ securityKeys = [] }: Approver, keyFingerprint: string): boolean =>
  securityKeys.some(
    ({ publicKey }) => createHash("sha256").update(publicKey, "base64").digest("hex") === keyFingerprint,
  );

/**
 * Why the way a decision was proven does not fit its key, or null. What makes an assertion worth more than a signature
 * (presence, verification, the page's own origin) is only said by the authenticator: software that holds a key file can
 * say it too. So an assertion counts from keys that the policy calls security keys, and from these nothing else counts.
 */
export const proofFault = (
  approver: Approver,
  keyFingerprint: string,
  assurance: Decision["assurance"],
): string | null => {
  const isKept = isSecurityKey(approver, keyFingerprint);
  if (assurance === "webauthn" && !isKept)
    return `the policy does not list this key of ${approver.humanId} as a security key`;
  return isKept && assurance !== "webauthn" ? "a security key decides on the page, and not by a signature" : null;
};
