import * as z from "zod";
import { CordonError } from "../base/errors.ts";
import { faultTold, schemaFaults } from "../case/check.ts";
import { LOG_SOURCES } from "../logs/index.ts";
import { HuntPlan } from "./huntPlan.ts";
import { SecurityLake } from "./securityLake.ts";

const Name = z.string().min(1);
const AccountId = z.string().regex(/^\d{12}$/);
const Json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue("expected JSON");
        return z.NEVER;
      }
    })
    .pipe(schema);

/** What the stack tells every function, as environment variables. The stack is checked against this schema by a test. */
const EnvironmentSchema = z.object({
  AWS_REGION: Name,
  CORDON_STEP: Name,
  CORDON_ACCOUNT: AccountId,
  CORDON_PARTITION: Name,
  CORDON_CASE_BUCKET: Name,
  CORDON_EVIDENCE_BUCKET: Name,
  CORDON_EVIDENCE_KEY: Name,
  CORDON_LEDGER_KEY: Name,
  CORDON_LEDGER_ORIGIN: Name,
  CORDON_TOKEN_KEY: Name,
  CORDON_DECISIONS_TABLE: Name,
  CORDON_NOTICES_TOPIC: Name,
  CORDON_SETTINGS: Name,
  CORDON_RETENTION: Json(z.object({ mode: z.enum(["GOVERNANCE", "COMPLIANCE"]), days: z.int().min(1).max(36_500) })),
  CORDON_MEMBER_ROLE: Name,
  CORDON_EXTERNAL_ID: Name,
  CORDON_DATABASE: Name,
  CORDON_WORKGROUP: Name,
  CORDON_LOGS: Json(
    z.object({
      bucket: Name,
      owner: AccountId,
      prefix: z.string(),
      organizationId: z.string().nullable(),
      accounts: z.array(AccountId).nullable(),
      regions: z.array(Name).min(1),
      securityLake: SecurityLake.nullable().optional(),
    }),
  ),
  /** Where the accounts of an organisation come from; absent: they are listed with the logs. */
  CORDON_ACCOUNTS: z.enum(["file", "organizations"]).optional(),
  /** Logs beside CloudTrail that were given; absent: none. */
  CORDON_SIDE_LOGS: Json(
    z.partialRecord(
      z.enum(LOG_SOURCES.map(({ id }) => id)),
      z.object({ flatFolders: z.array(Name), kept: z.unknown().optional() }),
    ),
  ).optional(),
  /** For who may start machines; the others are named alike. */
  CORDON_RESPOND_MACHINE: z.string().optional(),
  CORDON_PAGE_ORIGIN: z.string().optional(),
  /** Bus that notices for chat and pagers go to; absent: there are none. */
  CORDON_CHAT_BUS: Name.optional(),
  /** Of the hunt on a schedule alone. */
  CORDON_HUNT: Json(HuntPlan).optional(),
  /** Of the deployed case page alone. */
  CORDON_PAGE: Json(
    z.object({ origin: Name, issuer: Name, clientId: Name, clientSecretName: z.string().nullable(), table: Name }),
  ).optional(),
});
export type Environment = z.infer<typeof EnvironmentSchema>;

/** Checks the environment of a function as a whole. Throws SETTINGS_INVALID naming every variable that is wrong. */
export const parseEnvironment = (variables: Readonly<Record<string, string | undefined>>): Environment => {
  const parsed = EnvironmentSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const faults = schemaFaults(parsed.error, "(all of it)");
  throw new CordonError("SETTINGS_INVALID", `environment: ${faults.map(faultTold).join("; ")}`, { faults });
};
