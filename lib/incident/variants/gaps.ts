import { CUSTOMERS, FINANCE } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import type { Random } from "../random.ts";
import type { Story } from "../story.ts";
import { THIEF } from "../thief.ts";

const tellWith =
  (delivery: Partial<Story["delivery"]>) =>
  (random: Random): Story => {
    const stock = createStock(random);
    const taken = [...inBucket(stock, CUSTOMERS, 200), ...inBucket(stock, FINANCE, 120)];
    return tellHeist(random, {
      stock,
      deeds: eachObject(random, taken, ["02:47:03", "04:10:00"], (object, at) =>
        fetchObject(random, object, at, { caller: THIEF }),
      ),
      delivery,
    });
  };

/** Files that never came, one that is cut off, many that came late: part of the theft is in no readable file. */
export const tellGaps = tellWith({ duplicateShare: 0.05, lateShare: 0.4, missingShare: 0.2, corruptFiles: 1 });

/** Every third event twice. */
export const tellDuplicates = tellWith({ duplicateShare: 0.34, lateShare: 0.1 });
