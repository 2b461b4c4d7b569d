import { sha256Hex } from "../base/jcs.ts";
import type { Clock, Ids } from "../ports/ports.ts";

/** A one-time link lives this long; nobody needs longer from terminal to browser. */
export const TOKEN_SECONDS = 10 * 60;
/** A session without a sign of life of its human ends after this; polls of the page are no sign of life. */
export const IDLE_SECONDS = 15 * 60;
/** Old links and sessions go first; a person needs a handful. */
const MAXIMUM_KEPT = 16;

/** Somebody who is looking at the page. */
export interface Session {
  readonly humanId: string;
  /** Bound to the session; every call of the API carries it in a header, so that the cookie alone reads and does nothing. */
  readonly csrf: string;
}

/** Who is signed in. Embedded: one-time links and memory. Deployed: the identity provider and a table. */
export interface Sessions {
  /** Trades a one-time token for a session; null when it is unknown, used, too old, or was given to another browser. */
  exchange(token: string, request: Request): Promise<{ readonly cookie: string; readonly session: Session } | null>;
  /** The session of a cookie, or null. Looking does not prolong it. */
  find(cookie: string): Promise<Session | null>;
  /** The human did something: the idle time starts again. */
  renew(cookie: string): Promise<void>;
  end(cookie: string): Promise<void>;
}

/** Sessions of one human at this machine, in memory: they end with the process. Only digests of secrets are held. */
export interface LocalSessions extends Sessions {
  /** A new one-time token of 256 bits, hex. */
  issue(): string;
}

interface Kept {
  readonly session: Session;
  until: number;
}

export const createLocalSessions = ({
  clock,
  ids,
  humanId,
}: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly humanId: string;
}): LocalSessions => {
  const tokens = new Map<string, number>();
  const sessions = new Map<string, Kept>();
  const now = (): number => Date.parse(clock.now());
  const alive = (cookie: string): Kept | null => {
    const kept = sessions.get(sha256Hex(cookie));
    if (kept !== undefined && now() < kept.until) return kept;
    sessions.delete(sha256Hex(cookie));
    return null;
  };
  return {
    issue: () => {
      const token = ids.random(32);
      keep(tokens, sha256Hex(token), now() + TOKEN_SECONDS * 1000);
      return token;
    },
    exchange: async (token) => {
      const until = tokens.get(sha256Hex(token));
      tokens.delete(sha256Hex(token));
      if (until === undefined || now() >= until) return null;
      const [cookie, session] = [ids.random(32), { humanId, csrf: ids.random(32) }];
      keep(sessions, sha256Hex(cookie), { session, until: now() + IDLE_SECONDS * 1000 });
      return { cookie, session };
    },
    find: async (cookie) => alive(cookie)?.session ?? null,
    renew: async (cookie) => {
      const kept = alive(cookie);
      if (kept !== null) kept.until = now() + IDLE_SECONDS * 1000;
    },
    end: async (cookie) => void sessions.delete(sha256Hex(cookie)),
  };
};

const keep = <T>(map: Map<string, T>, key: string, value: T): void => {
  map.set(key, value);
  for (const oldest of [...map.keys()].slice(0, Math.max(0, map.size - MAXIMUM_KEPT))) map.delete(oldest);
};
