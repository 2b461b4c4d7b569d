/** The finding that the worlds of these tests and of the page begin with, and what they never ask for. */
import type { Ports } from "../../lib/ports/ports.ts";
import { openCase } from "../../lib/response/openCase.ts";
import { ACCOUNT } from "../actions/names.ts";

export const START = "2026-11-21T03:04:05.000Z";
/** A task token as long as Step Functions makes them at least. */
export const TOKEN = "t".repeat(64);

/** GuardDuty's shape: alice reads from an address of nobody's, with this key, these buckets. */
export const findingOf = (accessKeyId: string, severity: number, ...buckets: readonly string[]) => ({
  schemaVersion: "2.0",
  accountId: ACCOUNT,
  region: "us-east-1",
  partition: "aws",
  id: "5ac3f1e2d4b6a8907162534455667788",
  arn: `arn:aws:guardduty:us-east-1:${ACCOUNT}:detector/d/finding/f`,
  type: "Exfiltration:S3/AnomalousBehavior",
  createdAt: "2026-11-21T02:58:00.000Z",
  updatedAt: "2026-11-21T03:02:00.000Z",
  severity,
  title: "User alice is anomalously invoking APIs used to collect data from S3.",
  description: "APIs commonly used in Exfiltration tactics were invoked by user AIDAALICE00000000001.",
  resource: {
    resourceType: "AccessKey",
    accessKeyDetails: {
      accessKeyId,
      principalId: "AIDAALICE00000000001",
      userName: "alice",
      userType: "IAMUser",
    },
    s3BucketDetails: buckets.map((name) => ({ name, arn: `arn:aws:s3:::${name}` })),
  },
  service: {
    detectorId: "d",
    count: 3,
    archived: false,
    eventFirstSeen: "2026-11-21T02:11:00.000Z",
    eventLastSeen: "2026-11-21T02:57:00.000Z",
    action: {
      actionType: "AWS_API_CALL",
      awsApiCallAction: {
        api: "GetObject",
        serviceName: "s3.amazonaws.com",
        remoteIpDetails: {
          ipAddressV4: "198.51.100.7",
          country: { countryName: "Netherlands" },
          organization: { asn: "64500", asnOrg: "Example Transit" },
        },
      },
    },
  },
});

/** Opens the case as a person does, who hands the finding in. */
export const openFinding = async (finding: unknown, ports: Ports): Promise<string> => {
  const opened = await openCase({ event: { finding, manual: true }, execution: "test" }, ports);
  if (opened.next !== "respond") throw new TypeError(`expected a case, got ${opened.next}`);
  return opened.caseId;
};

const unused = async (): Promise<never> => {
  throw new TypeError("not part of this world");
};

/** Neither logs nor classification: what is decided and done does not depend on them. */
export const NO_LOGS: Pick<Ports, "trail" | "classifier"> = {
  trail: {
    ...{ start: unused, check: unused, query: unused, table: unused },
    ...{ files: unused, estimate: unused, integrity: unused, digests: unused },
  },
  classifier: { known: unused, start: unused, check: unused },
};
export const NO_VAULT: Pick<Ports, "vault" | "signer"> = {
  signer: { sign: unused, publicKey: unused },
  vault: { put: unused, locate: unused, files: unused, list: unused },
};
