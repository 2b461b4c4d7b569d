import type { NoticeFacts } from "../case/notice.ts";

/** The key, the messenger, the clock, chance, and the time stamp authority. */

/** A message from a fixed template: no text that an actor wrote, no token, nothing that acts when fetched. */
export interface Notice {
  readonly caseId: string;
  readonly kind: "opened" | "approval-asked" | "reminder" | "decided" | "contained" | "attention" | "sealed" | "closed";
  readonly severity: number;
  readonly text: string;
  /** What is known of the case; null or absent: it could not be read. */
  readonly facts?: NoticeFacts | null;
  /** Where to look; absent: at the case. */
  readonly look?: string;
}

export interface Notifier {
  /** Never throws: a notice that cannot be delivered is reported in the answer and in the case. */
  notify(
    notice: Notice,
  ): Promise<{ readonly delivered: boolean; readonly channel: string; readonly reason: string | null }>;
}

export interface Clock {
  /** ISO 8601 UTC with milliseconds. */
  now(): string;
}

export interface Ids {
  /** `bytes` random bytes as lower-case hex. */
  random(bytes: number): string;
}

/** `keys.json`, by which auditors judge bundles and ledger; outside every bundle. */
export interface TrustRoots {
  /** Puts the first version where auditors find it, unless one is there, and returns the bytes of the newest. */
  publish(): Promise<Uint8Array>;
}

/** A time stamp authority (RFC 3161). */
export interface TimeStamps {
  /** Sends a TimeStampReq and returns the TimeStampResp, both DER. Throws when none can be had. */
  stamp(request: Uint8Array): Promise<Uint8Array>;
}
