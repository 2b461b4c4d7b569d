/**
 * What a door is: something that the actor opened, made or left running, and through which data goes on leaving, the actor
 * comes back, or nobody sees it. A case in which one stands open is never contained, however well the actor is cut off.
 */
import type { DoorKind } from "../../case/caseState.ts";
import type { ActorChange } from "../../case/principal.ts";
import { doorNamed } from "./doorCalls.ts";

export interface Door {
  readonly kind: DoorKind;
  readonly eventName: string;
  readonly eventTime: string;
  readonly eventId: string;
  readonly bucket: string | null;
}

/** The doors among what the actor changed, oldest first. Log content is hostile: a request that cannot be read is a door. */
export const doorsOf = (changes: readonly ActorChange[], accountId: string): readonly Door[] =>
  changes
    .filter((change) => isDoor(change, accountId))
    .map(({ eventName, eventTime, eventId, bucket }) => ({
      kind: doorNamed(eventName)![0],
      eventName,
      eventTime,
      eventId,
      bucket,
    }))
    .sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1));

const isDoor = (change: ActorChange, accountId: string): boolean => {
  const known = doorNamed(change.eventName);
  if (known === null) return false;
  try {
    return known[1](change, accountId);
  } catch {
    return true;
  }
};
