/** Test events of Panther's rules with their labels (test/fixtures/panther/NOTICE): ours must say the same, but where it is told why not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import type { Event } from "./events.ts";
import { fixture, rowsOfDetection } from "./real.ts";
import { caseTableOf } from "./trail.ts";

interface Labelled {
  readonly rule: string;
  readonly test: string;
  readonly expected: boolean;
  readonly log: Event;
}

const OURS: Readonly<Record<string, readonly string[]>> = {
  aws_cloudtrail_short_lifecycle: ["expiration-lifecycle-added"],
  aws_imds_credential_exfiltration: ["instance-role-outside"],
  aws_resource_made_public: ["bucket-policy-public"],
  aws_s3_bucket_deleted: ["bucket-deleted"],
  aws_s3_copy_object_cross_account_kms: ["foreign-kms-key"],
  aws_s3_copy_object_to_external_account_bucket: ["copy-to-other-account"],
  aws_s3_copy_object_with_client_side_encryption: ["sse-c-encryption"],
  aws_s3_delete_bucket_encryption: ["bucket-configuration-deleted"],
  aws_s3_delete_bucket_replication: ["bucket-configuration-deleted"],
  aws_s3_delete_public_access_block: ["public-access-block-weakened"],
  aws_s3_disable_bucket_logging: ["access-logging-disabled"],
  aws_s3_disable_mfa_delete: ["versioning-disabled"],
  aws_s3_ransomware_note_upload: ["ransom-note"],
  aws_s3_security_control_disabling: ["access-logging-disabled", "versioning-disabled"],
  aws_s3_suspend_versioning: ["versioning-disabled"],
  aws_vpce_external_principal: ["foreign-principal-access"],
  aws_vpce_s3_external_ip: ["vpc-endpoint-outside-address"],
};

/** Labels we do not follow, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "aws_vpce_external_principal: Non-VPC Event": "a read by another account is one with or without a VPC endpoint",
};

/** Panther's rule is about short terms: ours names every expiry and weighs the short ones high. */
const counts = (rule: string, severity: unknown): boolean =>
  rule !== "aws_cloudtrail_short_lifecycle" || severity === "high";

const ruleOf = (path: string): string =>
  path
    .split("/")
    .at(-1)!
    .replace(/\.yml$/, "");
const labelled = (
  JSON.parse(readFileSync(fixture("panther/cloudtrail_s3_tests.json"), "utf8")) as readonly Labelled[]
).map((one, n) => ({ ...one, rule: ruleOf(one.rule), prefix: `${n}/` }));
/** Ids, times and addresses are placeholders there (null, repeated, another format) and are given new ones; what is judged stays. */
const table = await caseTableOf(
  labelled.map(({ log, prefix }) => ({
    ...log,
    eventID: `${prefix}0`,
    sharedEventID: null,
    eventTime: "2024-01-15T10:45:23Z",
    sourceIPAddress: log.sourceIPAddress ?? "192.0.2.1",
  })),
);
after(() => table.close());

for (const { rule, test: name, expected, prefix } of labelled.filter(({ rule }) => OURS[rule] !== undefined)) {
  const key = `${rule}: ${name}`;
  const wanted = OTHERWISE[key] === undefined ? expected : !expected;
  test(`Panther, ${key}: ${wanted ? "fires" : "stays quiet"}`, async () => {
    const rows = (await Promise.all(OURS[rule]!.map((id) => rowsOfDetection(table, id, prefix)))).flatMap(
      ({ firing }) => firing,
    );
    assert.equal(
      rows.some(({ severity }) => counts(rule, severity)),
      wanted,
      JSON.stringify(rows),
    );
  });
}
