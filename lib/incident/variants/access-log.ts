import { accessLogOf } from "../accessLog.ts";
import { CUSTOMERS, FINANCE } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import type { Random } from "../random.ts";
import type { Story } from "../story.ts";
import { THIEF } from "../thief.ts";

/** Every fifth file of CloudTrail never came; the buckets' server access logs have all reads, some of them twice. */
export const tellAccessLog = (random: Random): Story => {
  const stock = createStock(random);
  const taken = [...inBucket(stock, CUSTOMERS, 200), ...inBucket(stock, FINANCE, 120)];
  const deeds = eachObject(random, taken, ["02:47:03", "04:10:00"], (object, at, index) =>
    fetchObject(random, object, at, { caller: THIEF, share: index % 40 === 7 ? 0.6 : 1 }),
  );
  return {
    ...tellHeist(random, { stock, deeds, delivery: { missingShare: 0.2 } }),
    otherLogs: accessLogOf(random, deeds),
  };
};
