import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DecryptCommand, EncryptCommand, type KMSClient } from "@aws-sdk/client-kms";
import { SendTaskSuccessCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { Clock, Decisions, ParkedQuestion } from "../ports/ports.ts";
import { isRefusal, toStepError } from "./failures.ts";

export interface DecisionsOptions {
  readonly dynamo: DynamoDBClient;
  readonly kms: KMSClient;
  readonly sfn: SFNClient;
  /** Partition key `kind` (`question`, `nonce`), sort key `id`; both text. */
  readonly table: string;
  /** Symmetric key under which task tokens lie in the table. */
  readonly tokenKey: string;
  readonly clock: Clock;
}

type Item = NonNullable<QueryCommandOutput["Items"]>[number];

/** Said by Step Functions when nobody waits under a token: it ran out, or somebody else has woken the execution. */
const NOBODY_WAITS = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"];

/**
 * Parked questions and used nonces in a DynamoDB table. A task token lies there only encrypted, under the ids of its
 * question as encryption context; no answer of `read` or `open` carries it.
 */
export const createDecisions = (options: DecisionsOptions): Decisions => ({
  park: (question) => guarded("park", () => park(options, question)),
  read: (caseId, planId) => guarded("read", async () => toQuestion(await find(options, caseId, planId))),
  open: () => guarded("list", () => openQuestions(options)),
  wake: (caseId, planId, outcome) => guarded("wake", () => wake(options, caseId, planId, outcome)),
  claim: (nonce, by) => guarded("claim", () => claim(options, nonce, by)),
});

const guarded = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw toStepError("STATE_UNKNOWN", `decisions: ${what}`, error);
  }
};

const keyOf = (caseId: string, planId: string) => ({ kind: { S: "question" }, id: { S: `${caseId}/${planId}` } });
const contextOf = (caseId: string, planId: string) => ({ purpose: "cordon-task-token", caseId, planId });

const park = async (
  { dynamo, kms, table, tokenKey }: DecisionsOptions,
  { caseId, planId, planDigest, token, deadline }: ParkedQuestion,
): Promise<void> => {
  const sealed = await kms.send(
    new EncryptCommand({
      KeyId: tokenKey,
      Plaintext: Buffer.from(token),
      EncryptionContext: contextOf(caseId, planId),
    }),
  );
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyOf(caseId, planId),
      UpdateExpression:
        "SET sealedToken = :t, planDigest = if_not_exists(planDigest, :p), deadline = if_not_exists(deadline, :d), caseId = :c, planId = :i REMOVE woken",
      ExpressionAttributeValues: {
        ":t": { B: sealed.CiphertextBlob! },
        ":p": { S: planDigest },
        ":d": { S: deadline },
        ":c": { S: caseId },
        ":i": { S: planId },
      },
    }),
  );
};

const find = async ({ dynamo, table }: DecisionsOptions, caseId: string, planId: string): Promise<Item | null> =>
  (await dynamo.send(new GetItemCommand({ TableName: table, Key: keyOf(caseId, planId), ConsistentRead: true })))
    .Item ?? null;

/** The token stays in this port. */
const toQuestion = (item: Item | null): ParkedQuestion | null =>
  item === null
    ? null
    : {
        caseId: item.caseId!.S!,
        planId: item.planId!.S!,
        planDigest: item.planDigest!.S!,
        token: "",
        deadline: item.deadline!.S!,
      };

const openQuestions = async ({ dynamo, table }: DecisionsOptions): Promise<readonly ParkedQuestion[]> => {
  const items: Item[] = [];
  let start: QueryCommandOutput["LastEvaluatedKey"];
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "kind = :k",
        FilterExpression: "attribute_not_exists(woken)",
        ExpressionAttributeValues: { ":k": { S: "question" } },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items.map((item) => toQuestion(item)!).sort((a, b) => (a.deadline < b.deadline ? -1 : 1));
};

/** Wakes first and notes it afterwards: a crash between the two leaves a token that nobody waits under, which is harmless. */
const wake = async (options: DecisionsOptions, caseId: string, planId: string, outcome: string): Promise<boolean> => {
  const item = await find(options, caseId, planId);
  if (item === null || item.woken !== undefined) return false;
  const sealed = item.sealedToken!.B!;
  const opened = await options.kms.send(
    new DecryptCommand({
      KeyId: options.tokenKey,
      CiphertextBlob: sealed,
      EncryptionContext: contextOf(caseId, planId),
    }),
  );
  try {
    await options.sfn.send(
      new SendTaskSuccessCommand({
        taskToken: Buffer.from(opened.Plaintext!).toString("utf8"),
        output: JSON.stringify({ outcome }),
      }),
    );
  } catch (error) {
    if (isRefusal(error, ...NOBODY_WAITS)) return false;
    throw error;
  }
  await noteWoken(options, caseId, planId, sealed, outcome);
  return true;
};

/** Not when the question was parked anew meanwhile, under another token. */
const noteWoken = async (
  { dynamo, table }: DecisionsOptions,
  caseId: string,
  planId: string,
  sealed: Uint8Array,
  outcome: string,
): Promise<void> => {
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(caseId, planId),
        UpdateExpression: "SET woken = :o",
        ConditionExpression: "sealedToken = :t",
        ExpressionAttributeValues: { ":o": { S: outcome }, ":t": { B: sealed } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

/** The same claimer again keeps the claim: a step that is retried must not lock itself out. */
const claim = async ({ dynamo, table, clock }: DecisionsOptions, nonce: string, by: string): Promise<boolean> => {
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: { kind: { S: "nonce" }, id: { S: nonce }, claimedBy: { S: by }, at: { S: clock.now() } },
        ConditionExpression: "attribute_not_exists(id) OR claimedBy = :b",
        ExpressionAttributeValues: { ":b": { S: by } },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
