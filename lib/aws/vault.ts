import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type Body, digestOfBody } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { randomly, spooled, withSpools } from "../base/spool.ts";
import { DEFAULT_LIMITS } from "../evidence/inventory.ts";
import { zipChunks } from "../evidence/zip.ts";
import { openZip } from "../evidence/zipRead.ts";
import type { Vault } from "../ports/ports.ts";
import { isMissing, toStepError } from "./failures.ts";
import type { Objects } from "./objects.ts";

const NAME = /^case-\d{8}-[0-9a-f]{10}\/r\d{1,6}$/;

/**
 * Bundles as canonical ZIPs in a bucket with Object Lock. The lock protects a version, not a key: so the place that is
 * handed out names the version, and a second write is refused by `If-None-Match` here and by the bucket's policy there.
 */
export const createVault = (objects: Objects, s3: S3Client, owner: string): Vault => {
  const zipName = (name: string): string => {
    if (!NAME.test(name))
      throw new CordonError("INPUT_INVALID", `expected <caseId>/r<revision>, got ${JSON.stringify(name)}`);
    return `${name}.zip`;
  };
  const locate = async (name: string): Promise<string | null> => {
    const Key = objects.keyOf(zipName(name));
    try {
      const { VersionId } = await s3.send(
        new HeadObjectCommand({ Bucket: objects.bucket, Key, ExpectedBucketOwner: owner }),
      );
      return `s3://${objects.bucket}/${Key}${VersionId === undefined ? "" : `?versionId=${VersionId}`}`;
    } catch (error) {
      if (isMissing(error)) return null;
      throw toStepError("SEAL_FAILED", `look at s3://${objects.bucket}/${Key}`, error);
    }
  };
  return {
    locate,
    put: (name, files) =>
      withSpools(async (spools) => {
        const zip = spooled(spools, zipChunks(files));
        if (!(await objects.create(zipName(name), zip)))
          assertSame(name, zip, await objects.readLarge(zipName(name), spools));
        return (await locate(name))!;
      }),
    files: async (name, spools) => {
      const found = await objects.readLarge(zipName(name), spools);
      return found === null ? null : openZip(randomly(found), DEFAULT_LIMITS);
    },
    list: async (prefix) =>
      (await objects.list(prefix))
        .map((key) => key.replace(/\.zip$/, ""))
        .filter((name) => NAME.test(name))
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
  };
};

const assertSame = (name: string, zip: Body, found: Body | null): void => {
  if (found !== null && digestOfBody(found) === digestOfBody(zip)) return;
  throw new CordonError("DOCUMENT_CONFLICT", `${name} is sealed already, with other bytes`);
};
