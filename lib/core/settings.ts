import * as z from "zod";
import { CordonError, type Fault } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import { schemaFaults } from "../case/check.ts";
import { approvalPolicyFaults } from "./plan/approvalPolicyFaults.ts";
import { ApprovalMembers } from "./settingsApproval.ts";
import { NoticeSettings } from "./settingsNotices.ts";

/** The configuration of a deployment. Unknown members are refused: a misspelt setting must not be silently ignored. */
export const SettingsSchema = z.strictObject({
  foundedAt: z.iso
    .datetime()
    .describe(
      "When this deployment was set up (ISO 8601, UTC); approvers whose `since` is the same are its first ones and are never newcomers.",
    ),
  openOn: z
    .array(z.string().min(1))
    .min(1)
    .describe("GuardDuty finding types that open a case by themselves: exact names, or a prefix ending in `*`."),
  minimumSeverity: z.number().min(0).max(10).describe("Findings below this severity open no case by themselves."),
  mode: z
    .enum(["dry-run", "enforce"])
    .describe("`enforce` makes approved changes; `dry-run` asks and records the same and changes nothing."),
  lookbackHours: z
    .int()
    .min(1)
    .max(24 * 90)
    .describe("Hours of log before the finding's first event that belong to the investigation."),
  lookaheadHours: z
    .int()
    .min(0)
    .max(24 * 90)
    .describe("Hours of log after the finding's last event that belong to it too."),
  decisionDeadlineSeconds: z
    .int()
    .min(60)
    .max(7 * 24 * 3600)
    .describe("Seconds after which a plan expires; what was not approved until then needs a new plan."),
  ...ApprovalMembers,
  exemptArns: z
    .array(z.string().min(1))
    .describe(
      "ARNs never denied and never contained, such as our own roles and a role for emergencies; `*` and `?` stand for anything.",
    ),
  ownRoles: z
    .array(z.string().regex(/^[\w+=,.@-]{1,64}$/))
    .optional()
    .describe(
      "Names of our own roles, never denied in the account that is acted in; a deployment in AWS fills them in. Absent: none.",
    ),
  protected: z
    .strictObject({
      principals: z
        .array(z.string())
        .describe(
          "Users, roles and keys, without wildcards; list ARN and plain name both, because some actions know only one of them.",
        ),
      buckets: z.array(z.string()).describe("Names of buckets, without wildcards."),
    })
    .describe("Principals and buckets that no plan may touch."),
  identityCenter: z
    .strictObject({
      accountId: z
        .string()
        .regex(/^\d{12}$/)
        .describe("Its management account or delegated administrator; the member stack must be deployed there."),
      region: z
        .string()
        .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/)
        .describe("The region in which it was enabled."),
      instanceArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:sso:::instance\/(?:sso)?ins-[a-zA-Z0-9.-]{16}$/)
        .describe("`aws sso-admin list-instances` shows it."),
      identityStoreId: z
        .string()
        .regex(/^(?:d-[0-9a-f]{10}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/)
        .describe("The same listing shows it."),
    })
    .optional()
    .describe(
      "The Identity Center whose users may be denied by a statement in their permission set. Absent: what to do there is written down for a person.",
    ),
  classification: z
    .strictObject({
      enabled: z.boolean().describe("`false`: what the stolen objects hold is reported as not known."),
      maximumBytes: z
        .int()
        .min(0)
        .describe(
          "Bytes of stolen objects (in AWS also of all that their prefixes may cover) beyond which nothing is classified; it is billed by the byte.",
        ),
    })
    .describe("Whether the stolen objects are searched for sensitive data (in AWS by Macie)."),
  scan: z
    .strictObject({
      maximumBytes: z
        .int()
        .min(1)
        .optional()
        .describe("Compressed bytes of log files beyond which a scan is refused before it begins. Absent: no limit."),
      accounts: z
        .enum(["all", "concerned"])
        .optional()
        .describe(
          "Whose logs are read: of `all` accounts, or of the accounts `concerned` (of the finding, of everybody who turns out to be the actor, round by round). Absent: all; a deployment over an organisation: concerned.",
        ),
      unknownEstimate: z
        .enum(["refuse", "allow"])
        .optional()
        .describe(
          "What becomes of a scan whose size cannot be estimated. Absent: it is allowed; over an organisation: refused.",
        ),
    })
    .optional()
    .describe("What reading the logs of one case may cost. Absent: no limit of ours."),
  baseline: z
    .strictObject({
      enabled: z.boolean().describe("`false`: the opinion rests on the hours of the case alone."),
      days: z.int().min(1).max(90).describe("How many days before are compared with."),
      maximumBytes: z
        .int()
        .min(1)
        .describe("Compressed bytes of log files beyond which this second scan is refused before it begins."),
    })
    .optional()
    .describe(
      "A second scan, after the first figures: what the identities and buckets in question did in the days before. Absent: on, 30 days, 50000000000 bytes (0.25 USD of Athena, at 5 USD a TB).",
    ),
  timestampAuthority: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe("Where it answers: `http://` or `https://`."),
    })
    .optional()
    .describe("RFC 3161: who stamps the signatures of bundles with the time. Absent: bundles carry no time stamp."),
  notices: NoticeSettings.optional().describe(
    "What messages may say, and where they go besides. Absent: no names, and on one machine the terminal and files alone.",
  ),
  quarantineReviewDays: z
    .int()
    .min(1)
    .max(365)
    .optional()
    .describe("Days after which somebody must say whether what was cut off stays cut off. Absent: 7."),
  watchMinutes: z
    .int()
    .min(0)
    .max(24 * 60)
    .describe(
      "Minutes after a cut in which its settings are looked at again and the log files that arrive are read; 0: it is verified once and no new files are read (`cordon serve` takes 30 instead).",
    ),
  waits: z
    .strictObject({
      scan: z.number().min(0).describe("Between two looks at whether a scan of the logs is done."),
      classification: z.number().min(0).describe("Between two looks at whether classification is done."),
      propagation: z.number().min(0).describe("Between a change and the first look at whether it holds."),
      watch: z.number().min(0).describe("Between two looks of the watch after a cut."),
      lateLogs: z
        .number()
        .min(0)
        .nullable()
        .describe(
          "After which CloudTrail is read once more for files that came late; null: the logs given are all there are.",
        ),
      reminder: z.number().min(1).describe("Between two reminders of a question that nobody has answered."),
    })
    .describe("How long the machines wait, in seconds; all of it may be scaled down for a rehearsal."),
});
export type Settings = z.infer<typeof SettingsSchema>;

