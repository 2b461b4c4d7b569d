/** A hunt's suspects as OCSF detection findings (class 2004, OCSF 1.3), one a line; Security Hub takes the same class. */
import type { Suspect } from "../core/hunt/suspects.ts";
import { cordonId } from "./uuid.ts";

export interface HuntOrigin {
  /** When it was asked, ISO 8601 UTC. */
  readonly at: string;
  readonly accountId: string;
  readonly region: string;
  readonly version: string;
}

const OCSF_VERSION = "1.3.0";
/** OCSF severity_id. */
const SEVERITIES = { "likely theft": 4, "worth a look": 3, ordinary: 1 } as const;

export const huntFindings = (suspects: readonly Suspect[], origin: HuntOrigin): readonly object[] =>
  suspects.filter(({ level }) => level !== "ordinary").map((suspect) => findingOf(suspect, origin));

/** The same person from the same network with the same first act is the same finding, however often the hunt runs. */
const findingOf = (suspect: Suspect, { at, accountId, region, version }: HuntOrigin): object => {
  const { identity, name, network, firstAt, lastAt, level, signs, addresses, buckets } = suspect;
  const uid = cordonId("ocsf", "hunt", accountId, identity, network, firstAt);
  return {
    category_uid: 2,
    class_uid: 2004,
    activity_id: 1,
    type_uid: 200_401,
    severity_id: SEVERITIES[level],
    status_id: 1,
    time: Date.parse(at),
    message: `${level}: ${name} from ${network}`,
    cloud: { provider: "AWS", region, account: { uid: accountId, type_id: 10 } },
    metadata: {
      version: OCSF_VERSION,
      uid,
      profiles: ["cloud"],
      product: { name: "Cordon", vendor_name: "Cordon", version },
    },
    finding_info: {
      uid,
      title: `Data may be leaving S3: ${level}`,
      desc: signs.map(({ id, says }) => `${id}: ${says}`).join(" "),
      types: ["Cordon:S3/Suspicion"],
      created_time: Date.parse(at),
      first_seen_time: Date.parse(firstAt),
      last_seen_time: Date.parse(lastAt),
    },
    resources: buckets.map((bucket) => ({ uid: `arn:aws:s3:::${bucket}`, name: bucket, type: "AWS::S3::Bucket" })),
    evidences: addresses.slice(0, 20).map((ip) => ({ src_endpoint: { ip }, actor: { user: { uid: identity, name } } })),
  };
};
