import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createDecisions } from "../../lib/aws/decisions.ts";
import type { Decisions } from "../../lib/ports/ports.ts";
import { json, optionsAt, type Reply, refusal, serve, type Wire } from "./wire.ts";

const question = {
  caseId: "case-20260223-0123456789",
  planId: "contain-1",
  planDigest: "d".repeat(64),
  token: "the-task-token",
  deadline: "2026-02-24T10:00:00.000Z",
};

interface Rig {
  readonly decisions: Decisions;
  readonly woken: readonly string[];
  readonly items: Map<string, Record<string, any>>;
  readonly seen: readonly Wire[];
}

/** The four DynamoDB calls, KMS and Step Functions, as far as this port uses them; conditions are evaluated by name. */
const rig = async (
  t: TestContext,
  meddle: (target: string, act: () => Reply, input: any) => Reply = (_target, act) => act(),
): Promise<Rig> => {
  const items = new Map<string, Record<string, any>>();
  const woken: string[] = [];
  const keyOf = (key: Record<string, any>): string => `${key.kind.S}|${key.id.S}`;
  const failed = (): Reply => refusal(400, "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException");
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const operations: Readonly<Record<string, (input: any) => Reply>> = {
    GetItem: ({ Key }) => json(200, items.has(keyOf(Key)) ? { Item: items.get(keyOf(Key)) } : {}),
    PutItem: ({ Item, ExpressionAttributeValues: values }) => {
      const found = items.get(keyOf(Item));
      if (found !== undefined && !same(found.claimedBy, values[":b"])) return failed();
      items.set(keyOf(Item), Item);
      return json(200, {});
    },
    UpdateItem: ({ Key, UpdateExpression, ConditionExpression, ExpressionAttributeValues: values }) => {
      const found = items.get(keyOf(Key)) ?? { ...Key };
      if (ConditionExpression === "sealedToken = :t" && !same(found.sealedToken, values[":t"])) return failed();
      const { woken: _woken, ...rest } = found;
      if (UpdateExpression.includes("REMOVE woken"))
        items.set(keyOf(Key), {
          ...rest,
          sealedToken: values[":t"],
          planDigest: found.planDigest ?? values[":p"],
          deadline: found.deadline ?? values[":d"],
          caseId: values[":c"],
          planId: values[":i"],
        });
      else items.set(keyOf(Key), { ...found, woken: values[":o"] });
      return json(200, {});
    },
    Query: ({ ExpressionAttributeValues: values, ExclusiveStartKey: after }) => {
      const all = [...items.values()].filter((item) => same(item.kind, values[":k"]));
      const from = after === undefined ? 0 : all.findIndex((item) => same(item.id, after.id)) + 1;
      const page = all.slice(from, from + 1);
      return json(200, {
        Items: page.filter((item) => item.woken === undefined),
        ...(from + 1 < all.length ? { LastEvaluatedKey: { kind: page[0]!.kind, id: page[0]!.id } } : {}),
      });
    },
    Encrypt: ({ Plaintext, EncryptionContext }) =>
      json(200, {
        CiphertextBlob: Buffer.from(JSON.stringify({ Plaintext, EncryptionContext, at: items.size })).toString(
          "base64",
        ),
      }),
    Decrypt: ({ CiphertextBlob, EncryptionContext }) => {
      const sealed = JSON.parse(Buffer.from(CiphertextBlob, "base64").toString());
      return same(sealed.EncryptionContext, EncryptionContext)
        ? json(200, { Plaintext: sealed.Plaintext })
        : refusal(400, "InvalidCiphertextException");
    },
    SendTaskSuccess: ({ taskToken }) => {
      woken.push(taskToken);
      return json(200, {});
    },
  };
  const server = await serve((wire) => {
    const target = wire.headers["x-amz-target"]!.split(".")[1]!;
    const input = JSON.parse(wire.body.toString("utf8"));
    return meddle(target, () => operations[target]!(input), input);
  });
  t.after(server.close);
  const options = optionsAt(server.endpoint);
  const decisions = createDecisions({
    dynamo: new DynamoDBClient(options),
    kms: new KMSClient(options),
    sfn: new SFNClient(options),
    table: "decisions",
    tokenKey: "key",
    clock: { now: () => "2026-02-23T10:00:00.000Z" },
  });
  return { decisions, woken, items, seen: server.seen };
};

