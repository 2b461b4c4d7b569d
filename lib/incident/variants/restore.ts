import { FINANCE } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import type { Random } from "../random.ts";
import type { Story } from "../story.ts";
import { s3Deed, THIEF } from "../thief.ts";

const REQUEST = { restore: "", RestoreRequest: { Days: 2, GlacierJobParameters: { Tier: "Expedited" } } };

/** Archived objects are thawed first and taken an hour later; two of them never are. */
export const tellRestore = (random: Random): Story => {
  const stock = createStock(random).map((object) =>
    object.bucket === FINANCE ? { ...object, storageClass: "GLACIER" as const } : object,
  );
  const wanted = inBucket(stock, FINANCE, 100);
  const thaws = eachObject(random, wanted, ["02:47:03", "02:58:00"], ({ bucket, key }, at) => [
    s3Deed(random, {
      at,
      caller: THIEF,
      name: "RestoreObject",
      bucket,
      key,
      request: REQUEST,
      bytesOut: 0,
      bytesIn: 148,
    }),
  ]);
  const reads = eachObject(random, wanted.slice(0, -2), ["03:50:00", "04:10:00"], (object, at) =>
    fetchObject(random, object, at, { caller: THIEF, path: "restore" }),
  );
  return tellHeist(random, { stock, deeds: [...thaws, ...reads], alert: { buckets: [FINANCE] } });
};
