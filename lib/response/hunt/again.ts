import { bytes, counted } from "../../base/figures.ts";
import { digestOf } from "../../base/jcs.ts";
import { visible } from "../../base/visible.ts";
import { opensCase } from "../../core/finding/finding.ts";
import { SUSPICION_TYPE } from "../../core/finding/suspicion.ts";
import type { Suspect } from "../../core/hunt/suspects.ts";
import type { Notice, Ports, Trail } from "../../ports/ports.ts";
import { judgeScan } from "../investigate/scanLimit.ts";
import { hoursFrom } from "../time.ts";
import { type Hunted, type HuntKnowledge, hunt } from "./hunt.ts";
import { severityOf, signSuspicion, suspicionOf } from "./suspicion.ts";

/** What is habit: so many days before the hours that are judged. */
export const HABIT_DAYS = 8;

export interface HuntAgain {
  /** When this hunt was due, ISO 8601 UTC: tried again, it is the same hunt. */
  readonly at: string;
  /** Hours up to then that are judged; the hunts of a schedule overlap, for log files come late. */
  readonly hours: number;
  readonly habitDays: number;
  /** Whose logs are read; absent: of all accounts. */
  readonly accounts?: readonly string[] | undefined;
  /** Compressed bytes of log files above which it does not begin, and where that is set; null: no limit. */
  readonly limit: { readonly maximumBytes: number; readonly setting: string } | null;
  readonly knowledge: HuntKnowledge;
  /** Keys of what was told before (`keyOf`). */
  readonly told: ReadonlySet<string>;
}

/** Somebody who stands out and was not told of before. */
export interface Alert {
  readonly key: string;
  readonly suspect: Suspect;
  /** The suspicion, where the settings open a case on one: `openOn` holds its type, and it is grave enough. */
  readonly suspicion: unknown;
}

/** The same person from the same network is told of once a day, and again when it looks graver: windows of hunts overlap. */
export const keyOf = ({ identity, network, firstAt, level }: Suspect): string =>
  digestOf({ identity, network, day: firstAt.slice(0, 10), level });

export const huntIdOf = ({ at, hours }: Pick<HuntAgain, "at" | "hours">): string =>
  `hunt-${digestOf({ now: at, hours }).slice(0, 12)}`;

/** What a hunt of a schedule reads, and which hours of it are judged. */
export const windowsOf = ({ at, hours, habitDays }: Pick<HuntAgain, "at" | "hours" | "habitDays">) => {
  const judge = { from: hoursFrom(at, -hours), to: at };
  return { judge, read: { from: hoursFrom(judge.from, -24 * habitDays), to: at } };
};

/** `refused`: why nothing was read; null: it was. */
export type HuntDone =
  | { readonly refused: string }
  | { readonly refused: null; readonly hunted: Hunted; readonly alerts: readonly Alert[] };

/** One hunt of a schedule: whoever stands out in the last hours, against the days before. */
export const huntAgain = async (
  asked: HuntAgain,
  trail: Trail,
  ports: Pick<Ports, "settings"> & { readonly signer: Ports["signer"] | null },
  pause: () => Promise<void>,
): Promise<HuntDone> => {
  const { at, accounts, knowledge, told } = asked;
  const { read, judge } = windowsOf(asked);
  const window = { ...read, ...(accounts === undefined ? {} : { accounts }) };
  // Nobody is waiting for a hunt: one whose price is not known is not begun by itself.
  const limit =
    asked.limit === null ? { maximumBytes: null, setting: "" } : { ...asked.limit, unknown: "refuse" as const };
  const { refused } = await judgeScan(window, limit, { trail, settings: ports.settings });
  if (refused !== null) return { refused };
  const hunted = await hunt({ huntId: huntIdOf(asked), read, judge, accounts, indicator: {}, knowledge }, trail, pause);
  const fresh = hunted.suspects.filter((suspect) => suspect.level !== "ordinary" && !told.has(keyOf(suspect)));
  const alerts = fresh.map(async (suspect) => ({
    ...{ key: keyOf(suspect), suspect },
    suspicion: opens(suspect, ports) ? await stated(suspect, hunted, at, ports.signer) : null,
  }));
  return { refused, hunted, alerts: await Promise.all(alerts) };
};

const opens = (suspect: Suspect, { settings }: Pick<Ports, "settings">): boolean =>
  opensCase({ type: SUSPICION_TYPE, severity: severityOf(suspect) }, settings);

const stated = (suspect: Suspect, hunted: Hunted, at: string, signer: Ports["signer"] | null): Promise<unknown> =>
  signSuspicion(
    suspicionOf(suspect, hunted, { indicator: {}, reason: "the hunt on a schedule", askedBy: "cordon", at }),
    signer,
  );

/**
 * What people are told of an alert; `look` says where the hunt's report is. Names only where the settings let messages name
 * somebody: the actor may have chosen them.
 */
export const alertNotice = (
  { suspect }: Pick<Alert, "suspect">,
  { notices }: Ports["settings"],
  look: string,
): Notice => {
  const { level, name, network, signs, reads, bytesOut } = suspect;
  const who = notices?.names === true ? `${visible(name)} from ${visible(network)}` : null;
  const text = `The hunt: ${level}: ${who ?? "an identity of yours"}: ${signs.map(({ id }) => id).join(", ")}`;
  const taken = `${counted(reads, "object read")}, ${bytes(bytesOut)}`;
  const facts = {
    state: "seen by the hunt",
    verdict: level,
    taken,
    doors: 0,
    deadline: null,
    fingerprint: null,
    who,
    changed: [],
  };
  return { caseId: "hunt", kind: "attention", severity: severityOf(suspect), text, facts, look };
};
