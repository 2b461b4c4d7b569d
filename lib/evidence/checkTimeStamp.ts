import { EvidenceError, type EvidenceFault } from "../base/evidenceError.ts";
import type { BundleStatement } from "./checkAttestation.ts";
import type { Inventory } from "./inventory.ts";
import { FILES } from "./layout.ts";
import type { Report } from "./report.ts";
import { stampIn } from "./sigstore.ts";
import { readTimeStamp } from "./timestamp.ts";
import { assertTimeStampTrusted } from "./timestampTrust.ts";
import type { VerifyOptions } from "./verifyOptions.ts";

/** How far the clocks of a sealer and of a time stamp authority may be apart. */
const STAMP_SKEW_MS = 300_000;

const NO_STAMP: EvidenceFault = {
  code: "TIMESTAMP_UNTRUSTED",
  detail: "an authority was named, and the bundle carries no time stamp",
};

/** `mayBeMissing`: another signature is asked for a stamp, and this one's is judged if it is there. */
export interface TimeStampWish extends Pick<VerifyOptions, "timeStampAuthorities"> {
  readonly mayBeMissing: boolean;
}

/**
 * A time stamp lies outside the signature, since it is over it. That it names this signature is always judged; who stamped
 * only when the caller says which authorities they trust, and the report says when they did not.
 */
export function checkTimeStamp(
  report: Report,
  inventory: Inventory,
  statement: BundleStatement | null,
  { timeStampAuthorities, mayBeMissing }: TimeStampWish,
): void {
  const [bundle, signature] = [inventory.held.get(FILES.sigstore), inventory.held.get(FILES.signature)];
  const stamp = bundle === undefined ? null : stampIn(bundle);
  if (stamp === null || signature === undefined) {
    if (timeStampAuthorities !== undefined && timeStampAuthorities.length > 0 && !mayBeMissing)
      report.record("TIMESTAMP", [NO_STAMP], "");
    return;
  }
  report.attempt(
    "TIMESTAMP",
    () => {
      const read = readTimeStamp(stamp, signature);
      if (timeStampAuthorities !== undefined) assertTimeStampTrusted(read, timeStampAuthorities);
      if (statement !== null) assertStampedAfter(read.at, statement.predicate.sealedAt);
      return read;
    },
    ({ at }) =>
      `the signature existed at ${at}${timeStampAuthorities === undefined ? ", says a token whose authority was not judged (--tsa-ca)" : ""}`,
  );
}

/** A token from before the sealing is one of another signature, or a clock is wrong; authorities and sealers keep time apart. */
function assertStampedAfter(at: string, sealedAt: string): void {
  if (Date.parse(at) >= Date.parse(sealedAt) - STAMP_SKEW_MS) return;
  throw new EvidenceError("TIMESTAMP", `stamped at ${at}, sealed at ${sealedAt}`);
}
