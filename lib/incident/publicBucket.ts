import { CUSTOMERS } from "./cast.ts";

/** The statement by which an actor gives a bucket to everybody. */
export const EVERYBODY = {
  Sid: "PublicRead",
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: `arn:aws:s3:::${CUSTOMERS}/*`,
};
/** The public access block as it must be for that: off. */
export const OPEN = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};
