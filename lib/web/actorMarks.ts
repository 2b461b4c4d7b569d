import type { ActorChange } from "../case/principal.ts";
import { isForeignGrant, statementsIn } from "../core/plan/foreign.ts";
import type { Statement } from "../core/plan/policyDocument.ts";
import { isSameStatement } from "../core/plan/samePolicy.ts";

/** A change that the actor made, by its event. */
export interface ActorDeed {
  readonly eventName: string;
  readonly at: string;
  readonly eventId: string;
}

/** Lines of a setting, shown as text, that the actor put there; `to` is the last of them. */
export interface ActorMark {
  readonly from: number;
  readonly to: number;
  readonly by: ActorDeed;
}

/** Finds what the actor put into a setting. Log content is hostile: what cannot be read marks nothing. */
export type Marker = (what: string, text: readonly string[]) => readonly ActorMark[];

export const markerOf = (changes: readonly ActorChange[], accountId: string): Marker => {
  const granted = changes.flatMap((change) => addedBy(change, accountId).map((statement) => ({ statement, change })));
  const minted = changes.flatMap((change) => keysIn(change.response).map((key) => ({ key, change })));
  return (what, text) => [
    ...statementBlocks(text).flatMap(({ statement, from, to }) => {
      const by = granted.find((one) => isSame(one.statement, statement));
      return by === undefined ? [] : [{ from, to, by: deedOf(by.change) }];
    }),
    ...minted.flatMap(({ key, change }) => {
      const by = deedOf(change);
      if (what.includes(key) && text.length > 0) return [{ from: 0, to: text.length - 1, by }];
      return text.flatMap((line, at) => (line.includes(`"${key}"`) ? [{ from: at, to: at, by }] : []));
    }),
  ];
};

export const deedOf = ({ eventName, eventTime, eventId }: ActorChange): ActorDeed => ({
  ...{ eventName, eventId, at: eventTime },
});

/** Statements of a call that were not there before; where nobody knows what was there, those that let outsiders in. */
const addedBy = ({ request, prior }: ActorChange, accountId: string): readonly Statement[] => {
  const put = policiesIn(request);
  if (prior === undefined) return put.filter((statement) => isForeign(statement, accountId));
  const before = policiesIn(prior);
  return put.filter((statement) => !before.some((one) => isSame(one, statement)));
};

const policiesIn = (document: Readonly<Record<string, unknown>>): readonly Statement[] =>
  Object.entries(document)
    .filter(([member]) => /policy/i.test(member))
    .flatMap(([, value]) => quietly(() => statementsIn(value), []));

const isForeign = (statement: Statement, accountId: string): boolean =>
  quietly(() => isForeignGrant(statement, accountId), true);

const isSame = (a: Statement, b: Statement): boolean => quietly(() => isSameStatement(a, b), false);

const keysIn = ({ accessKey }: ActorChange["response"]): readonly string[] => {
  const id = (accessKey as { accessKeyId?: unknown } | null | undefined)?.accessKeyId;
  return typeof id === "string" && /^[A-Z0-9]{16,128}$/.test(id) ? [id] : [];
};

interface Block {
  readonly statement: Statement;
  readonly from: number;
  readonly to: number;
}

/** A policy as `JSON.stringify(…, null, 2)` writes it: each statement is a run of lines that is indented by four. */
const statementBlocks = (text: readonly string[]): readonly Block[] => {
  const policy = quietly(() => JSON.parse(text.join("\n")) as { Statement?: unknown }, null);
  if (policy === null || !Array.isArray(policy.Statement)) return [];
  let next = text.findIndex((line) => line.startsWith('  "Statement": ['));
  return (policy.Statement as readonly Statement[]).map((statement) => {
    const from = next + 1;
    next += JSON.stringify(statement, null, 2).split("\n").length;
    return { statement, from, to: next };
  });
};

const quietly = <T>(work: () => T, otherwise: T): T => {
  try {
    return work();
  } catch {
    return otherwise;
  }
};
