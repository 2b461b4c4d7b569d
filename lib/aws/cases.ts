import { CordonError, TransientError } from "../base/errors.ts";
import { nextEvent } from "../case/auditTrail.ts";
import type { CaseHead } from "../case/case.ts";
import type { CaseEvent } from "../case/events.ts";
import type { Cases, Clock } from "../ports/ports.ts";
import { failureOf } from "./failures.ts";
import type { Objects } from "./objects.ts";

/** Names that a document may have inside a case; keys come from our code, never from a log. */
const DOCUMENT_NAME = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const CASE_ID = /^case-\d{8}-[0-9a-f]{10}$/;
const UPDATE_ATTEMPTS = 50;
const APPEND_ATTEMPTS = 50;
const EVENT_DIGITS = 9;

/**
 * Cases in a bucket: `<case>/head.json` under compare-and-set, `<case>/events/<n>.json` created exclusively one after the
 * other and hash-chained, `<case>/docs/…`, and the case of an actor in `actors/<digest>.json`. The winner of event n is
 * event n: any number of Lambdas may write at once.
 */
export const createCases = (objects: Objects, clock: Clock): Cases => ({
  ...headsOf(objects),
  ...eventsOf(objects, clock),
  ...documentsOf(objects),
});

/** Refuses anything that is not a case id, because it becomes a key. */
export const assertCaseId = (caseId: string): string => {
  if (!CASE_ID.test(caseId))
    throw new CordonError(
      "INPUT_INVALID",
      `expected a case id like case-20260223-0123456789, got ${JSON.stringify(caseId)}`,
    );
  return caseId;
};

const headName = (caseId: string): string => `${assertCaseId(caseId)}/head.json`;

const headsOf = (objects: Objects): Pick<Cases, "open" | "head" | "update" | "list" | "claim"> => {
  const stored = async (caseId: string): Promise<{ readonly head: CaseHead; readonly etag: string }> => {
    const found = CASE_ID.test(caseId) ? await objects.read(headName(caseId)) : null;
    if (found === null) throw new CordonError("CASE_NOT_FOUND", `there is no case ${JSON.stringify(caseId)} here`);
    return { head: parse<CaseHead>(found.bytes), etag: found.etag };
  };
  return {
    head: async (caseId) => (await stored(caseId)).head,
    open: (opened) => objects.create(headName(opened.caseId), bytesOf(opened)),
    update: async (caseId, change) => {
      for (let attempt = 0; attempt < UPDATE_ATTEMPTS; attempt += 1) {
        const { head, etag } = await stored(caseId);
        const after = { ...change(head), version: head.version + 1 };
        if (await objects.replace(headName(caseId), bytesOf(after), etag)) return after;
      }
      throw new CordonError("CASE_CONFLICT", `${caseId} was changed by others ${UPDATE_ATTEMPTS} times while we tried`);
    },
    list: async () => {
      const caseIds = (await objects.folders("")).filter((name) => CASE_ID.test(name));
      const found = await Promise.all(caseIds.map((caseId) => objects.read(headName(caseId))));
      return found.filter((head) => head !== null).map(({ bytes }) => parse<CaseHead>(bytes));
    },
    claim: async (actor, caseId, instead) => {
      const name = `actors/${actor}.json`;
      const claim = bytesOf({ caseId: assertCaseId(caseId) });
      for (let attempt = 0; attempt < UPDATE_ATTEMPTS; attempt += 1) {
        if (await objects.create(name, claim)) return caseId;
        const found = await objects.read(name);
        if (found === null) continue;
        const holder = parse<{ readonly caseId: string }>(found.bytes).caseId;
        if (holder !== instead || (await objects.replace(name, claim, found.etag)))
          return holder === instead ? caseId : holder;
      }
      throw new CordonError("CASE_CONFLICT", `the actor of ${caseId} was claimed by others ${UPDATE_ATTEMPTS} times`);
    },
  };
};

