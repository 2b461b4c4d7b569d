/** Logs, detectors, alarms and guardrails: what would have told on the actor. */
import type { Call, Entry, Meaning } from "./call.ts";
import { at, listAt, shortName, textAt } from "./requests.ts";

const trailOf = ({ request }: Call): string | null => {
  const name = textAt(request, "trailName", "name");
  return name === null ? null : shortName(name);
};

/** By effect: selectors that ask for data events switch them on; without any they are off. */
const selectors = (call: Call): Partial<Meaning> => {
  const [plain, advanced] = [listAt(call.request, "eventSelectors"), listAt(call.request, "advancedEventSelectors")];
  const text = JSON.stringify([...plain, ...advanced]);
  const management =
    advanced.length > 0 ? /"Management"/.test(text) : plain.some((one) => at(one, "includeManagementEvents") !== false);
  const data = /AWS::S3(Express)?::Object/.test(text);
  const switched = (of: string, to: "on" | "off"): Partial<Meaning> => ({
    effect: `switched ${of} ${to} on the trail {}`,
    switched: { of: `${of} on the trail ${trailOf(call)}`, to },
    ...(to === "on" ? { phase: "ordinary", technique: null } : {}),
  });
  if (!management) return switched("management events", "off");
  return switched("data events", data ? "on" : "off");
};

const recording =
  (to: "on" | "off") =>
  (call: Call): Partial<Meaning> => ({ switched: { of: `the trail ${trailOf(call)}`, to } });

const updated = ({ request }: Call): Partial<Meaning> | null => {
  if (
    /"(isMultiRegionTrail|includeGlobalServiceEvents|enableLogFileValidation|isOrganizationTrail)":false/.test(
      JSON.stringify(request),
    )
  )
    return { effect: "narrowed the trail {}" };
  const bucket = textAt(request, "s3BucketName");
  return bucket === null
    ? { phase: "ordinary", technique: null, effect: "changed the trail {}" }
    : { effect: `sent the trail {} to the bucket ${bucket}` };
};

const detector = ({ request }: Call): Partial<Meaning> | null =>
  at(request, "enable") === true ? { phase: "ordinary", technique: null, effect: "switched GuardDuty on" } : null;

const named =
  (...paths: readonly string[]) =>
  ({ request }: Call): string | null => {
    const name = textAt(request, ...paths);
    return name === null ? null : shortName(name);
  };

export const LOGGING: readonly Entry[] = [
  {
    of: "cloudtrail",
    calls: /^StopLogging$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "stopped the trail {}",
    target: trailOf,
    means: recording("off"),
  },
  {
    of: "cloudtrail",
    calls: /^StartLogging$/,
    phase: "ordinary",
    technique: null,
    effect: "started the trail {}",
    target: trailOf,
    means: recording("on"),
  },
  {
    of: "cloudtrail",
    calls: /^DeleteTrail$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "deleted the trail {}",
    target: trailOf,
  },
  {
    of: "cloudtrail",
    calls: /^CreateTrail$/,
    phase: "ordinary",
    technique: null,
    effect: "made the trail {}",
    target: trailOf,
  },
  {
    of: "cloudtrail",
    calls: /^UpdateTrail$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "changed the trail {}",
    target: trailOf,
    means: updated,
  },
  {
    of: "cloudtrail",
    calls: /^PutEventSelectors$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "changed what the trail {} records",
    target: trailOf,
    means: selectors,
  },
  {
    of: "cloudtrail",
    calls: /^(StopEventDataStoreIngestion|DeleteEventDataStore|PutInsightSelectors)$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "stopped or deleted CloudTrail's own store of events",
  },
  {
    of: "ec2",
    calls: /^DeleteFlowLogs$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "deleted VPC flow logs",
  },
  {
    of: "route53resolver",
    calls: /^(Delete|Disassociate)ResolverQueryLogConfig$/,
    phase: "covering tracks",
    technique: "T1562.008",
    effect: "deleted the logs of DNS queries",
  },
  {
    of: "logs",
    calls: /^Delete(LogGroup|LogStream)$/,
    phase: "covering tracks",
    technique: "T1070",
    effect: "deleted the log group {}",
    target: named("logGroupName"),
  },
  {
    of: "logs",
    calls: /^(PutRetentionPolicy|DeleteSubscriptionFilter|DeleteMetricFilter|DeleteDestination)$/,
    phase: "covering tracks",
    technique: "T1070",
    effect: "shortened or cut off the log group {}",
    target: named("logGroupName"),
  },
  {
    of: "guardduty",
    calls: /^UpdateDetector$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "switched protections of GuardDuty off",
    means: detector,
  },
  {
    of: "guardduty macie2 securityhub",
    calls:
      /^(Delete|Update|Disassociate|Disable|Archive|Stop|Create)(Detector|Filter|IPSet|ThreatIntelSet|TrustedEntitySet|Member|Members|Findings|FindingsFilter|MonitoringMembers|FromAdministratorAccount|FromMasterAccount|Macie|MacieSession|SecurityHub|Insight|ActionTarget|PublishingDestination|OrganizationAdminAccount)$|^BatchUpdateFindings$|^UpdateFindings$|^BatchDisableStandards$|^UpdateStandardsControl$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "blinded or silenced a detector",
  },
  {
    of: "access-analyzer detective inspector2",
    calls: /^(DeleteAnalyzer|CreateArchiveRule|DeleteGraph|Disable)$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "switched a detector off",
  },
  {
    of: "config",
    calls:
      /^(StopConfigurationRecorder|Delete(Config\w+|OrganizationConfigRule|DeliveryChannel|ConformancePack|RemediationConfiguration|RetentionConfiguration|AggregationAuthorization|EvaluationResults))$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "stopped or deleted the record of configurations",
  },
  {
    of: "events",
    calls: /^(DisableRule|DeleteRule|RemoveTargets)$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "switched the rule {} of EventBridge off",
    target: named("name", "rule"),
  },
  {
    of: "monitoring",
    calls: /^(DeleteAlarms|DisableAlarmActions)$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "silenced the alarms {}",
    target: ({ request }) => listAt(request, "alarmNames").join(", ") || null,
  },
  {
    of: "organizations",
    calls: /^(LeaveOrganization|DetachPolicy|DeletePolicy|DisablePolicyType|UpdatePolicy)$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "removed a guardrail of the organisation: {}",
    target: ({ request, eventName }) => textAt(request, "policyId") ?? eventName,
  },
  {
    of: "account",
    calls: /^(Put|Delete)AlternateContact$/,
    phase: "covering tracks",
    technique: "T1562.001",
    effect: "changed whom AWS tells: the {} contact",
    target: named("alternateContactType"),
  },
  {
    of: "wafv2 waf waf-regional",
    calls: /^(Delete(WebACL|RuleGroup|Rule|LoggingConfiguration)|DisassociateWebACL)$/,
    phase: "covering tracks",
    technique: "T1562.007",
    effect: "removed a web firewall",
  },
];
