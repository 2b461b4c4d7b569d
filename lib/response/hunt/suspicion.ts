import { canonicalBytes, digestOf } from "../../base/jcs.ts";
import type { Signer } from "../../base/signer.ts";
import { SUSPICION_TYPE } from "../../core/finding/suspicion.ts";
import type { Suspect } from "../../core/hunt/suspects.ts";
import type { Hunted, Indicator } from "./hunt.ts";

/** GuardDuty's scale; a person's word is worth a case, not an alarm. */
const SEVERITY = { "likely theft": 8, "worth a look": 5, ordinary: 2 } as const;

export const severityOf = ({ level }: Pick<Suspect, "level">): number => SEVERITY[level];

export interface Suspicion {
  readonly statement: Readonly<Record<string, unknown>>;
  readonly suspect: Suspect;
  readonly accountId: string;
  readonly region: string;
  readonly at: string;
}

interface Asked {
  readonly indicator: Indicator;
  readonly reason: string;
  readonly askedBy: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** Who asked, on which grounds, over which logs: what a case opened by a person rests on. */
export const suspicionOf = (suspect: Suspect, hunted: Hunted, asked: Asked): Suspicion => {
  const { scan, ownAccounts, sql, parameters } = hunted;
  return {
    suspect,
    at: asked.at,
    accountId: suspect.hostAccount ?? ownAccounts[0] ?? "000000000000",
    region: "us-east-1",
    statement: {
      schema: "cordon/suspicion/v1",
      ...asked,
      grounds: suspect.signs.map(({ id, says }) => ({ id, says })),
      level: suspect.level,
      detections: [...new Set(suspect.hits.map(({ detection }) => detection))],
      logs: { filesRead: scan.filesRead, setAside: scan.filesSetAside.length, watermark: scan.watermark },
      query: { digest: digestOf(sql), parameters },
    },
  };
};

/**
 * The statement in the shape of a GuardDuty finding, signed with the evidence key: everything after it goes its usual way. Null:
 * whoever states it may not sign (in AWS only sealing may); the opening of the case in the ledger names it, and that is signed.
 */
export const signSuspicion = async (
  { statement, suspect, accountId, region, at }: Suspicion,
  signer: Signer | null,
): Promise<unknown> => {
  const id = digestOf({ identity: suspect.identity, network: suspect.network, accountId }).slice(0, 32);
  const [address] = suspect.addresses;
  return {
    SchemaVersion: "2.0",
    AccountId: accountId,
    Region: region,
    Partition: "aws",
    Id: id,
    Arn: `arn:aws:guardduty:${region}:${accountId}:detector/cordon/finding/${id}`,
    Type: SUSPICION_TYPE,
    Title: `A person suspects theft by ${suspect.name}`,
    Severity: SEVERITY[suspect.level],
    CreatedAt: suspect.firstAt,
    UpdatedAt: at,
    Resource: {
      ResourceType: "AccessKey",
      AccessKeyDetails: {
        AccessKeyId: suspect.accessKeyIds[0] ?? "",
        PrincipalId: suspect.principalIds[0] ?? suspect.identity,
        UserName: suspect.userName ?? "",
        UserType: suspect.type ?? "Unknown",
      },
      S3BucketDetails: suspect.buckets.map((name) => ({
        Name: name,
        Arn: `arn:aws:s3:::${name}`,
        Type: "Destination",
      })),
    },
    Service: {
      ServiceName: "cordon",
      Count: suspect.calls,
      EventFirstSeen: suspect.firstAt,
      EventLastSeen: suspect.lastAt,
      Action: {
        ActionType: "AWS_API_CALL",
        AwsApiCallAction: {
          Api: "GetObject",
          ServiceName: "s3.amazonaws.com",
          ...(address === undefined ? {} : { RemoteIpDetails: { IpAddressV4: address } }),
        },
      },
    },
    Suspicion: {
      statement,
      signature: signer === null ? null : Buffer.from(await signer.sign(canonicalBytes(statement))).toString("base64"),
    },
  };
};
