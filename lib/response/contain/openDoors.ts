import { actions as catalogue } from "../../actions/index.ts";
import { userNameOf } from "../../actions/parts/changes.ts";
import { DOOR_WORDS } from "../../case/caseState.ts";
import { DISCOVERED, find, PLAN, readAll } from "../../case/documents.ts";
import type { Plan, Target } from "../../case/plan.ts";
import type { Scene } from "../../core/plan/action.ts";
import { type Door, doorsOf } from "../../core/plan/doors.ts";
import type { ReadPorts } from "../../ports/ports.ts";
import { type Applied, appliedChanges, inForce } from "./inForce.ts";
import { ALREADY } from "./releaseDangers.ts";
import { sceneOf } from "./scene.ts";

/**
 * Doors that nothing closed yet: no change of the case that is in force, and no look that found them closed already. One
 * that no action has an answer to stands open until a person says otherwise.
 */
export const openDoors = async (caseId: string, ports: ReadPorts): Promise<readonly Door[]> => {
  const found = await find(ports.cases, caseId, DISCOVERED);
  if (found === null || found.changes.length === 0) return [];
  const scene = await sceneOf(caseId, ports);
  const doors = doorsOf(found.changes, scene.accountId);
  if (doors.length === 0) return [];
  const plans = (await readAll(ports.cases, caseId, PLAN)).filter(({ purpose }) => purpose !== "release");
  const history = await appliedChanges(caseId, ports);
  return doors.filter((door) => !isClosed(door, scene, plans, history));
};

/** One action may have several targets for one call (outsiders, and logins): it closes the door when all of them are done. */
const isClosed = (door: Door, scene: Scene, plans: readonly Plan[], history: readonly Applied[]): boolean =>
  answersTo(door, scene).some(({ kind, targets }) =>
    targets.every(
      (target) =>
        isMade(kind, target, door.eventTime, history) || isFoundClosed(kind, target, door.eventTime, plans, history),
    ),
  );

const isFoundClosed = (
  kind: string,
  target: Target,
  opened: string,
  plans: readonly Plan[],
  history: readonly Applied[],
): boolean =>
  plans.some(
    ({ createdAt, leftOut }) =>
      isSince(createdAt, opened) &&
      !isReleasedSince(createdAt, target, history) &&
      leftOut.some((left) => left.kind === kind && left.target === target.label && left.reason === ALREADY),
  );

/** What was found closed, and not by a call of ours, may have been closed by a cut: taken back since, the look proves nothing. */
const isReleasedSince = (at: string, target: Target, history: readonly Applied[]): boolean =>
  history.some(
    ({ plan, planned, record }) =>
      plan.purpose === "release" && isSince(record.at, at) && isSameThing(planned.target, target),
  );

const THINGS = ["userName", "roleName", "bucket"] as const;

const isSameThing = (a: Target, b: Target): boolean =>
  THINGS.some((member) => a[member] !== undefined && a[member] === b[member]);

/** What was opened again after a change was made is not closed by it. Both ISO 8601 UTC; the log's has whole seconds. */
const isSince = (at: string, opened: string): boolean => Date.parse(at) >= Date.parse(opened);

/** Whether a change is in force that was made, or found made, after what it answers. `history` holds the releases too. */
export const isMade = (kind: string, target: Target, opened: string, history: readonly Applied[]): boolean =>
  inForce(history).some(
    ({ planned, record }) =>
      planned.kind === kind &&
      planned.target.label === target.label &&
      record.status === "applied" &&
      isSince(record.at, opened) &&
      (record.calls.length > 0 || !isReleasedSince(record.at, target, history)),
  );

interface Answer {
  readonly kind: string;
  /** Never empty. */
  readonly targets: readonly Target[];
}

/** Calls that name no user when they are about who makes them (IAM API reference): with every user of the actor denied they are worth nothing. */
const OF_ONESELF =
  /^(?:ChangePassword|UpdateAccessKey|UpdateLoginProfile|UploadSSHPublicKey|UploadSigningCertificate|(?:Create|Reset)ServiceSpecificCredential)$/;

/** Actions that would close it: those made for this very event, and what cuts off the user that it concerns. */
const answersTo = (door: Door, scene: Scene): readonly Answer[] => {
  const change = scene.changes.find(({ eventId }) => eventId === door.eventId);
  const userName = change === undefined ? null : userNameOf(change);
  const isOwn = userName === null && OF_ONESELF.test(door.eventName);
  return catalogue
    .map(({ card, targets }) => ({
      kind: card.id,
      targets: targets(scene).filter((target) =>
        card.side === "undo"
          ? (target.because ?? "").includes(door.eventId)
          : door.kind === "identity" && card.id === "deny-user" && (isOwn || target.userName === userName),
      ),
    }))
    .filter((answer) => answer.targets.length > 0);
};

/** Open doors to which no action has an answer, in sentences for whoever decides. */
export const unansweredDoors = async (caseId: string, ports: ReadPorts): Promise<readonly string[]> => {
  const open = await openDoors(caseId, ports);
  if (open.length === 0) return [];
  const scene = await sceneOf(caseId, ports);
  return open
    .filter((door) => answersTo(door, scene).length === 0)
    .map(
      ({ kind, eventName, eventTime }) =>
        `The actor left ${DOOR_WORDS[kind]} (${eventName}, ${eventTime}), and no change here closes it: a person must, and until then the case is not called contained.`,
    );
};

/** Open doors that no plan has put to people yet. */
export const unaskedDoors = async (caseId: string, ports: ReadPorts): Promise<readonly Door[]> => {
  const open = await openDoors(caseId, ports);
  if (open.length === 0) return open;
  const plans = (await readAll(ports.cases, caseId, PLAN)).filter(({ purpose }) => purpose !== "release");
  const asked = plans.flatMap(({ actions }) => actions.map(({ target }) => target.because ?? ""));
  return open.filter(({ eventId }) => !asked.some((because) => because.includes(eventId)));
};
