/** Every detection, in the order of the story. The query of a card is the `.sql` file of the same name beside it. */
import { readFileSync } from "node:fs";
import { type Detection, type DetectionCard, PHASES } from "../core/theft/detection.ts";
import { accessDeniedBurst } from "./access-denied-burst.ts";
import { accessKeyNewAddress } from "./access-key-new-address.ts";
import { accessLoggingDisabled } from "./access-logging-disabled.ts";
import { amiShared } from "./ami-shared.ts";
import { anonymousAccess } from "./anonymous-access.ts";
import { batchJob } from "./batch-job.ts";
import { bucketAclPublic } from "./bucket-acl-public.ts";
import { bucketConfigurationDeleted } from "./bucket-configuration-deleted.ts";
import { bucketDeleted } from "./bucket-deleted.ts";
import { bucketEnumeration } from "./bucket-enumeration.ts";
import { bucketPolicyForeign } from "./bucket-policy-foreign.ts";
import { bucketPolicyPublic } from "./bucket-policy-public.ts";
import { bucketPostureBurst } from "./bucket-posture-burst.ts";
import { bulkDownload } from "./bulk-download.ts";
import { copyToOtherAccount } from "./copy-to-other-account.ts";
import { credentialFilesRead } from "./credential-files-read.ts";
import { credentialsCreated } from "./credentials-created.ts";
import { dataManagementTampering } from "./data-management-tampering.ts";
import { databaseExport } from "./database-export.ts";
import { datasyncExfiltration } from "./datasync-exfiltration.ts";
import { decoyBucketAccess } from "./decoy-bucket-access.ts";
import { deletionSpike } from "./deletion-spike.ts";
import { downloadSpike } from "./download-spike.ts";
import { ec2Export } from "./ec2-export.ts";
import { ec2SnapshotShared } from "./ec2-snapshot-shared.ts";
import { enumerationCluster } from "./enumeration-cluster.ts";
import { exfilThenDeletion } from "./exfil-then-deletion.ts";
import { expirationLifecycleAdded } from "./expiration-lifecycle-added.ts";
import { foreignKmsKey } from "./foreign-kms-key.ts";
import { foreignPrincipalAccess } from "./foreign-principal-access.ts";
import { guarddutyTampering } from "./guardduty-tampering.ts";
import { instanceRoleOutside } from "./instance-role-outside.ts";
import { keyQuarantined } from "./key-quarantined.ts";
import { macieTampering } from "./macie-tampering.ts";
import { objectListingBurst } from "./object-listing-burst.ts";
import { openBucketViaCli } from "./open-bucket-via-cli.ts";
import { presignedUrlAccess } from "./presigned-url-access.ts";
import { privilegesRaised } from "./privileges-raised.ts";
import { publicAccessBlockWeakened } from "./public-access-block-weakened.ts";
import { ransomNote } from "./ransom-note.ts";
import { rdsSnapshotShared } from "./rds-snapshot-shared.ts";
import { replicationToOtherAccount } from "./replication-to-other-account.ts";
import { restoreFlood } from "./restore-flood.ts";
import { roleChaining } from "./role-chaining.ts";
import { s3AccessNewAddress } from "./s3-access-new-address.ts";
import { s3AccessNewAddressAccessLog } from "./s3-access-new-address-access-log.ts";
import { s3BrowserPlaceholderPolicy } from "./s3-browser-placeholder-policy.ts";
import { securityControlsDisabled } from "./security-controls-disabled.ts";
import { snapshotBurst } from "./snapshot-burst.ts";
import { sseCEncryption } from "./sse-c-encryption.ts";
import { trailTampering } from "./trail-tampering.ts";
import { uncommonS3Client } from "./uncommon-s3-client.ts";
import { versioningDisabled } from "./versioning-disabled.ts";
import { vpcEndpointOutsideAddress } from "./vpc-endpoint-outside-address.ts";

const cards: readonly DetectionCard[] = [
  s3AccessNewAddress,
  s3AccessNewAddressAccessLog,
  accessKeyNewAddress,
  uncommonS3Client,
  anonymousAccess,
  presignedUrlAccess,
  roleChaining,
  instanceRoleOutside,
  vpcEndpointOutsideAddress,
  foreignPrincipalAccess,
  bucketEnumeration,
  bucketPostureBurst,
  accessDeniedBurst,
  enumerationCluster,
  objectListingBurst,
  decoyBucketAccess,
  credentialsCreated,
  privilegesRaised,
  s3BrowserPlaceholderPolicy,
  keyQuarantined,
  bulkDownload,
  downloadSpike,
  copyToOtherAccount,
  foreignKmsKey,
  sseCEncryption,
  replicationToOtherAccount,
  datasyncExfiltration,
  batchJob,
  credentialFilesRead,
  restoreFlood,
  bucketAclPublic,
  bucketPolicyPublic,
  bucketPolicyForeign,
  publicAccessBlockWeakened,
  openBucketViaCli,
  ec2SnapshotShared,
  amiShared,
  rdsSnapshotShared,
  ec2Export,
  snapshotBurst,
  databaseExport,
  versioningDisabled,
  accessLoggingDisabled,
  dataManagementTampering,
  expirationLifecycleAdded,
  bucketConfigurationDeleted,
  securityControlsDisabled,
  trailTampering,
  guarddutyTampering,
  macieTampering,
  bucketDeleted,
  deletionSpike,
  exfilThenDeletion,
  ransomNote,
];

const queryOf = (id: string): string => readFileSync(new URL(`./${id}.sql`, import.meta.url), "utf8");

export const detections: readonly Detection[] = cards
  .map((card) => ({ card, sql: queryOf(card.id) }))
  .toSorted((a, b) => PHASES.indexOf(a.card.tactic) - PHASES.indexOf(b.card.tactic));
