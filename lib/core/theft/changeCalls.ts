import type { ActorChange } from "../../case/principal.ts";
import type { Call } from "../meaning/meaning.ts";
import type { Doc } from "../meaning/requests.ts";
import type { ChangeRow } from "./changeRow.ts";

/** A row of `changes.sql` as the table of meanings reads it. */
export const callOf = (row: ChangeRow, account: string | null): Call => ({
  eventName: row.eventname,
  eventSource: row.eventsource,
  readOnly: false,
  bucket: row.bucket,
  request: docOf(row.requestparameters),
  response: docOf(row.responseelements),
  by: callerIn(row.principal_arn ?? null),
  account,
});

/** A change on record in the case. Who made it is the actor: their own name is not told from another's. */
export const callOfChange = (change: ActorChange, account: string | null): Call => ({
  ...change,
  readOnly: false,
  by: null,
  account,
});

/** `maintenance` of a user's ARN, the role of a session's. */
const callerIn = (arn: string | null): string | null =>
  /:assumed-role\/([^/]+)\//.exec(arn ?? "")?.[1] ?? /:user\/(?:.*\/)?([^/]+)$/.exec(arn ?? "")?.[1] ?? null;

const docOf = (text: string | null): Doc => {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Doc) : {};
  } catch {
    return {};
  }
};
