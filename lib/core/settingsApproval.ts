import * as z from "zod";
import { HUMAN_ID } from "./plan/decision.ts";

const Quorum = z.int().min(1).max(10);
const HumanId = z.string().regex(HUMAN_ID);

const SecurityKey = z.strictObject({
  credentialId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,1400}$/)
    .describe("Id of the credential, base64url."),
  publicKey: z.base64().min(1).max(200).describe("DER SubjectPublicKeyInfo of its P-256 key, base64."),
});

const ApproverSchema = z.strictObject({
  humanId: HumanId.describe("The name under which this person decides; one entry a person."),
  keys: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .describe("SHA-256 (hex) of each public key of this person, DER SubjectPublicKeyInfo."),
  principals: z
    .array(z.string().min(1))
    .describe("ARNs or principal ids under which this person acts in AWS; a suspect among them cannot decide."),
  securityKeys: z
    .array(SecurityKey)
    .optional()
    .describe(
      "Passkeys and security keys for the deployed page; the SHA-256 of each public key stands among `keys` too. Absent: cannot decide there.",
    ),
  oidc: z
    .strictObject({
      issuer: z.url({ protocol: /^https$/ }).describe("The provider's issuer, `https://…`."),
      subject: z.string().min(1).max(255).describe("The provider's own id of this person."),
    })
    .optional()
    .describe("Who this person is to the identity provider of the deployed page. Absent: cannot sign in there."),
  since: z.iso
    .datetime()
    .describe(
      "When this entry was added or last changed (ISO 8601, UTC); unless that is `foundedAt`, one changed less than 24 hours before detection cannot decide.",
    ),
});

/** The members of the settings that say who decides, and how many of them it takes. */
export const ApprovalMembers = {
  quorum: z
    .strictObject({
      reversible: Quorum.describe("For what Cordon can take back itself."),
      externallyReversible: Quorum.describe("For what can be taken back only with somebody else's help."),
      irreversible: Quorum.min(2).describe("For what nobody can take back; never fewer than two."),
    })
    // Absent or 0 stops the start: approval must never fail open.
    .describe("How many different people must approve an action, by how far it can be taken back."),
  approvers: z.array(ApproverSchema).describe("Who may decide about plans."),
  breakGlass: z
    .strictObject({ humanIds: z.array(HumanId).describe("Their names, each of them an approver.") })
    .optional()
    .describe(
      "Approvers who may contain alone what can be taken back, with a reason and a review afterwards. Absent: nobody.",
    ),
  webauthn: z
    .strictObject({
      rpId: z.string().min(1).describe("The name that credentials are bound to: the page's host, or what it ends in."),
      origin: z.url().describe("The one origin of the page."),
    })
    .optional()
    .describe("Where decisions are made by security key. Absent: nowhere."),
};

/** Who may decide, how many it takes, and who may decide alone. */
export type ApprovalSettings = z.infer<z.ZodObject<typeof ApprovalMembers>>;
export type Approver = ApprovalSettings["approvers"][number];
