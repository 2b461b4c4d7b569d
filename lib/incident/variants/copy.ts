import { ANALYTICS, CUSTOMERS } from "../cast.ts";
import { copyObject, copySource } from "../copying.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import type { Random } from "../random.ts";
import type { Story } from "../story.ts";
import { THIEF } from "../thief.ts";

/** Server-side copies into a bucket of the foreign account: gigabytes move while 224 bytes a call go out. */
export const tellCopy = (random: Random): Story => {
  const stock = createStock(random);
  const taken = [...inBucket(stock, CUSTOMERS, 90), ...inBucket(stock, ANALYTICS, 60)];
  return tellHeist(random, {
    stock,
    deeds: eachObject(random, taken, ["02:47:03", "04:10:00"], (object, at, index) =>
      copyObject(random, object, at, THIEF, "copy", copySource(object, index)),
    ),
    alert: { api: "CopyObject.Read", buckets: [CUSTOMERS, ANALYTICS] },
  });
};
