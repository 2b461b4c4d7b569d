import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { sha256Hex } from "../base/jcs.ts";
import type { Clock } from "../ports/ports.ts";
import { toStepError } from "./failures.ts";

export type Entry = Readonly<Record<string, string>>;

/**
 * What the deployed page remembers for minutes or hours: logins that are under way, one-time tokens, sessions. A secret is
 * never an id here, only its digest: who can read the table can enter nothing with it.
 */
export interface PageTable {
  /** Never over another entry. */
  put(kind: Kind, secret: string, entry: Entry, seconds: number): Promise<void>;
  find(kind: Kind, secret: string): Promise<Entry | null>;
  /** Reads and deletes in one: the second of two gets null. */
  take(kind: Kind, secret: string): Promise<Entry | null>;
  /** The time starts again, and never past `latest` (epoch seconds) of the entry. */
  prolong(kind: Kind, secret: string, seconds: number): Promise<void>;
  /** The counter of a security key, as `Credentials.advance` in lib/web/ceremony.ts demands it. */
  advance(credentialId: string, signCount: number, proof: string): Promise<boolean>;
}

export type Kind = "login" | "token" | "session";

export interface PageTableOptions {
  readonly dynamo: DynamoDBClient;
  /** Partition key `id`, text; time to live `expiresAt`. */
  readonly table: string;
  readonly clock: Clock;
}

export const createPageTable = (options: PageTableOptions): PageTable => ({
  put: (kind, secret, entry, seconds) => guarded("put", () => put(options, kind, secret, entry, seconds)),
  find: (kind, secret) => guarded("find", () => find(options, kind, secret)),
  take: (kind, secret) => guarded("take", () => take(options, kind, secret)),
  prolong: (kind, secret, seconds) => guarded("prolong", () => prolong(options, kind, secret, seconds)),
  advance: (credentialId, signCount, proof) => guarded("count", () => advance(options, credentialId, signCount, proof)),
});

const guarded = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw toStepError("STATE_UNKNOWN", `page table: ${what}`, error);
  }
};

const keyOf = (kind: Kind, secret: string) => ({ id: { S: `${kind}#${sha256Hex(secret)}` } });
const nowSeconds = (clock: Clock): number => Math.floor(Date.parse(clock.now()) / 1000);

const put = async (
  { dynamo, table, clock }: PageTableOptions,
  kind: Kind,
  secret: string,
  entry: Entry,
  seconds: number,
): Promise<void> => {
  const told = Object.entries(entry).map(([name, value]): [string, AttributeValue] => [`e_${name}`, { S: value }]);
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        ...keyOf(kind, secret),
        ...Object.fromEntries(told),
        expiresAt: { N: String(nowSeconds(clock) + seconds) },
      },
      ConditionExpression: "attribute_not_exists(id)",
    }),
  );
};

/** DynamoDB deletes what is over within days, not at once: the time is looked at here. */
const toEntry = (item: Readonly<Record<string, AttributeValue>> | undefined, clock: Clock): Entry | null => {
  if (item === undefined || Number(item.expiresAt?.N) <= nowSeconds(clock)) return null;
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, { S }]) =>
      name.startsWith("e_") && S !== undefined ? [[name.slice(2), S]] : [],
    ),
  );
};

const find = async ({ dynamo, table, clock }: PageTableOptions, kind: Kind, secret: string): Promise<Entry | null> =>
  toEntry(
    (await dynamo.send(new GetItemCommand({ TableName: table, Key: keyOf(kind, secret), ConsistentRead: true }))).Item,
    clock,
  );

const take = async ({ dynamo, table, clock }: PageTableOptions, kind: Kind, secret: string): Promise<Entry | null> =>
  toEntry(
    (await dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyOf(kind, secret), ReturnValues: "ALL_OLD" })))
      .Attributes,
    clock,
  );

const prolong = async (
  { dynamo, table, clock }: PageTableOptions,
  kind: Kind,
  secret: string,
  seconds: number,
): Promise<void> => {
  const entry = await find({ dynamo, table, clock }, kind, secret);
  if (entry === null) return;
  const until = Math.min(nowSeconds(clock) + seconds, Number(entry.latest ?? Number.POSITIVE_INFINITY));
  await conditional(() =>
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(kind, secret),
        UpdateExpression: "SET expiresAt = :u",
        // Not one that was ended meanwhile: an update alone would make it anew.
        ConditionExpression: "attribute_exists(id)",
        ExpressionAttributeValues: { ":u": { N: String(until) } },
      }),
    ),
  );
};

const advance = (
  { dynamo, table }: PageTableOptions,
  credentialId: string,
  signCount: number,
  proof: string,
): Promise<boolean> =>
  conditional(() =>
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { id: { S: `counter#${sha256Hex(credentialId)}` } },
        UpdateExpression: "SET signCount = :n, proof = :p",
        ConditionExpression: `attribute_not_exists(id) OR signCount < :n OR proof = :p${signCount === 0 ? " OR signCount = :n" : ""}`,
        ExpressionAttributeValues: { ":n": { N: String(signCount) }, ":p": { S: proof } },
      }),
    ),
  );

const conditional = async (work: () => Promise<unknown>): Promise<boolean> => {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
