import type { Hop, RoleChain } from "../../case/chain.ts";

/** Whether it can still be used, as far as the logs go. */
export const isAlive = ({ expiresAt = null }: Hop, { asOf = null }: Pick<RoleChain, "asOf">): boolean =>
  expiresAt === null || asOf === null || expiresAt > asOf;

/** Opened or used with the actor's marks; what is neither is its owner's. */
export const isHeld = ({ byThief, usedByThief }: Hop): boolean => byThief || usedByThief === true;
