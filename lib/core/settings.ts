import { z } from "zod";

const Quorum = z.int().min(1).max(10);

/** The configuration of a deployment. Unknown members are refused: a misspelt setting must not be silently ignored. */
export const SettingsSchema = z.strictObject({
  /** Finding types that open a case: exact names, or a prefix ending in `*`. */
  openOn: z.array(z.string().min(1)).min(1),
  minimumSeverity: z.number().min(0).max(10),
  mode: z.enum(["dry-run", "enforce"]),
  /** Hours of log before the finding's first event that belong to the investigation. */
  lookbackHours: z.int().min(1).max(24 * 90),
  /** Hours of log after the finding's last event. */
  lookaheadHours: z.int().min(0).max(24 * 90),
  decisionDeadlineSeconds: z.int().min(60).max(7 * 24 * 3600),
  quorum: z.strictObject({ reversible: Quorum, externallyReversible: Quorum, irreversible: Quorum.min(2) }),
  approvers: z.array(
    z.strictObject({
      humanId: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
      /** SHA-256 (hex) of the approver's public key, DER SubjectPublicKeyInfo. */
      keys: z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
      /** ARNs or principal ids under which this person acts in AWS; a suspect among them cannot decide. */
      principals: z.array(z.string().min(1)),
      /** When this entry was added or last changed (ISO 8601 UTC). */
      since: z.iso.datetime(),
    }),
  ),
  /** ARNs never denied and never contained: our own role, the break-glass role. */
  exemptArns: z.array(z.string().min(1)),
  /** Principals and buckets that no plan may touch. */
  protected: z.strictObject({ principals: z.array(z.string()), buckets: z.array(z.string()) }),
  classification: z.strictObject({ enabled: z.boolean(), maximumBytes: z.int().min(0) }),
  watchMinutes: z.int().min(0).max(24 * 60),
});
export type Settings = z.infer<typeof SettingsSchema>;