/** What a plan commits to: change one of these and every plan made before is closed. */
export const approvalPolicyOf = (
  settings: Settings,
): Required<Pick<Settings, "approvers" | "quorum" | "breakGlass" | "protected" | "exemptArns" | "mode">> & {
  readonly ownRoles?: readonly string[];
  readonly webauthn: Settings["webauthn"] | null;
} => ({
  approvers: settings.approvers,
  quorum: settings.quorum,
  breakGlass: settings.breakGlass ?? { humanIds: [] },
  webauthn: settings.webauthn ?? null,
  protected: settings.protected,
  exemptArns: settings.exemptArns,
  ...(settings.ownRoles === undefined ? {} : { ownRoles: settings.ownRoles }),
  mode: settings.mode,
});

/** Checks settings as a whole and reports every fault at once. Throws SETTINGS_INVALID. */
export const parseSettings = (value: unknown, where: string): Settings => {
  const parsed = SettingsSchema.safeParse(value);
  if (!parsed.success) {
    throw refused(
      where,
      schemaFaults(parsed.error, "(all of it)").map((fault) => ({ ...fault, path: `${where}: ${fault.path}` })),
    );
  }
  const faults = approvalPolicyFaults(parsed.data);
  if (faults.length > 0)
    throw refused(
      where,
      faults.map((fault) => ({ ...fault, path: `${where}: ${fault.path}` })),
    );
  return parsed.data;
};

const refused = (where: string, faults: readonly Fault[]): CordonError =>
  new CordonError("SETTINGS_INVALID", `${where} has ${counted(faults.length, "fault")}`, { faults });
