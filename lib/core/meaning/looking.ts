/** Looking around, and what belongs to no attack by itself. */
import type { Entry } from "./call.ts";

export const LOOKING: readonly Entry[] = [
  {
    calls:
      /^(ListObjects|ListObjectsV2|ListObjectVersions|ListBuckets|HeadBucket|HeadObject|GetObjectTagging|GetObjectAcl|GetObjectAttributes|ListMultipartUploads)$/,
    phase: "reconnaissance",
    technique: "T1619",
    effect: "looked through buckets",
  },
  {
    calls:
      /^(GetCallerIdentity|ListUsers|ListRoles|GetUser|GetAccountAuthorizationDetails|ListAccessKeys|GetCredentialReport|GetAccountSummary)$/,
    phase: "reconnaissance",
    technique: "T1087.004",
    effect: "looked at identities",
  },
  {
    calls:
      /^List(Attached(User|Role|Group)Policies|(User|Role|Group)Policies|GroupsForUser|Groups|Policies)$|^SimulatePrincipalPolicy$/,
    phase: "reconnaissance",
    technique: "T1069.003",
    effect: "looked at rights",
  },
  {
    of: "cloudtrail",
    calls: /^LookupEvents$/,
    phase: "reconnaissance",
    technique: "T1654",
    effect: "read the trail's own events",
  },
];

export const ORDINARY: readonly Entry[] = [
  {
    calls:
      /^(Tag\w+|Untag\w+|AddTags\w*|CreateTags|CreateLogGroup|CreateLogStream|CreateInstanceProfile|UpdateInstanceInformation)$/,
    phase: "ordinary",
    technique: null,
    effect: "named and tagged things",
  },
];
