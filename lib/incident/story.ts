import type { Role } from "./cast.ts";
import type { StoredObject } from "./inventory.ts";
import type { Random } from "./random.ts";
import type { Doc, TrailRecord } from "./records.ts";

/** The paths on which objects leave a bucket. */
export type TheftPath =
  | "download"
  | "ranged"
  | "presigned"
  | "anonymous"
  | "copy"
  | "replication"
  | "datasync"
  | "batch"
  | "select"
  | "restore";

/** What one successful call took. */
export interface Loot {
  readonly object: StoredObject;
  readonly path: TheftPath;
  /** `bytesTransferredOut` of the record. */
  readonly bytesOut: number;
  /** Bytes of the object that left the bucket by this call: for a copy its size, although nothing went "out". */
  readonly movedBytes: number;
  readonly destination: { readonly bucket: string; readonly accountId: string } | null;
}

/** One event of the actor, and what it means. */
export interface Deed {
  readonly at: number;
  /** Account in whose folder the record is delivered. */
  readonly recipient: string;
  readonly record: TrailRecord;
  readonly loot: Loot | null;
}

/** What happens to the log on its way to the bucket; shares are of events (duplicate) or of files. */
export interface Delivery {
  readonly duplicateShare: number;
  readonly lateShare: number;
  readonly missingShare: number;
  readonly corruptFiles: number;
}

/** Settings of the account as the actor leaves them. */
export interface Aftermath {
  readonly mintedKey: { readonly accessKeyId: string; readonly createdAt: string } | null;
  /** Statements that the actor added to bucket policies. */
  readonly policies: Readonly<Record<string, readonly Doc[]>>;
  readonly replications: Readonly<Record<string, Doc>>;
  readonly withoutPublicAccessBlock: readonly string[];
  readonly loggingStopped: boolean;
}

export interface Alert {
  readonly type: string;
  readonly severity: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly generatedAt: number;
  readonly accessKeyDetails: Doc;
  readonly buckets: readonly string[];
  readonly api: string;
  readonly address: string;
  readonly remoteAccount: string | null;
}

/** A file below `logs/`. */
export interface LogFile {
  readonly path: string;
  readonly text: string;
}

/** One incident: what there is to steal, what the actor does, what is left behind, what GuardDuty says. */
export interface Story {
  readonly objects: readonly StoredObject[];
  readonly deeds: readonly Deed[];
  readonly thief: {
    readonly principals: readonly {
      readonly type: string;
      readonly principalId: string;
      readonly arn: string | null;
    }[];
    readonly accessKeyIds: readonly string[];
    readonly addresses: readonly string[];
    readonly userAgents: readonly string[];
    readonly roles: readonly Role[];
  };
  readonly aftermath: Aftermath;
  readonly alert: Alert;
  readonly delivery: Delivery;
  /** Logs beside CloudTrail, in the same folder. */
  readonly otherLogs?: readonly LogFile[];
  /** Last millisecond of the log; nothing later is recorded. */
  readonly logEndsAt: number;
}

export type TellStory = (random: Random) => Story;

export const INTACT: Delivery = { duplicateShare: 0.01, lateShare: 0.02, missingShare: 0, corruptFiles: 0 };

export const UNTOUCHED: Aftermath = {
  mintedKey: null,
  policies: {},
  replications: {},
  withoutPublicAccessBlock: [],
  loggingStopped: false,
};

/** 2026-02-23, the night of the incident, at a clock time UTC. */
export const night = (clock: string): number => Date.parse(`2026-02-23T${clock}Z`);

/** `count` moments from `from` to `to`, first and last exactly there, the others in order between. */
export const spread = (random: Random, from: number, to: number, count: number): readonly number[] => {
  if (count === 1) return [from];
  const inner = Array.from({ length: count - 2 }, () => from + random.unit() * (to - from)).sort((a, b) => a - b);
  return [from, ...inner, to];
};

export const deed = (at: number, recipient: string, record: TrailRecord, loot: Loot | null = null): Deed => ({
  at,
  recipient,
  record,
  loot,
});
