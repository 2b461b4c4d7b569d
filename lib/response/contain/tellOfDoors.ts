import { counted } from "../../base/figures.ts";
import { DOOR_WORDS } from "../../case/caseState.ts";
import { ofType } from "../../case/events.ts";
import type { Ports } from "../../ports/ports.ts";
import { tell } from "../tell.ts";
import { unaskedDoors } from "./openDoors.ts";

/** Doors are told as soon as the logs show them, and are on record when people were told: who waits for the end of a watch leaves them open that long. */
export const tellOfDoors = async (caseId: string, ports: Ports): Promise<void> => {
  const doors = await unaskedDoors(caseId, ports);
  const told = ofType(await ports.cases.events(caseId), "doors.found");
  const known = new Set(told.flatMap(({ data }) => data.eventIds));
  const fresh = doors.filter(({ eventId }) => !known.has(eventId));
  if (fresh.length === 0) return;
  // What was verified before the logs showed the door is contained no longer, in no export either.
  await ports.cases.update(caseId, (head) =>
    head.status === "contained" ? { ...head, status: "attention", updatedAt: ports.clock.now() } : head,
  );
  await tell(
    ports,
    caseId,
    "attention",
    9,
    `The actor left ${counted(fresh.length, "door")} open: ${[...new Set(fresh.map(({ kind }) => DOOR_WORDS[kind]))].sort().join(", ")}. They are put to you in the follow-up; to be asked at once: cordon propose ${caseId}`,
  );
  await ports.cases.append(caseId, {
    type: "doors.found",
    actor: "quantify",
    data: { eventIds: fresh.map(({ eventId }) => eventId), kinds: [...new Set(fresh.map(({ kind }) => kind))].sort() },
  });
};
