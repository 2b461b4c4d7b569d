import * as z from "zod";
import { Json, type Known } from "./schema.ts";

/** Services whose calls a plan may contain. */
export const SERVICES = [
  "iam",
  "sts",
  "s3",
  "s3control",
  "kms",
  "ec2",
  "rds",
  "lambda",
  "ecs",
  "datasync",
  "cloudtrail",
  "guardduty",
  "organizations",
  "sso-admin",
  "identitystore",
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** One AWS API call exactly as it is made: input in the API's own member names (as SDK v3 takes them). */
export const ApiRequest = z.looseObject({
  service: z.enum(SERVICES),
  operation: z.string(),
  region: z.string(),
  accountId: z.string(),
  input: Json,
});
export type ApiRequest = Known<typeof ApiRequest>;
