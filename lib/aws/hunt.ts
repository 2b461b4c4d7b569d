/** The hunt on a schedule: the same questions as `cordon hunt`, over the last hours of the lake. */
import { CordonError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import { byValidity } from "../core/hunt/allow.ts";
import { parseRanges } from "../core/hunt/ranges.ts";
import type { Notice, Ports, Trail } from "../ports/ports.ts";
import { type Alert, alertNotice, huntAgain, huntIdOf } from "../response/hunt/again.ts";
import { huntFiles, toldOf } from "../response/hunt/told.ts";
import type { HuntLists, HuntPlan } from "./huntPlan.ts";
import type { Objects } from "./objects.ts";

export interface HuntParts {
  readonly plan: HuntPlan;
  readonly lists: HuntLists;
  readonly trail: Trail;
  /** The folder of all hunts: `<hunt>/…`, and of each alert `told/<key>` (people heard) and `imported/<key>` (Security Hub took it). */
  readonly objects: Objects;
  readonly ports: Pick<Ports, "settings" | "notifier">;
  /** Opens a case on a suspicion. */
  readonly start: (suspicion: unknown) => Promise<unknown>;
  /** Hands alerts to Security Hub; null: not asked for. */
  readonly toSecurityHub: ((alerts: readonly Alert[], at: string) => Promise<void>) | null;
  readonly pause: () => Promise<void>;
}

export interface HuntTold {
  readonly huntId: string;
  readonly told: number;
  readonly opened: number;
}

/**
 * The hunt that was due at a time. Called again for the same time it goes on where it stopped: scan and queries are the same,
 * and what was told is not told again. What is not allowed to be read is told; any other failure is thrown, and rings.
 */
export const huntOnSchedule = async (at: string, parts: HuntParts): Promise<HuntTold> => {
  const { plan, lists, trail, objects, ports, pause } = parts;
  const hours = Math.max(2, (2 * plan.everyMinutes) / 60);
  const huntId = huntIdOf({ at, hours });
  const [told, imported] = await Promise.all([keysIn(TOLD, objects), keysIn(IMPORTED, objects)]);
  const { valid, expired } = byValidity(lists.allow, at.slice(0, 10));
  const asked = {
    ...{ at, hours, habitDays: plan.habitDays },
    told: parts.toSecurityHub === null ? told : told.intersection(imported),
    accounts: plan.accounts ?? undefined,
    limit: { maximumBytes: plan.maximumBytes, setting: "context, hunt.maximumBytes" },
    knowledge: { allowed: valid, ranges: parseRanges(lists.ranges) },
  };
  const done = await huntAgain(asked, trail, { settings: ports.settings, signer: null }, pause);
  if (done.refused !== null) return tellRefused(huntId, done.refused, parts);
  const { hunted, alerts } = done;
  const files = huntFiles(hunted, toldOf(hunted, expired, at), version());
  for (const [name, text] of Object.entries(files)) await objects.write(`${huntId}/${name}`, Buffer.from(text));
  const unheard = alerts.filter(({ key }) => !told.has(key));
  const results = await Promise.allSettled([
    ...unheard.map((alert) => tell(alert, huntId, parts)),
    handOver(
      alerts.filter(({ key }) => !imported.has(key)),
      { at, huntId },
      parts,
    ),
  ]);
  // One that failed keeps no other from being told; thrown, the whole hunt is tried again for what is left.
  const failed = results.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return { huntId, told: unheard.length, opened: unheard.filter(({ suspicion }) => suspicion !== null).length };
};

const TOLD = "told/";
const IMPORTED = "imported/";

const keysIn = async (folder: string, objects: Objects): Promise<ReadonlySet<string>> =>
  new Set((await objects.list(folder)).map((name) => name.slice(folder.length)));

/** The case first: a person who is told finds it. */
const tell = async (alert: Alert, huntId: string, { objects, ports, start }: HuntParts): Promise<void> => {
  if (alert.suspicion !== null) await start(alert.suspicion);
  const look = `in: s3://${objects.bucket}/${objects.keyOf(`${huntId}/hunt.html`)}`;
  await deliver(alertNotice(alert, ports.settings, look), ports);
  await objects.create(`${TOLD}${alert.key}`, Buffer.from(JSON.stringify({ huntId })));
};

/** All or none is on record: what Security Hub took is the same finding when it is handed over again. */
const handOver = async (
  alerts: readonly Alert[],
  { at, huntId }: { readonly at: string; readonly huntId: string },
  { objects, toSecurityHub }: HuntParts,
): Promise<void> => {
  if (toSecurityHub === null || alerts.length === 0) return;
  await toSecurityHub(alerts, at);
  for (const { key } of alerts) await objects.create(`${IMPORTED}${key}`, Buffer.from(JSON.stringify({ huntId })));
};

const tellRefused = async (huntId: string, refused: string, { ports }: HuntParts): Promise<HuntTold> => {
  const text = `The hunt did not run, nobody was looked for: ${refused}`;
  await deliver({ caseId: "hunt", kind: "attention", severity: 5, text, look: "at: hunt in the context" }, ports);
  return { huntId, told: 0, opened: 0 };
};

const deliver = async (notice: Notice, { notifier }: HuntParts["ports"]): Promise<void> => {
  const { delivered, reason } = await notifier.notify(notice);
  if (!delivered) throw new CordonError("STATE_UNKNOWN", `a notice of the hunt was not delivered: ${reason}`);
};
