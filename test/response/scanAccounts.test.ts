import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../lib/case/finding.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { accountsConcerned } from "../../lib/response/investigate/scanAccounts.ts";
import { judgeScan } from "../../lib/response/investigate/scanLimit.ts";

const principal = (accountId: string | null, arn: string | null = null, issuerArn: string | null = null) => ({
  ...{
    type: "AssumedRole",
    accountId,
    arn,
    issuerArn,
    principalId: null,
    userName: null,
    accessKeyId: null,
    roleSession: null,
  },
});
const FINDING = { accountId: "222222222222", principals: [principal("444444444444")] } as unknown as Finding;

/** Documents of a case, and the answer of its one query. */
const portsOf = (documents: Readonly<Record<string, unknown>>, scan: unknown, rows: readonly unknown[] = []) =>
  ({
    settings: { scan },
    cases: {
      names: async () => Object.keys(documents).filter((name) => name.startsWith("scans/")),
      read: async (_: string, name: string) =>
        name in documents ? Buffer.from(JSON.stringify(documents[name])) : null,
      write: async () => undefined,
    },
    trail: {
      query: async (_case: string, name: string) => ({
        name,
        sql: "",
        parameters: [],
        engine: "test",
        bytesScanned: 0,
        rows,
      }),
    },
  }) as unknown as Ports;

test("a first scan reads the account of the finding and those of its principals", async () => {
  const accounts = await accountsConcerned("case-1", FINDING, [], portsOf({}, { accounts: "concerned" }));
  assert.deepEqual(accounts, ["222222222222", "444444444444"]);
});

test("a later one follows the actor into the accounts of what they became, and the owners of the buckets looked for", async () => {
  const documents = {
    "scans/round-001.json": {
      request: {
        ...{ caseId: "case-1", round: 1, from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" },
        indicators: { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: [] },
      },
      result: null,
    },
    "discovered.json": {
      suspects: [principal(null, "arn:aws:sts::555555555555:assumed-role/r/s", "arn:aws:iam::666666666666:role/r")],
      ...{ keys: [], buckets: [], addresses: [], changes: [] },
    },
  };
  const rows = [
    { bucket: "theirs", account: "888888888888" },
    { bucket: "of-nobody-concerned", account: "999999999999" },
    { bucket: "theirs", account: "' OR 1=1" },
  ];
  const accounts = await accountsConcerned(
    "case-1",
    FINDING,
    ["theirs"],
    portsOf(documents, { accounts: "concerned" }, rows),
  );
  assert.deepEqual(accounts, [
    ...["222222222222", "444444444444", "555555555555"],
    ...["666666666666", "888888888888"],
  ]);
});

test("where all accounts are read, none is named", async () => {
  assert.equal(await accountsConcerned("case-1", FINDING, [], portsOf({}, undefined)), undefined);
  assert.equal(await accountsConcerned("case-1", FINDING, [], portsOf({}, { accounts: "all" })), undefined);
});

const WINDOW = { from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" };
const judged = async (unknownEstimate: string | undefined, bytes: number | null) => {
  const trail = { estimate: async () => ({ bytes, files: null, reason: "too many to list" }) };
  const ports = { settings: { scan: { unknownEstimate } }, trail } as unknown as Ports;
  return (await judgeScan(WINDOW, { maximumBytes: null, setting: "s" }, ports)).refused;
};

test("an unknown estimate refuses where the settings say so, and says how to allow it", async () => {
  assert.match((await judged("refuse", null)) ?? "", /scan\.unknownEstimate/);
  assert.equal(await judged("refuse", 5), null);
  assert.equal(await judged("allow", null), null);
  assert.equal(await judged(undefined, null), null);
});
