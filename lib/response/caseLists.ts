import { OBJECTS } from "../case/documents.ts";
import { toldOf } from "../case/events.ts";
import { linesIn } from "../case/lines.ts";
import type { ObjectPage, TimelinePage } from "../case/listViews.ts";
import type { Certainty, TakenObject } from "../case/objects.ts";
import type { ReadPorts } from "../ports/ports.ts";

/** A part of a list: what comes after so many, and how many of it. */
export interface Page {
  readonly after: number;
  readonly limit: number;
}

export interface ObjectQuery extends Page {
  readonly bucket?: string | undefined;
  /** The key begins with this. */
  readonly prefix?: string | undefined;
  /** The key holds this. */
  readonly contains?: string | undefined;
  readonly certainty?: Certainty | undefined;
}

/** The audit trail in words, oldest first. Throws CASE_NOT_FOUND. */
export const timelinePage = async (
  caseId: string,
  { after, limit }: Page,
  { cases }: Pick<ReadPorts, "cases">,
): Promise<TimelinePage> => {
  await cases.head(caseId);
  const events = await cases.events(caseId);
  const lines = events.slice(after, after + limit).map((event) => {
    const { seq, at, actor, type } = event;
    return { seq, at, actor, type, ...toldOf(event) };
  });
  return { caseId, total: events.length, lines, next: nextOf(events.length, { after, limit }) };
};

/** What was taken, object by object, in the order of the inventory. None before the logs were read. Throws CASE_NOT_FOUND. */
export const objectPage = async (
  caseId: string,
  query: ObjectQuery,
  { cases }: Pick<ReadPorts, "cases">,
): Promise<ObjectPage> => {
  await cases.head(caseId);
  const { after, limit } = query;
  const objects: TakenObject[] = [];
  let [total, matching] = [0, 0];
  for (const one of linesIn(OBJECTS, await cases.read(caseId, OBJECTS.name))) {
    total += 1;
    if (!isAsked(one, query)) continue;
    if (matching >= after && objects.length < limit) objects.push(one);
    matching += 1;
  }
  return { caseId, total, matching, objects, next: nextOf(matching, query) };
};

const isAsked = (
  { bucket, key, certainty }: TakenObject,
  { bucket: inBucket, prefix = "", contains = "", certainty: sure }: ObjectQuery,
): boolean =>
  (inBucket === undefined || bucket === inBucket) &&
  key.startsWith(prefix) &&
  key.includes(contains) &&
  (sure === undefined || certainty === sure);

const nextOf = (total: number, { after, limit }: Page): number | null => (after + limit < total ? after + limit : null);
