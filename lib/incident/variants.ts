import type { TellStory } from "./story.ts";
import { tellAccessLog } from "./variants/access-log.ts";
import { tellAnonymous } from "./variants/anonymous.ts";
import { tellBatch } from "./variants/batch.ts";
import { tellCopy } from "./variants/copy.ts";
import { tellCrossAccount } from "./variants/cross-account.ts";
import { tellDatasync } from "./variants/datasync.ts";
import { tellFederated } from "./variants/federated.ts";
import { tellDuplicates, tellGaps } from "./variants/gaps.ts";
import { tellOpenedBucket } from "./variants/opened-bucket.ts";
import { tellPresigned } from "./variants/presigned.ts";
import { tellReplication } from "./variants/replication.ts";
import { tellRestore } from "./variants/restore.ts";
import { tellRoleChain } from "./variants/role-chain.ts";
import { tellSelect } from "./variants/select.ts";
import { tellStolenKey } from "./variants/stolen-key.ts";

/** Every incident that can be written: the bundled one, then one for each way in which data leaves or logs fail. */
export const VARIANTS = {
  "stolen-key": tellStolenKey,
  presigned: tellPresigned,
  anonymous: tellAnonymous,
  copy: tellCopy,
  replication: tellReplication,
  datasync: tellDatasync,
  batch: tellBatch,
  select: tellSelect,
  restore: tellRestore,
  "role-chain": tellRoleChain,
  "cross-account": tellCrossAccount,
  gaps: tellGaps,
  duplicates: tellDuplicates,
  "access-log": tellAccessLog,
  "opened-bucket": tellOpenedBucket,
  federated: tellFederated,
} as const satisfies Readonly<Record<string, TellStory>>;

export type VariantId = keyof typeof VARIANTS;
