import type { AppOptions } from "./options.ts";
import type { Values } from "./routes.ts";
import type { Session } from "./sessions.ts";

/** A request that passed the guard, with what its line of the route table may need. */
export interface Call {
  readonly request: Request;
  readonly values: Values;
  readonly cookie: string;
  /** Null on open routes only. */
  readonly session: Session | null;
  readonly options: AppOptions;
}

export type Work = (call: Call) => Promise<Response> | Response;
