import { z } from "zod";
import { HUMAN_ID } from "./decision.ts";
import { CordonError, type Fault } from "./errors.ts";
import { policyFaults } from "./policyFaults.ts";

const Quorum = z.int().min(1).max(10);

/** The configuration of a deployment. Unknown members are refused: a misspelt setting must not be silently ignored. */
export const SettingsSchema = z.strictObject({
  /** When this deployment was set up (ISO 8601 UTC); its first approvers carry the same `since`. */
  foundedAt: z.iso.datetime(),
  /** Finding types that open a case: exact names, or a prefix ending in `*`. */
  openOn: z.array(z.string().min(1)).min(1),
  minimumSeverity: z.number().min(0).max(10),
  mode: z.enum(["dry-run", "enforce"]),
  /** Hours of log before the finding's first event that belong to the investigation. */
  lookbackHours: z
    .int()
    .min(1)
    .max(24 * 90),
  /** Hours of log after the finding's last event. */
  lookaheadHours: z
    .int()
    .min(0)
    .max(24 * 90),
  decisionDeadlineSeconds: z
    .int()
    .min(60)
    .max(7 * 24 * 3600),
  /** Distinct humans per reversibility class. Absent or 0 stops the start: approval must never fail open. */
  quorum: z.strictObject({ reversible: Quorum, externallyReversible: Quorum, irreversible: Quorum.min(2) }),
  approvers: z.array(
    z.strictObject({
      humanId: z.string().regex(HUMAN_ID),
      /** SHA-256 (hex) of the approver's public key, DER SubjectPublicKeyInfo. */
      keys: z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
      /** ARNs or principal ids under which this person acts in AWS; a suspect among them cannot decide. */
      principals: z.array(z.string().min(1)),
      /** Passkeys and security keys for the deployed page; the SHA-256 of each public key stands among `keys` too. */
      securityKeys: z
        .array(
          z.strictObject({
            /** Base64url. */
            credentialId: z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/),
            /** DER SubjectPublicKeyInfo of a P-256 key, base64. */
            publicKey: z.base64().min(1).max(200),
          }),
        )
        .optional(),
      /** Who this person is to the identity provider of the deployed page. Absent: cannot sign in there. */
      oidc: z.strictObject({ issuer: z.url({ protocol: /^https$/ }), subject: z.string().min(1).max(255) }).optional(),
      /** When this entry was added or last changed (ISO 8601 UTC). */
      since: z.iso.datetime(),
    }),
  ),
  /** Approvers who may contain alone, with a reason and a review afterwards. Absent: nobody. */
  breakGlass: z.strictObject({ humanIds: z.array(z.string().regex(HUMAN_ID)) }).optional(),
  /** Where decisions are made by security key: the name credentials are bound to and the page's one origin. Absent: nowhere. */
  webauthn: z.strictObject({ rpId: z.string().min(1), origin: z.url() }).optional(),
  /** ARNs never denied and never contained: our own role, the break-glass role. */
  exemptArns: z.array(z.string().min(1)),
  /** Principals and buckets that no plan may touch. */
  protected: z.strictObject({ principals: z.array(z.string()), buckets: z.array(z.string()) }),
  classification: z.strictObject({ enabled: z.boolean(), maximumBytes: z.int().min(0) }),
  /** Compressed bytes of log files beyond which a scan of the logs is refused before it begins. Absent: no limit of ours. */
  scan: z.strictObject({ maximumBytes: z.int().min(1) }).optional(),
  /**
   * What the identities and buckets in question did in the days before: a second scan, after the first figures, refused
   * beyond `maximumBytes` of compressed log files. Absent: 30 days and 50 GB (0.25 USD of Athena, at 5 USD a TB).
   */
  baseline: z
    .strictObject({ enabled: z.boolean(), days: z.int().min(1).max(90), maximumBytes: z.int().min(1) })
    .optional(),
  /** RFC 3161: where signatures of bundles are stamped. Absent: bundles carry no time stamp. */
  timestampAuthority: z.strictObject({ url: z.url({ protocol: /^https?$/ }) }).optional(),
  /** Days after which somebody must say whether what was cut off stays cut off. Absent: 7. */
  quarantineReviewDays: z.int().min(1).max(365).optional(),
  watchMinutes: z
    .int()
    .min(0)
    .max(24 * 60),
  /** How long the machines wait, in seconds; all of it may be scaled down for a rehearsal. */
  waits: z.strictObject({
    scan: z.number().min(0),
    classification: z.number().min(0),
    propagation: z.number().min(0),
    watch: z.number().min(0),
    /** After which CloudTrail is read once more for late files; null: the logs given are all there are. */
    lateLogs: z.number().min(0).nullable(),
    reminder: z.number().min(1),
  }),
});
export type Settings = z.infer<typeof SettingsSchema>;

/** What a plan commits to: change one of these and every plan made before is closed. */
export const policyOf = (
  settings: Settings,
): Required<Pick<Settings, "approvers" | "quorum" | "breakGlass" | "protected" | "exemptArns" | "mode">> & {
  readonly webauthn: Settings["webauthn"] | null;
} => ({
  approvers: settings.approvers,
  quorum: settings.quorum,
  breakGlass: settings.breakGlass ?? { humanIds: [] },
  webauthn: settings.webauthn ?? null,
  protected: settings.protected,
  exemptArns: settings.exemptArns,
  mode: settings.mode,
});

/** Checks settings as a whole and reports every fault at once. Throws SETTINGS_INVALID. */
export const parseSettings = (value: unknown, where: string): Settings => {
  const parsed = SettingsSchema.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => ({
      path: `${where}: ${issue.path.join(".") || "(whole)"}`,
      expected: issue.message,
      got: issue.code,
    }));
    throw refused(where, faults);
  }
  const faults = policyFaults(parsed.data);
  if (faults.length > 0)
    throw refused(
      where,
      faults.map((fault) => ({ ...fault, path: `${where}: ${fault.path}` })),
    );
  return parsed.data;
};

const refused = (where: string, faults: readonly Fault[]): CordonError =>
  new CordonError("SETTINGS_INVALID", `${where} has ${faults.length} fault(s)`, { faults });
