import type { ActionRecord } from "../case/plan.ts";
import type { Cell } from "../case/scan.ts";
import type { CaseDossier } from "../report/dossier.ts";
import type { CaseContents } from "./contents.ts";
import { cordonId } from "./uuid.ts";

/** https://schema.ocsf.io/1.3.0, the version that Security Lake and the models we test against take. */
const OCSF_VERSION = "1.3.0";
const ATTACK_VERSION = "16.0";
const SEVERITY: Readonly<Record<string, number>> = { low: 2, medium: 3, high: 4, critical: 5 };
/** Evidence rows in one finding; the rest is in `detections.json`. */
const MOST_EVIDENCES = 20;

type Event = Readonly<Record<string, unknown>>;

/**
 * The case as OCSF events, one JSON value a line: a Detection Finding (2004) for GuardDuty's finding and for every
 * detection that fired, the Incident Finding (2005) that gathers them, and a Remediation Activity (7001) for every
 * containment step that was attempted. Times are milliseconds since 1970.
 */
export const ocsfOf = (contents: CaseContents): readonly Event[] => {
  const { dossier } = contents;
  const fired = dossier.detections.filter(({ rows, fired: count }) => (count ?? rows.length) > 0);
  return [
    guardDutyFinding(contents),
    ...fired.map((detection) => detectionFinding(detection, contents)),
    incidentFinding(fired, contents),
    ...dossier.plans.flatMap(({ records }) =>
      records.filter(({ status }) => ATTEMPTED.includes(status)).map((record) => remediation(record, contents)),
    ),
  ];
};

const ATTEMPTED: readonly ActionRecord["status"][] = ["applied", "failed", "drifted"];

type Detection = CaseDossier["detections"][number];

const base = (
  classUid: number,
  activity: number,
  severity: number,
  at: string,
  uid: string,
  { dossier, producer }: CaseContents,
): Event => ({
  category_uid: Math.floor(classUid / 1000),
  class_uid: classUid,
  activity_id: activity,
  type_uid: classUid * 100 + activity,
  severity_id: severity,
  time: Date.parse(at),
  cloud: {
    provider: "AWS",
    region: dossier.head.region,
    account: { uid: dossier.head.accountId, name: `AWS account ${dossier.head.accountId}`, type_id: 10 },
  },
  metadata: {
    version: OCSF_VERSION,
    uid,
    correlation_uid: dossier.head.caseId,
    profiles: ["cloud"],
    product: { name: "Cordon", vendor_name: "Cordon", version: producer.version },
  },
});

const guardDutyFinding = (contents: CaseContents): Event => {
  const { finding, head } = contents.dossier;
  const uid = cordonId("ocsf", head.caseId, "guardduty", finding.id);
  return {
    ...base(2004, 1, severityOfNumber(finding.severity), finding.createdAt, uid, contents),
    finding_info: {
      uid: finding.id,
      title: finding.title,
      desc: finding.description,
      types: [finding.type],
      created_time: Date.parse(finding.createdAt),
      modified_time: Date.parse(finding.updatedAt),
      first_seen_time: Date.parse(finding.window.firstSeen),
      last_seen_time: Date.parse(finding.window.lastSeen),
      product_uid: "guardduty",
    },
    resources: finding.buckets.map(({ name, arn }) => ({
      uid: arn,
      name,
      type: "AWS::S3::Bucket",
      region: finding.region,
      cloud_partition: finding.partition,
    })),
    evidences: evidencesOf(
      finding.addresses.map(({ ip }) => ({
        sourceip: ip,
        principal: finding.principals[0]?.arn ?? finding.principals[0]?.principalId ?? null,
      })),
    ),
  };
};

/** GuardDuty's scale: below 4 low, below 7 medium, below 9 high (GuardDuty user guide, severity levels). */
const severityOfNumber = (severity: number): number => (severity >= 9 ? 5 : severity >= 7 ? 4 : severity >= 4 ? 3 : 2);

