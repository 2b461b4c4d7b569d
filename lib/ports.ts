/**
 * What the core needs from the world. `lib/aws` and `lib/embedded` implement these; handlers receive them.
 * Nothing else in the project may read a clock, make a random value, or talk to a service.
 */
import type { Settings } from "./core/settings.ts";
import type { Ledger } from "./evidence/ledger/ledgerPort.ts";
import type { Account } from "./ports/account.ts";
import type { Cases, Decisions, Vault } from "./ports/cases.ts";
import type { Classifier } from "./ports/classifier.ts";
import type { Machines } from "./ports/machines.ts";
import type { Trail } from "./ports/trail.ts";
import type { Clock, Ids, Notifier, Signer, TimeStamps, TrustRoots } from "./ports/world.ts";

export type * from "./ports/account.ts";
export type * from "./ports/cases.ts";
export type * from "./ports/classifier.ts";
export type * from "./ports/machines.ts";
export type * from "./ports/trail.ts";
export type * from "./ports/world.ts";

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
  /** Absent where nobody keeps `keys.json`, as in tests. */
  readonly trustRoots?: TrustRoots;
  readonly settings: Settings;
}
