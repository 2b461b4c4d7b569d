import { sha256Hex } from "../../base/jcs.ts";
import type { Ledger, LedgerHead, LedgerPlace } from "../../base/ledger.ts";
import { parseEntry } from "./ledger.ts";
import type { LedgerStore } from "./ledgerStore.ts";

/** A sign of life a day, so that a ledger cut off at its end is noticed within one. */
export const HEARTBEAT_SECONDS = 24 * 3600;

/** Entries looked back over; a deployment with more between two heartbeats beats once more, which harms nothing. */
const LOOK_BACK = 2000;

/** Whether a heartbeat is due: none yet, or a day since the last. Times are ISO 8601 UTC. */
export const heartbeatDue = (last: string | null, now: string): boolean =>
  last === null || Date.parse(now) - Date.parse(last) >= HEARTBEAT_SECONDS * 1000;

/** When the ledger's newest heartbeat was written, or null. */
export async function lastHeartbeat(store: Pick<LedgerStore, "list" | "read">): Promise<string | null> {
  const names = (await store.list("entry/")).slice(-LOOK_BACK).toReversed();
  for (const name of names) {
    const bytes = await store.read(name);
    const entry = bytes === null ? null : parseEntry(bytes);
    if (entry?.type === "heartbeat") return entry.at;
  }
  return null;
}

/** Writes a heartbeat over the log's present head, which is signed by the way: a checkpoint a day for auditors to keep. */
export async function beat(ledger: Pick<Ledger, "head" | "append">, now: string): Promise<LedgerPlace> {
  const { checkpoint } = await ledger.head();
  return ledger.append({ type: "heartbeat", caseId: null, digest: sha256Hex(checkpoint), at: now });
}

/** For every hour: a sign of life where one is due, and a signature over whatever is behind the last one. */
export async function keepSigned(
  ledger: Pick<Ledger, "head" | "append">,
  store: Pick<LedgerStore, "list" | "read">,
  now: string,
): Promise<LedgerHead> {
  if (heartbeatDue(await lastHeartbeat(store), now)) await beat(ledger, now);
  return ledger.head();
}
