import { BOTO_AGENT, CUSTOMERS, JANE, JANE_KEY, PARTNER, SECOND_EXIT, TOR_EXIT } from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import type { Random } from "../random.ts";
import { type Caller, userIdentity } from "../records.ts";
import type { Story } from "../story.ts";

/** CloudTrail records the query parameters of the link, but not its signature or credential (real records, 2024). */
const LINK = {
  "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
  "X-Amz-Date": "20260223T024512Z",
  "X-Amz-Expires": "43200",
  "X-Amz-SignedHeaders": "host",
  "response-content-disposition": "attachment",
};

/**
 * Links signed with jane's key, opened from other addresses by whoever has them. Signing happens on the actor's
 * machine and leaves no event; the reads carry a key whose owner never called.
 */
export const tellPresigned = (random: Random): Story => {
  const stock = createStock(random);
  const openers: readonly Caller[] = [SECOND_EXIT, PARTNER].map((address, at) => ({
    identity: userIdentity(JANE, JANE_KEY),
    address,
    agent: at === 0 ? "Wget/1.21.4" : BOTO_AGENT,
  }));
  return tellHeist(random, {
    stock,
    deeds: eachObject(random, inBucket(stock, CUSTOMERS, 150), ["02:47:03", "04:10:00"], (object, at, index) =>
      fetchObject(random, object, at, {
        caller: openers[index % openers.length]!,
        path: "presigned",
        request: LINK,
        additional: { AuthenticationMethod: "QueryString" },
      }),
    ),
    thief: { addresses: [TOR_EXIT, SECOND_EXIT, PARTNER] },
    alert: { address: SECOND_EXIT, buckets: [CUSTOMERS] },
  });
};
