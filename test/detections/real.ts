import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Row } from "../../lib/case/scan.ts";
import { isFiring, parametersOf } from "../../lib/core/theft/detection.ts";
import { detections } from "../../lib/detections/index.ts";
import type { Event } from "./events.ts";
import type { CaseTable } from "./trail.ts";

export const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));

/** Records of a file, whichever way it wraps them, with ids of our own: `<file>/<n>`. */
export const recordsOf = (folder: string, file: string): readonly Event[] => {
  const value = JSON.parse(readFileSync(fixture(`${folder}/${file}`), "utf8")) as Event | readonly Event[];
  const records = Array.isArray(value) ? value : ((value as Event).Records ?? [value]);
  return (records as readonly Event[])
    .filter(({ eventName }) => eventName !== undefined)
    .map((record, n) => ({ ...record, eventID: `${file}/${n}`, sharedEventID: null }));
};

export const filesOf = (folder: string): readonly string[] =>
  readdirSync(fixture(folder)).filter((name) => name.endsWith(".json"));

export interface Outcome {
  readonly fired: readonly string[];
  readonly attempted: readonly string[];
}

/** Ids of the detections that fire over a part of the table, and of those that show attempts. */
export const outcomeOf = async (table: CaseTable, prefix = ""): Promise<Outcome> => {
  const fired: string[] = [];
  const attempted: string[] = [];
  for (const { card } of detections.filter(({ card }) => card.table === undefined)) {
    const { firing, attempts } = await rowsOfDetection(table, card.id, prefix);
    if (firing.length > 0) fired.push(card.id);
    if (attempts.length > 0) attempted.push(card.id);
  }
  return { fired: fired.sort(), attempted: attempted.sort() };
};

export const rowsOfDetection = async (
  table: CaseTable,
  id: string,
  prefix = "",
  ownAccounts?: readonly string[],
): Promise<{ readonly firing: readonly Row[]; readonly attempts: readonly Row[] }> => {
  const { card, sql } = detections.find((one) => one.card.id === id)!;
  const rows = await table.query(
    sql,
    parametersOf(card, { ownAccounts: ownAccounts ?? (await recipients(table, prefix)) }),
    prefix,
  );
  return { firing: rows.filter((row) => isFiring(card, row)), attempts: rows.filter((row) => !isFiring(card, row)) };
};

/** Accounts whose logs these are. */
const recipients = async (table: CaseTable, prefix: string): Promise<readonly string[]> =>
  (
    await table.query(
      "SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL",
      [],
      prefix,
    )
  ).map(({ account }) => String(account));