const eventsOf = (objects: Objects, clock: Clock): Pick<Cases, "append" | "events"> => {
  /** The newest event this process has seen, per case; others may have gone on since. */
  const seen = new Map<string, CaseEvent>();
  const folder = (caseId: string): string => `${assertCaseId(caseId)}/events/`;
  const read = async (name: string): Promise<CaseEvent> => {
    const found = await objects.read(name);
    if (found === null) throw new CordonError("AUDIT_UNAVAILABLE", `${name} was listed and is missing`);
    return parse<CaseEvent>(found.bytes);
  };
  const newest = async (caseId: string): Promise<CaseEvent | null> => {
    const known = seen.get(caseId);
    const names = await objects.list(folder(caseId), known === undefined ? undefined : eventName(caseId, known.seq));
    return names.length === 0 ? (known ?? null) : read(names.at(-1)!);
  };
  const append: Cases["append"] = async (caseId, event) => {
    for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt += 1) {
      const last = await newest(caseId);
      const next = nextEvent(last, event, clock.now());
      if (!(await objects.create(eventName(caseId, next.seq), bytesOf(next)))) continue;
      seen.set(caseId, next);
      return next;
    }
    throw new CordonError("AUDIT_UNAVAILABLE", `${caseId}: others were first ${APPEND_ATTEMPTS} times`);
  };
  return {
    append: async (caseId, event) => {
      try {
        return await append(caseId, event);
      } catch (cause) {
        throw toAuditError(caseId, cause);
      }
    },
    events: async (caseId) => Promise.all((await objects.list(folder(caseId))).map(read)),
  };
};

const eventName = (caseId: string, seq: number): string =>
  `${caseId}/events/${String(seq).padStart(EVENT_DIGITS, "0")}.json`;

/** Whatever the bucket said, the caller must not act; what may heal is retried by the state machine. */
const toAuditError = (caseId: string, cause: unknown): Error => {
  if (cause instanceof CordonError && cause.code === "INPUT_INVALID") return cause;
  const heals = cause instanceof TransientError || failureOf(cause).transient;
  const message = `the audit trail of ${caseId} cannot be written: ${(cause as Error).message}`;
  return heals
    ? new TransientError("AUDIT_UNAVAILABLE", message, { cause })
    : new CordonError("AUDIT_UNAVAILABLE", message, { cause });
};

type Documents = "putOnce" | "write" | "read" | "createLarge" | "readLarge" | "names";

const documentsOf = (objects: Objects): Pick<Cases, Documents> => {
  const folder = (caseId: string): string => `${assertCaseId(caseId)}/docs/`;
  const at = (caseId: string, name: string): string => {
    if (!DOCUMENT_NAME.test(name))
      throw new CordonError("INPUT_INVALID", `expected a document name, got ${JSON.stringify(name)}`);
    return `${folder(caseId)}${name}`;
  };
  const read = async (caseId: string, name: string): Promise<Uint8Array | null> =>
    (await objects.read(at(caseId, name)))?.bytes ?? null;
  return {
    read,
    putOnce: async (caseId, name, bytes) => {
      if (await objects.create(at(caseId, name), bytes)) return bytes;
      const kept = await read(caseId, name);
      if (kept === null) throw new TransientError("DOCUMENT_MISSING", `${caseId}: ${name} was there and is gone`);
      return kept;
    },
    createLarge: (caseId, name, body) => objects.create(at(caseId, name), body),
    readLarge: (caseId, name, spools) => objects.readLarge(at(caseId, name), spools),
    write: (caseId, name, body) => objects.write(at(caseId, name), body),
    names: async (caseId, prefix) =>
      (await objects.list(`${folder(caseId)}${prefix}`)).map((name) => name.slice(folder(caseId).length)).sort(),
  };
};

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const parse = <T>(bytes: Uint8Array): T => JSON.parse(Buffer.from(bytes).toString("utf8")) as T;
