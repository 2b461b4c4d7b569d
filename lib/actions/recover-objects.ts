import { isApiError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import type { State, Target } from "../case/plan.ts";
import type { Scene, Stamp } from "../core/plan/action.ts";
import type { Account } from "../ports/ports.ts";
import type { Action } from "./parts/action.ts";
import { isBucketName } from "./parts/bucketPolicy.ts";
import { read, request } from "./parts/calls.ts";
import { withProtection } from "./parts/exempt.ts";
import { instruction } from "./parts/instruction.ts";

/** Pages of a thousand versions that are counted; a larger bucket is counted by whoever recovers it. */
const PAGES = 20;
/** Keys that the plan shows. */
const SHOWN = 20;

const SINCE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

interface Version {
  readonly Key: string;
  readonly IsLatest?: boolean;
  readonly LastModified: string | Date;
}

/** Names are the actor's to choose: keys go from the listing into the call as JSON, and never through a shell. */
const steps = (bucket: string, since: string): string => {
  const from = since.replace("Z", "");
  return [
    `1. Deleted, and there under the marker: aws s3api list-object-versions --bucket ${bucket} --output json --query "DeleteMarkers[?IsLatest && LastModified>='${from}'].{Key: Key, VersionId: VersionId}" > markers.json`,
    "2. Take out of markers.json what its owner deleted in that time; the case's list of deletions names the calls.",
    "3. jq -c 'range(0; length; 1000) as $at | {Objects: .[$at:$at + 1000], Quiet: true}' markers.json | split -l 1 - batch-",
    `4. for batch in batch-*; do aws s3api delete-objects --bucket ${bucket} --delete "file://$batch"; done (this deletes markers and no data: the object is there again)`,
    `5. Written over: aws s3api list-object-versions --bucket ${bucket} --output json --query "Versions[?IsLatest && LastModified>='${from}'].Key" > written.json; of each key that the actor wrote, the version before it is copied over: aws s3api copy-object --bucket ${bucket} --key KEY --copy-source "${bucket}/KEY?versionId=VERSION"`,
    "6. Look again: step 1 finds nothing any more. Keep the actor's versions: they are evidence.",
  ].join("\n");
};

const targets = (scene: Scene): readonly Target[] =>
  (scene.deletions ?? [])
    .filter(({ bucket, since }) => isBucketName(bucket) && SINCE.test(since))
    .map(({ bucket, since, calls }) => {
      const because = `${counted(calls, "deletion")} by suspects from ${since}`;
      const target = { label: `objects of bucket ${bucket}`, bucket, since, because };
      return withProtection({ ...target, instruction: steps(bucket, since) }, scene, [bucket], "buckets");
    });

const capture = async (target: Target, stamp: Stamp, account: Account): Promise<State> => {
  try {
    return await lookedUp(target, stamp, account);
  } catch (error) {
    if (!isApiError(error)) throw error;
    return { counted: `not known: ${error.message}` };
  }
};

const lookedUp = async ({ bucket, since }: Target, stamp: Stamp, account: Account): Promise<State> => {
  const [deleted, written, before] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const isSince = ({ LastModified }: Version): boolean => Date.parse(String(LastModified)) >= Date.parse(since!);
  let from: Readonly<Record<string, unknown>> | null = {};
  for (let page = 0; page < PAGES && from !== null; page += 1) {
    const output = await read(account, request(stamp, "s3", "ListObjectVersions", { Bucket: bucket, ...from }));
    for (const one of (output.DeleteMarkers ?? []) as readonly Version[])
      if (one.IsLatest === true && isSince(one)) deleted.add(one.Key);
    for (const one of (output.Versions ?? []) as readonly Version[])
      if (!isSince(one)) before.add(one.Key);
      else if (one.IsLatest === true) written.add(one.Key);
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = output;
    from =
      typeof KeyMarker === "string" ? { KeyMarker, ...(VersionIdMarker == null ? {} : { VersionIdMarker }) } : null;
  }
  const over = [...written].filter((key) => before.has(key));
  return {
    counted: from === null ? "the whole bucket" : `the first ${PAGES} pages of a thousand versions`,
    deleted: deleted.size,
    writtenOver: over.length,
    first: [...deleted, ...over].slice(0, SHOWN),
  };
};

const told: Action = instruction(
  {
    id: "recover-objects",
    title: "Bring back the objects that the actor deleted or wrote over",
    side: "undo",
    offer: "default",
    permissions: [{ action: "s3:ListBucketVersions", resource: "bucket", for: "read" }],
    limits: [
      "Only where versioning was on: what was deleted with its version id, or in a bucket without versions, is gone (a backup, or a replica, may have it).",
      "Cordon has no right to delete versions or to read objects, and so a person does it: the plan holds the count, the first keys and the exact commands.",
      "The listing does not say who deleted: what an owner deleted in the same time is taken out of the list by hand.",
      "Objects written over with the actor's own key (SSE-C) are read from the version before it. A key of KMS that is to be deleted is kept by restore-kms-key: do that first.",
      `Of a bucket with more than ${PAGES},000 versions the count in the plan is a lower bound.`,
    ],
    sources: [
      "S3 user guide, Managing delete markers; Restoring previous versions",
      "S3 API reference, ListObjectVersions and DeleteObjects",
    ],
  },
  targets,
);

export const recoverObjects: Action = {
  ...told,
  capture,
  refuse: (target, before, stamp) =>
    told.refuse(target, before, stamp) ??
    (before.deleted === 0 && before.writtenOver === 0 && before.counted === "the whole bucket"
      ? `${target.label}: nothing there was deleted or written over since ${target.since} that a version would bring back`
      : null),
};
