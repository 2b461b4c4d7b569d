import { availableParallelism, totalmem } from "node:os";
import { sum } from "../base/lists.ts";
import { HostStopped } from "./enduring.ts";

/**
 * Who works next. Light steps (opening, scoping, planning, asking, changing) go before heavy ones (reading logs, counting,
 * sealing), the worst severity before the rest, and what came first before what came later. A heavy step needs a place;
 * a case keeps its place while it works and lends it while it sleeps, so that memory is bounded by the number of places.
 */
export interface Turns {
  run<T>(claim: Claim, work: () => Promise<T>): Promise<T>;
  counts(): { readonly waiting: number; readonly working: number; readonly places: number; readonly taken: number };
  /** Everybody who still waits is turned away. */
  close(): void;
}

export interface Claim {
  readonly caseId: string;
  /** Severity of the finding, 1 to 10; more where a person waits at a terminal. */
  readonly urgency: number;
  /** Of cases of the same urgency the lower comes first. */
  readonly rank: number;
  readonly heavy: boolean;
}

export interface TurnsOptions {
  readonly places: number;
  readonly monotonicMs: () => number;
  /** Something is under way for the case outside its steps, such as a scan. */
  readonly isBusy: (caseId: string) => boolean;
  /** Nothing of the case is under way and it has no place: what it keeps in memory can go. */
  readonly onRest: (caseId: string) => void;
}

const PLACE_MB = 1000;
const ELSE_MB = 400;

/** How many cases may read logs and count at once: one a core, and a gigabyte each. */
export const placesOfMachine = (): number => {
  const limit = process.constrainedMemory();
  const memoryMb = Math.min(totalmem(), limit === 0 ? Number.POSITIVE_INFINITY : limit) / 1024 ** 2;
  return Math.max(1, Math.min(availableParallelism(), Math.floor((memoryMb - ELSE_MB) / PLACE_MB)));
};

/** Steps are short and run on one thread; two let one of them wait for a disk or a network. */
const LIGHT_AT_ONCE = 2;
/** A place is lent when its case has done nothing for so long; steps that look at a long job come oftener. */
const LINGER_MS = 1500;
/** Heavy work waits while light work is there, but not for ever. */
const PATIENCE_MS = 60_000;
const SWEEP_MS = 500;

interface Waiting {
  readonly claim: Claim;
  readonly since: number;
  begin(): void;
  refuse(error: Error): void;
}

interface Place {
  working: number;
  idleSince: number;
}

export const createTurns = (options: TurnsOptions): Turns => {
  const { places, monotonicMs, isBusy, onRest } = options;
  const held = new Map<string, Place>();
  let queue: Waiting[] = [];
  /** Light steps under way, by case. */
  const light = new Map<string, number>();
  let closed = false;

  const first = (wanted: (one: Waiting) => boolean): Waiting | undefined =>
    queue
      .filter(wanted)
      .reduce<Waiting | undefined>((best, one) => (best === undefined || isBefore(one, best) ? one : best), undefined);
  const start = (one: Waiting): void => {
    queue = queue.filter((other) => other !== one);
    const { caseId, heavy } = one.claim;
    if (!heavy) light.set(caseId, (light.get(caseId) ?? 0) + 1);
    else {
      const place = held.get(caseId) ?? { working: 0, idleSince: 0 };
      place.working += 1;
      held.set(caseId, place);
    }
    one.begin();
  };
  const end = ({ caseId, heavy }: Claim): void => {
    if (!heavy) endLight(caseId);
    else {
      const place = held.get(caseId)!;
      place.working -= 1;
      place.idleSince = monotonicMs();
    }
    pump();
  };
  const endLight = (caseId: string): void => {
    const others = light.get(caseId)! - 1;
    if (others > 0) return void light.set(caseId, others);
    light.delete(caseId);
    if (!held.has(caseId)) onRest(caseId);
  };
  const lend = (): void => {
    for (const [caseId, place] of held) {
      if (isBusy(caseId)) place.idleSince = monotonicMs();
      if (place.working > 0 || monotonicMs() - place.idleSince < LINGER_MS) continue;
      held.delete(caseId);
      if (!light.has(caseId)) onRest(caseId);
    }
  };
  const pump = (): void => {
    lend();
    if (closed) return;
    for (let next = first(isLight); next !== undefined && sum(light.values()) < LIGHT_AT_ONCE; next = first(isLight))
      start(next);
    for (const one of queue.filter(({ claim }) => claim.heavy && held.has(claim.caseId))) start(one);
    const mayBegin = (one: Waiting): boolean =>
      one.claim.heavy && (light.size === 0 || monotonicMs() - one.since > PATIENCE_MS);
    for (let next = first(mayBegin); next !== undefined && held.size < places; next = first(mayBegin)) start(next);
  };
  const sweep = setInterval(pump, SWEEP_MS);
  sweep.unref();

  return {
    run: async (claim, work) => {
      if (closed) throw new HostStopped();
      await new Promise<void>((begin, refuse) => {
        queue.push({ claim, since: monotonicMs(), begin, refuse });
        pump();
      });
      try {
        // Hundreds of steps that never wait for anything would keep signals, the page and timers out until the last has ended.
        await nextTurnOfTheLoop();
        return await work();
      } finally {
        end(claim);
      }
    },
    counts: () => ({ waiting: queue.length, working: sum(light.values()) + workingIn(held), places, taken: held.size }),
    close: () => {
      closed = true;
      clearInterval(sweep);
      for (const { refuse } of queue) refuse(new HostStopped());
      queue = [];
    },
  };
};

const nextTurnOfTheLoop = (): Promise<void> => new Promise((done) => setImmediate(done));

const isLight = ({ claim }: Waiting): boolean => !claim.heavy;

const isBefore = (a: Waiting, b: Waiting): boolean =>
  a.claim.urgency === b.claim.urgency ? a.claim.rank < b.claim.rank : a.claim.urgency > b.claim.urgency;

const workingIn = (held: ReadonlyMap<string, Place>): number => sum([...held.values()].map(({ working }) => working));
