/** One attack per file, the file's name being the label (test/fixtures/stratus/NOTICE). */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { detections } from "../../lib/detections/index.ts";
import { filesOf, recordsOf, rowsOfDetection } from "./real.ts";
import { caseTableOf } from "./trail.ts";

const FOLDER = "stratus";
/** What an attack's name says it does, in our ids. Attacks not named here have nothing to do with S3, its logs or identities. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "aws.credential-access.ec2-get-password-data": ["instance-passwords-read"],
  "aws.credential-access.ec2-steal-instance-credentials": ["commands-on-machines"],
  "aws.credential-access.secretsmanager-batch-retrieve-secrets": ["secrets-asked-by-filter"],
  "aws.credential-access.secretsmanager-retrieve-secrets": ["secrets-read-in-bulk"],
  "aws.credential-access.ssm-retrieve-securestring-parameters": ["parameters-decrypted-in-bulk"],
  "aws.discovery.ec2-download-user-data": ["user-data-read"],
  "aws.execution.ec2-user-data": ["machine-entry-prepared"],
  "aws.execution.ssm-send-command": ["commands-on-machines"],
  "aws.execution.ssm-start-session": ["commands-on-machines"],
  "aws.initial-access.console-login-without-mfa": ["console-login-without-mfa"],
  "aws.lateral-movement.ec2-instance-connect": ["commands-on-machines"],
  "aws.lateral-movement.ec2-serial-console-send-ssh-public-key": ["commands-on-machines", "machine-entry-prepared"],
  "aws.persistence.lambda-backdoor-function": ["function-opened"],
  "aws.persistence.lambda-layer-extension": ["function-changed"],
  "aws.persistence.lambda-overwrite-code": ["function-changed"],
  "aws.defense-evasion.cloudtrail-delete": ["trail-tampering"],
  "aws.defense-evasion.cloudtrail-event-selectors": ["trail-tampering"],
  "aws.defense-evasion.cloudtrail-stop": ["trail-tampering"],
  "aws.defense-evasion.dns-delete-logs": ["trail-tampering"],
  "aws.defense-evasion.vpc-remove-flow-logs": ["trail-tampering"],
  "aws.exfiltration.ec2-share-ami": ["ami-shared"],
  "aws.exfiltration.ec2-share-ebs-snapshot": ["ec2-snapshot-shared"],
  "aws.exfiltration.rds-share-snapshot": ["rds-snapshot-shared"],
  "aws.persistence.iam-backdoor-role": ["privileges-raised"],
  "aws.persistence.iam-backdoor-user": ["credentials-created"],
  "aws.persistence.iam-create-admin-user": ["credentials-created", "privileges-raised"],
  "aws.persistence.iam-create-backdoor-role": ["privileges-raised"],
  "aws.persistence.iam-create-user-login-profile": ["credentials-created"],
  "aws.persistence.rolesanywhere-create-trust-anchor": ["credentials-created", "identity-provider-changed"],
  "aws.persistence.sts-federation-token": ["credentials-created"],
  "aws.privilege-escalation.iam-update-user-login-profile": ["credentials-created"],
};
/** The role may not leave the organisation, and the password could not be deleted yet: refused in the recordings. */
const ATTEMPTED: Readonly<Record<string, readonly string[]>> = {
  "aws.defense-evasion.organizations-leave": ["trail-tampering"],
  "aws.persistence.iam-create-user-login-profile": ["identities-removed"],
};

const files = filesOf(FOLDER);
const table = await caseTableOf(files.flatMap((file) => recordsOf(FOLDER, file)));
after(() => table.close());

/** Every detection once over all attacks; a row belongs to the attack that its events come from. */
const found: { readonly id: string; readonly attack: string; readonly fires: boolean }[] = [];
for (const { card } of detections.filter(({ card }) => card.table === undefined)) {
  const { firing, attempts } = await rowsOfDetection(table, card.id);
  for (const row of [...firing, ...attempts])
    found.push({ id: card.id, attack: String(row.event_ids).split(".json/")[0]!, fires: firing.includes(row) });
}
const idsOf = (attack: string, fires: boolean): readonly string[] =>
  [...new Set(found.filter((one) => one.attack === attack && one.fires === fires).map(({ id }) => id))].sort();

const agentNamesTheTool = (file: string): boolean =>
  recordsOf(FOLDER, file).some(
    ({ userAgent, errorCode }) => /stratus-red-team/.test(String(userAgent)) && errorCode === undefined,
  );

for (const file of files) {
  const attack = file.slice(0, -".json".length);
  test(`Stratus Red Team, ${attack}: what its name says, and nothing else`, () => {
    const fired = idsOf(attack, true);
    assert.deepEqual(
      fired.filter((id) => id !== "uncommon-s3-client"),
      EXPECTED[attack] ?? [],
    );
    assert.deepEqual(idsOf(attack, false), ATTEMPTED[attack] ?? []);
    assert.equal(fired.includes("uncommon-s3-client"), agentNamesTheTool(file));
  });
}
