import { digestOf } from "../../base/jcs.ts";
import { opensCase } from "../../core/finding/finding.ts";
import { SUSPICION_TYPE } from "../../core/finding/suspicion.ts";
import type { Suspect } from "../../core/hunt/suspects.ts";
import type { Ports, Trail } from "../../ports/ports.ts";
import { hoursFrom } from "../time.ts";
import { type Hunted, type HuntKnowledge, hunt } from "./hunt.ts";
import { severityOf, signSuspicion, suspicionOf } from "./suspicion.ts";

/** What is habit: so many days before the hours that are judged. */
const HABIT_HOURS = 8 * 24;

export interface HuntAgain {
  /** Hours up to now that are judged; the hunts of a schedule overlap, for log files come late. */
  readonly hours: number;
  readonly knowledge: HuntKnowledge;
  /** Keys of what was told before (`keyOf`). */
  readonly told: ReadonlySet<string>;
}

/** Somebody who stands out and was not told of before. */
export interface Alert {
  readonly key: string;
  readonly suspect: Suspect;
  /** The signed suspicion, where the settings open a case on one: `openOn` holds its type, and it is grave enough. */
  readonly suspicion: unknown;
}

/** The same person from the same network with the same first act is told of once. */
export const keyOf = ({ identity, network, firstAt, level }: Suspect): string =>
  digestOf({ identity, network, firstAt, level });

/** One hunt of a schedule: whoever stands out in the last hours, against the days before. */
export const huntAgain = async (
  { hours, knowledge, told }: HuntAgain,
  trail: Trail,
  ports: Pick<Ports, "clock" | "settings" | "signer">,
  pause: () => Promise<void>,
): Promise<{ readonly hunted: Hunted; readonly alerts: readonly Alert[] }> => {
  const now = ports.clock.now();
  const judge = { from: hoursFrom(now, -hours), to: now };
  const read = { from: hoursFrom(judge.from, -HABIT_HOURS), to: now };
  const huntId = `hunt-${digestOf({ now, hours }).slice(0, 12)}`;
  const hunted = await hunt({ huntId, read, judge, indicator: {}, knowledge }, trail, pause);
  const fresh = hunted.suspects.filter((suspect) => suspect.level !== "ordinary" && !told.has(keyOf(suspect)));
  const alerts = fresh.map(async (suspect) => ({
    ...{ key: keyOf(suspect), suspect },
    suspicion: opens(suspect, ports) ? await signed(suspect, hunted, now, ports) : null,
  }));
  return { hunted, alerts: await Promise.all(alerts) };
};

const opens = (suspect: Suspect, { settings }: Pick<Ports, "settings">): boolean =>
  opensCase({ type: SUSPICION_TYPE, severity: severityOf(suspect) }, settings);

const signed = (suspect: Suspect, hunted: Hunted, at: string, { signer }: Pick<Ports, "signer">): Promise<unknown> =>
  signSuspicion(
    suspicionOf(suspect, hunted, { indicator: {}, reason: "the hunt on a schedule", askedBy: "cordon", at }),
    signer,
  );