test("a question parked again keeps its deadline and is woken by the newer token", async (t) => {
  const { decisions, woken } = await rig(t);
  await decisions.park(question);
  await decisions.park({ ...question, token: "a-newer-token", deadline: "2027-01-01T00:00:00.000Z" });
  assert.equal((await decisions.read(question.caseId, question.planId))?.deadline, question.deadline);
  assert.equal(await decisions.wake(question.caseId, question.planId, "decided"), true);
  assert.deepEqual(woken, ["a-newer-token"]);
});

test("a task token is in no item, no answer and no request but the two of KMS and the one that wakes", async (t) => {
  const { decisions, items, seen } = await rig(t);
  await decisions.park(question);
  const answers = JSON.stringify([
    await decisions.read(question.caseId, question.planId),
    await decisions.open(),
    [...items.values()],
  ]);
  await decisions.wake(question.caseId, question.planId, "decided");
  assert.ok(!answers.includes(question.token));
  const carrying = seen.filter(
    ({ body }) => body.includes(question.token) || body.includes(Buffer.from(question.token).toString("base64")),
  );
  assert.deepEqual(
    carrying.map(({ headers }) => headers["x-amz-target"]!.split(".")[1]),
    ["Encrypt", "SendTaskSuccess"],
  );
});

test("a token cannot be moved to another question: its encryption context names it", async (t) => {
  const { decisions, items } = await rig(t);
  await decisions.park(question);
  await decisions.park({ ...question, planId: "contain-2", token: "other" });
  const [first, second] = [...items.values()];
  items.set(`question|${question.caseId}/contain-2`, { ...second!, sealedToken: first!.sealedToken });
  await assert.rejects(decisions.wake(question.caseId, "contain-2", "decided"), { code: "STATE_UNKNOWN" });
});

for (const code of ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"]) {
  test(`waking answers false and changes nothing when Step Functions says ${code}`, async (t) => {
    const { decisions, items } = await rig(t, (target, act) =>
      target === "SendTaskSuccess" ? refusal(400, code) : act(),
    );
    await decisions.park(question);
    assert.equal(await decisions.wake(question.caseId, question.planId, "decided"), false);
    assert.equal([...items.values()][0]!.woken, undefined);
  });
}

test("what was woken is woken once, and is open no more", async (t) => {
  const { decisions, woken } = await rig(t);
  for (const planId of ["contain-1", "contain-2", "contain-3"]) await decisions.park({ ...question, planId });
  assert.deepEqual(
    [
      await decisions.wake(question.caseId, "contain-2", "decided"),
      await decisions.wake(question.caseId, "contain-2", "decided"),
    ],
    [true, false],
  );
  assert.equal(woken.length, 1);
  assert.deepEqual(
    (await decisions.open()).map(({ planId }) => planId),
    ["contain-1", "contain-3"],
  );
  assert.equal(await decisions.wake(question.caseId, "contain-9", "decided"), false);
});

test("a crash between waking and noting leaves a question that nobody waits for, and no error", async (t) => {
  let sent = 0;
  const { decisions } = await rig(t, (target, act, input) => {
    if (target === "UpdateItem" && input.UpdateExpression === "SET woken = :o")
      return refusal(400, "AccessDeniedException");
    return target === "SendTaskSuccess" && ++sent > 1 ? refusal(400, "TaskTimedOut") : act();
  });
  await decisions.park(question);
  await assert.rejects(decisions.wake(question.caseId, question.planId, "decided"), { code: "STATE_UNKNOWN" });
  assert.equal(await decisions.wake(question.caseId, question.planId, "decided"), false);
});

test("a nonce belongs to who claimed it first, for ever, and to him again", async (t) => {
  const { decisions } = await rig(t);
  assert.equal(await decisions.claim("n1", "plan-a"), true);
  assert.equal(await decisions.claim("n1", "plan-a"), true);
  assert.equal(await decisions.claim("n1", "plan-b"), false);
});

test("a claim whose answer was lost is still ours", async (t) => {
  let lost = 0;
  const { decisions } = await rig(t, (target, act) => {
    const reply = act();
    return target === "PutItem" && lost++ === 0 ? "drop" : reply;
  });
  assert.equal(await decisions.claim("n1", "plan-a"), true);
});

test("no claim is granted when the table does not answer", async (t) => {
  const { decisions } = await rig(t, () => refusal(500, "InternalServerError"));
  await assert.rejects(decisions.claim("n1", "plan-a"), { name: "TransientError" });
});
