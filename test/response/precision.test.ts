/** Signal: among the traffic of a whole organisation the rows that the report shows are the actor's, and none of theirs is lost. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DETECTIONS, read as readDocument } from "../../lib/case/documents.ts";
import type { Row } from "../../lib/case/scan.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { ownRows } from "../../lib/report/sections/detections.ts";
import type { Rec } from "../embedded/theftShapes.ts";
import { runs } from "../sample.ts";
import { jsonLines, read } from "./inputWorld.ts";
import { withHome } from "./run.ts";
import { investigated } from "./storyLook.ts";

const ADDED = { items: [{ userId: "210987654321" }] };
/** Honest people of the organisation whose calls look like an actor's: each fires, none may stand among the actor's rows. */
const CALLS: readonly (readonly [service: string, name: string, request: object])[] = [
  ["iam", "CreateAccessKey", { userName: "new-starter" }],
  ["iam", "CreateUser", { userName: "new-starter" }],
  ["iam", "AttachUserPolicy", { userName: "lead", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }],
  ["iam", "CreateLoginProfile", { userName: "new-starter" }],
  ["iam", "DeactivateMFADevice", { userName: "lost-phone", serialNumber: "arn:aws:iam::1:mfa/x" }],
  ["cloudtrail", "StopLogging", { name: "old-trail" }],
  ["guardduty", "CreateFilter", { detectorId: "d", name: "noise", action: "ARCHIVE" }],
  ["s3", "PutBucketPolicy", { bucketName: "partner", bucketPolicy: grantTo("210987654321") }],
  ["s3", "DeleteBucketPublicAccessBlock", { bucketName: "website" }],
  ["kms", "ScheduleKeyDeletion", { keyId: "arn:aws:kms:us-east-1:1:key/x", pendingWindowInDays: 7 }],
  ["ec2", "ModifySnapshotAttribute", { snapshotId: "snap-1", createVolumePermission: { add: ADDED } }],
];

function grantTo(account: string): object {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "s3:*", Resource: "*" }] };
}

const honest = (accountId: string, since: string): readonly Rec[] =>
  Array.from({ length: 12 }, (_, person) =>
    CALLS.map(([service, eventName, requestParameters], at) => ({
      ...read("", {}),
      eventTime: new Date(Date.parse(since) + (person * 100 + at) * 1000).toISOString().replace(".000Z", "Z"),
      eventSource: `${service}.amazonaws.com`,
      eventName,
      requestParameters,
      resources: [],
      readOnly: false,
      eventCategory: "Management",
      managementEvent: true,
      recipientAccountId: accountId,
      sourceIPAddress: `198.51.100.${person + 1}`,
      userIdentity: {
        type: "IAMUser",
        principalId: `AIDAHONEST${String(person).padStart(10, "0")}`,
        arn: `arn:aws:iam::${accountId}:user/honest-${person}`,
        accountId,
        accessKeyId: `AKIAHONEST${String(person).padStart(10, "0")}`,
        userName: `honest-${person}`,
      },
    })),
  ).flat();

test("nine in ten rows that are shown are the actor's, and every row of theirs is shown or counted as theirs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-precision-"));
  try {
    const truth = await writeIncident(folder, {
      variant: "stolen-key",
      seed: "precision",
      backgroundEvents: runs(4_000, 1_000_000),
    });
    writeFileSync(join(folder, "logs", "honest.jsonl"), jsonLines(honest(truth.accountId, truth.firstTheftAt)));
    const theirs = new Set<string>(truth.thief.addresses);
    /** The generator gives the actor addresses that nobody else has. */
    const isTheirs = ({ sourceip }: Row): boolean =>
      String(sourceip ?? "")
        .split(",")
        .some((one) => theirs.has(one));
    const at = (name: string): string => join(folder, name);
    await withHome({}, async (deployment) => {
      const finding = JSON.parse(readFileSync(at("finding.json"), "utf8"));
      const { view, ports } = await investigated(
        { finding, logs: at("logs"), iam: at("iam.json"), buckets: at("buckets") },
        deployment,
      );
      const all = await readDocument(ports.cases, view.caseId, DETECTIONS);
      const results = all.filter(({ rowsTotal }) => rowsTotal > 0);
      let [shown, right, lost] = [0, 0, 0];
      for (const result of results) {
        const own = result.rows.slice(0, ownRows(result));
        shown += own.length;
        right += own.filter(isTheirs).length;
        const { name, sql, parameters } = result.query;
        const { rows } = await ports.trail.query(view.caseId, `${name}-again`, sql, parameters);
        assert.equal(rows.length, result.rowsTotal, result.id);
        lost += Math.max(0, rows.filter(isTheirs).length - ownRows(result));
      }
      assert.ok(results.length >= 8 && shown >= 12, `${results.length} detections, ${shown} rows: too few to judge by`);
      assert.ok(right / shown >= 0.9, `${right} of ${shown} rows shown are the actor's`);
      assert.equal(lost, 0);
      const others = results.filter(({ others: rest }) => (rest?.identities ?? 0) > 0);
      assert.ok(others.length >= 5, `${others.length} detections have rows of honest people: too few to judge by`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