const detectionFinding = (detection: Detection, contents: CaseContents): Event => {
  const { dossier } = contents;
  const { id, title, technique, severity, rows } = detection;
  const times = rows
    .flatMap(({ first_at, last_at }) => [first_at, last_at])
    .filter((at) => typeof at === "string")
    .sort();
  const first = times[0] ?? dossier.finding.createdAt;
  const uid = cordonId("ocsf", dossier.head.caseId, "detection", id);
  return {
    ...base(2004, 1, SEVERITY[severity] ?? 0, first, uid, contents),
    finding_info: {
      uid,
      title,
      types: [id],
      created_time: Date.parse(dossier.sealedAt),
      first_seen_time: Date.parse(first),
      last_seen_time: Date.parse(times.at(-1) ?? first),
      analytic: { type_id: 1, name: id, uid: id },
      ...(technique === null
        ? {}
        : { attacks: [{ version: ATTACK_VERSION, technique: { uid: technique, name: technique } }] }),
    },
    evidences: evidencesOf(rows),
    resources: [
      ...new Set(rows.flatMap(({ bucket }) => (typeof bucket === "string" && bucket !== "" ? [bucket] : []))),
    ].map((name) => ({ uid: `arn:${dossier.finding.partition}:s3:::${name}`, name, type: "AWS::S3::Bucket" })),
  };
};

/** An evidence must hold at least one of actor, source and so on; a row that names nobody gives none. */
const evidencesOf = (rows: readonly Readonly<Record<string, Cell | undefined>>[]): readonly Event[] =>
  rows.slice(0, MOST_EVIDENCES).flatMap(({ principal, access_key_id, sourceip }) => {
    const named = typeof principal === "string" && principal !== "";
    const addressed = typeof sourceip === "string" && /^[0-9a-f.:]+$/i.test(sourceip);
    if (!named && !addressed) return [];
    return [
      {
        ...(named
          ? {
              actor: {
                user: {
                  uid: principal,
                  ...(typeof access_key_id === "string" && access_key_id !== ""
                    ? { credential_uid: access_key_id }
                    : {}),
                },
              },
            }
          : {}),
        ...(addressed ? { src_endpoint: { ip: sourceip } } : {}),
      },
    ];
  });

/** Verdicts and states by OCSF's numbers; a case is a suspected breach as soon as theft is certain. */
const incidentFinding = (fired: readonly Detection[], contents: CaseContents): Event => {
  const { head, finding, view, sealedAt, plans } = contents.dossier;
  const uid = cordonId("ocsf", head.caseId, "incident");
  const confirmed = (view.theft.certain?.objects ?? 0) > 0;
  const decider = plans.flatMap(({ decisions }) => decisions).at(-1)?.decision.approver.humanId;
  const closed = head.status === "closed";
  return {
    ...base(2005, closed ? 3 : 1, severityOfNumber(finding.severity), sealedAt, uid, contents),
    status_id: closed
      ? 5
      : head.status === "contained" || head.status === "released"
        ? 4
        : head.status === "open"
          ? 1
          : 2,
    verdict_id: finding.sample ? 6 : confirmed ? 2 : 7,
    is_suspected_breach: confirmed && !finding.sample,
    desc: `Theft of data from Amazon S3: ${finding.type}`,
    start_time: Date.parse(view.theft.firstAt ?? finding.window.firstSeen),
    end_time: Date.parse(view.theft.lastAt ?? finding.window.lastSeen),
    ...(decider === undefined ? { assignee_group: { name: "approvers" } } : { assignee: { name: decider } }),
    finding_info_list: [
      { uid: finding.id, title: finding.title },
      ...fired.map(({ id, title }) => ({ uid: cordonId("ocsf", head.caseId, "detection", id), title })),
    ],
  };
};

/** D3FEND tactics: cutting credentials off evicts, denying at the bucket isolates, undoing a change restores. */
const remediation = (record: ActionRecord, contents: CaseContents): Event => {
  const { head } = contents.dossier;
  const activity = record.kind.startsWith("undo-")
    ? 3
    : /^(deny-|revoke-|deactivate-|disable-|contain-|isolate-)/.test(record.kind)
      ? 2
      : 1;
  const uid = cordonId("ocsf", head.caseId, "action", record.planId, record.id);
  return {
    ...base(7001, activity, 1, record.at, uid, contents),
    command_uid: `${record.planId}/${record.id}`,
    status_id: record.status === "applied" ? 1 : 2,
    status_detail: record.why,
    message: `${record.kind}: ${record.target}`,
  };
};
