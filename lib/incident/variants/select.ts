import { ACCOUNT, CUSTOMERS } from "../cast.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import type { Random } from "../random.ts";
import { s3Record } from "../s3Records.ts";
import { deed, type Story } from "../story.ts";
import { THIEF } from "../thief.ts";

const QUERY = {
  Expression: "SELECT s.ssn, s.email FROM s3object s",
  ExpressionType: "SQL",
  InputSerialization: { CSV: { FileHeaderInfo: "USE" } },
  OutputSerialization: { CSV: {} },
};

/** Queries inside S3: only the answer leaves, and no record says which rows it held. */
export const tellSelect = (random: Random): Story => {
  const stock = createStock(random);
  return tellHeist(random, {
    stock,
    deeds: eachObject(random, inBucket(stock, CUSTOMERS, 130), ["02:47:03", "04:10:00"], (object, at, index) =>
      Array.from({ length: 1 + (index % 3) }, (_, time) => {
        const bytesOut = Math.floor(object.size * (0.1 + random.unit() * 0.3));
        const record = s3Record(random, {
          at: at + time * 900,
          caller: THIEF,
          name: "SelectObjectContent",
          bucket: object.bucket,
          key: object.key,
          bytesOut,
          bytesIn: 412,
          request: { select: "", "select-type": "2", SelectObjectContentRequest: QUERY },
        });
        return deed(at + time * 900, ACCOUNT, record, {
          object,
          path: "select",
          bytesOut,
          movedBytes: bytesOut,
          destination: null,
        });
      }),
    ),
    alert: { api: "SelectObjectContent", buckets: [CUSTOMERS] },
  });
};
