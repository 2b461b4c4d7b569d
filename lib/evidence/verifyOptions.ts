import type { EvidenceFault } from "../base/evidenceError.ts";
import type { TrustedKey } from "./checkSigner.ts";
import type { Limits } from "./inventory.ts";
import type { LogKey } from "./ledger/checkpoint.ts";
import type { BundlePredicate } from "./predicate.ts";

/** What a ledger check may go by, all of it signed: the statement, and the key that signed it. */
export interface LedgerSubject {
  readonly caseId: string;
  /** The ledger that the statement names. */
  readonly origin: string;
  /** `bundleDigest`. */
  readonly digest: string;
  /** SHA-256 (hex) of the signed statement's bytes. */
  readonly statement: string;
  /** SHA-256 (hex) of the evidence key. */
  readonly keyId: string;
  readonly sealedAt: string;
  readonly ledgerHead: BundlePredicate["ledgerHead"];
  /** Lines of the case's history in the bundle; null: it has none. */
  readonly history: Uint8Array | null;
}

/** Checks the `ledger/` files (which may be none) against the bundle; see `optionsFromTrustRoot`. */
export type LedgerCheck = (files: ReadonlyMap<string, Uint8Array>, bundle: LedgerSubject) => readonly EvidenceFault[];

/** A later revision of the same case. */
export interface Newer {
  readonly revision: number;
  readonly digest: string;
}

export interface VerifyOptions {
  /** Keys vouched for outside the bundle; with none the exit code is 3 at best. */
  readonly trust: readonly TrustedKey[];
  /** Keys that may sign redacted copies and nothing else: whoever makes one is not trusted with an original. */
  readonly redactors?: readonly TrustedKey[];
  /** A newer revision of the case, known from elsewhere (vault, ledger), or how to find out once it is known which bundle this is. */
  readonly supersededBy?:
    | Newer
    | null
    | ((bundle: { readonly caseId: string; readonly digest: string }) => Newer | null);
  /** The present (ISO 8601 UTC): a bundle sealed later is refused. Left out, the time of sealing is not judged. */
  readonly now?: string;
  readonly limits?: Limits;
  /** Which bundle it must be, as somebody outside it says: another one, however genuine, is refused. A copy is asked for by its original. */
  readonly expected?: { readonly caseId: string; readonly revision: number; readonly digest?: string };
  /** Certificates (PEM) of time stamp authorities; given, a time stamp must be there and chain to one of them. */
  readonly timeStampAuthorities?: readonly string[];
  readonly verifyLedger?: LedgerCheck;
  /** The keys of the ledger that count; given, the proofs of a case's history are judged where its chain alone does not prove it. */
  readonly ledgerKeys?: readonly LogKey[];
  /** Whether a key counted at a time, for what has no place in the ledger: a redacted copy. */
  readonly judgeSigner?: (keyId: string, at: string) => EvidenceFault | null;
  /** The caller trusts a key and knows no ledger: its files must fit the bundle, and the report says that its signatures were not judged. */
  readonly withoutLedger?: boolean;
}
