/**
 * What the core needs from the world. `lib/aws` and `lib/embedded` implement these; handlers receive them.
 * Nothing else in the project may read a clock, make a random value, or talk to a service.
 */

import type { Bodies } from "../base/content.ts";
import type { Ledger, LedgerToRead } from "../base/ledger.ts";
import type { Signer } from "../base/signer.ts";
import type { Environment } from "../case/environment.ts";
import type { Settings } from "../core/settings.ts";
import type { Account } from "./account.ts";
import type { CaseReading, Cases, Decisions, Vault } from "./cases.ts";
import type { Classifier } from "./classifier.ts";
import type { Machines } from "./machines.ts";
import type { Trail } from "./trail.ts";
import type { Clock, Ids, Notifier, TimeStamps, TrustRoots } from "./world.ts";

export type * from "./account.ts";
export type * from "./cases.ts";
export type * from "./classifier.ts";
export type * from "./machines.ts";
export type * from "./trail.ts";
export type * from "./world.ts";

export interface Ports {
  readonly trail: Trail;
  readonly account: Account;
  readonly classifier: Classifier;
  readonly cases: Cases;
  readonly vault: Vault;
  readonly signer: Signer;
  readonly ledger: Ledger;
  readonly decisions: Decisions;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Absent where nobody can ask for a plan: a step of a machine starts none. */
  readonly machines?: Machines;
  /** Absent where no time stamp authority is configured. */
  readonly timeStamps?: TimeStamps;
  /** What this process runs on and as whom, measured when it is asked for; absent where nobody measures, as in tests. */
  readonly environment?: () => Promise<Environment>;
  /** Absent where nobody keeps `keys.json`, as in tests. */
  readonly trustRoots?: TrustRoots;
  readonly settings: Settings;
}

/** What reading takes and no more: nothing that is typed so can write, decide, sign or change an account. */
export interface ReadPorts {
  readonly cases: CaseReading;
  readonly ledger: Pick<Ledger, "origin">;
  readonly settings: Settings;
  readonly clock: Clock;
}

/** A deployment as whoever only reads has it. */
export interface Reading {
  readonly ports: ReadPorts;
  /** Cases whose records lie here and which the journal does not know; in AWS there is no journal beside them. */
  readonly lostCases: readonly string[];
  /** Works on a sealed bundle (`<caseId>/r<revision>`): where it lies, or its files; null: it is not in the vault. */
  bundle<T>(name: string, work: (bundle: string | Bodies | null) => Promise<T>): Promise<T>;
  readonly ledger: LedgerToRead;
  /** `keys.json`; null: nothing was sealed yet. */
  publishedKeys(): Promise<Uint8Array | null>;
  close(): void;
}
