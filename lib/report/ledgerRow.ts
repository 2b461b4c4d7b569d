import type { TakenObject } from "../case/objects.ts";

/** An entry of the ledger as a row of a table: lists joined by blanks, every row with the same columns. */
export const ledgerRow = ({
  destination,
  principals,
  accessKeyIds,
  addresses,
  eventIds,
  recordedBy,
  accessLog,
  openedBy,
  ...entry
}: TakenObject) => ({
  ...entry,
  principals: principals.join(" "),
  accessKeyIds: accessKeyIds.join(" "),
  addresses: addresses.join(" "),
  destination: destination === null ? null : `${destination.bucket}/${destination.key}`,
  eventIds: eventIds?.join(" ") ?? null,
  recordedBy: recordedBy?.join(" ") ?? "cloudtrail",
  accessLogRequests: accessLog?.requests ?? null,
  accessLogBytes: accessLog?.bytesSent ?? null,
  openedBy: openedBy ?? null,
});
