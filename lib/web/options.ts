import type { Ports } from "../ports/ports.ts";
import type { Assets } from "./assets.ts";
import type { Ceremony } from "./ceremony.ts";
import type { Decide } from "./decide.ts";
import type { GiveReview } from "./review.ts";
import type { Sessions } from "./sessions.ts";
import type { Site } from "./site.ts";

export interface AppOptions {
  readonly ports: Ports;
  readonly site: Site;
  readonly sessions: Sessions;
  readonly assets: Assets;
  /** Signs with the approver's own key and submits. */
  readonly decide: Decide;
  /** Signs a review with the reviewer's own key; absent: on the command line only, or by security key. */
  readonly review?: GiveReview;
  /** Where it is given, decisions are proven by a security key in the browser and `decide` is not used. */
  readonly ceremony?: Ceremony;
  /** Told of every request that was turned away; never given cookies, tokens or bodies. */
  readonly onRefused: (refused: RefusedRequest) => void;
  /** Told of what should not have happened. */
  readonly onFault: (error: unknown) => void;
}

export interface RefusedRequest {
  readonly at: string;
  readonly status: number;
  readonly code: string;
  readonly method: string;
  readonly path: string;
  readonly host: string | null;
  readonly origin: string | null;
}
