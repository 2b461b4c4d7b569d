import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate, type Usage } from "../../lib/core/cost/estimate.ts";
import { LIST_PRICES } from "../../lib/core/cost/prices.ts";
import { spentBy } from "../../lib/core/cost/spent.ts";
import { transitionsOf } from "../../lib/core/cost/transitions.ts";

const NOTHING: Usage = {
  casesPerMonth: 0,
  logGigabytesPerDay: 0,
  daysScanned: 0,
  scansPerCase: 0,
  queriesPerScan: 0,
  lootGigabytes: 0,
  transitionsPerCase: 0,
  lambdaGigabyteSeconds: 0,
  invocations: 0,
  writes: 0,
  reads: 0,
  dataEventMillions: 0,
  keptGigabytes: 0,
  alarms: 0,
};
const near = (got: number, expected: number): void =>
  assert.ok(Math.abs(got - expected) < 1e-9, `${got} is not ${expected}`);
const line = (usage: Partial<Usage>, what: string): number =>
  [
    ...estimate({ ...NOTHING, ...usage }, LIST_PRICES).perCase,
    ...estimate({ ...NOTHING, ...usage }, LIST_PRICES).perMonth,
  ].find((one) => one.what === what)!.dollars;

// Arithmetic by hand: 200 GB/day × 5 days = 1 TB = 5 dollars; 10 MB at the least = 5 × 10e6 / 1e12 dollars.
test("a terabyte of logs costs five dollars, and a small query what ten megabytes cost", () => {
  near(line({ logGigabytesPerDay: 200, daysScanned: 5, scansPerCase: 1 }, "Athena, the lake"), 5);
  near(line({ logGigabytesPerDay: 200, daysScanned: 5, scansPerCase: 3 }, "Athena, the lake"), 15);
  near(line({ scansPerCase: 1, queriesPerScan: 100 }, "Athena, the case table"), 100 * 0.00005);
});

test("a million data events cost a dollar and a gigabyte of loot another", () => {
  near(line({ dataEventMillions: 1 }, "CloudTrail data events"), 1);
  near(line({ lootGigabytes: 1 }, "Macie"), 1);
});

test("the total is the month and its cases", () => {
  const { monthDollars, caseDollars, totalDollars } = estimate(
    { ...NOTHING, casesPerMonth: 3, lootGigabytes: 2 },
    LIST_PRICES,
  );
  near(totalDollars, monthDollars + 3 * caseDollars);
  near(monthDollars, 8);
});

test("what a case has read is billed by its own records, each run at the least price", () => {
  const lines = spentBy(
    {
      scans: [{ bytesScanned: 1e12 }, { bytesScanned: 1 }],
      queries: [{ bytesScanned: 5e6 }],
      classifiedBytes: 3e9,
      steps: 40,
      longSteps: 4,
      signatures: 10,
      writes: 200,
    },
    LIST_PRICES,
  );
  near(lines[0]!.dollars, 5.00005);
  near(lines[1]!.dollars, 0.00005);
  near(lines[2]!.dollars, 3);
  // 120 transitions at 0.025 a thousand; 4 × 300 s × 2 GB + 36 × 0.5 GB-seconds and 40 requests; 10 of 10,000; 200 of 1,000.
  near(lines[3]!.dollars, 0.003);
  near(lines[4]!.dollars, 2418 * 0.0000133334 + 40 * 2e-7);
  near(lines[5]!.dollars, 0.00015);
  near(lines[6]!.dollars, 0.001);
});

const machines: Readonly<Record<string, object>> = {
  outer: {
    StartAt: "A",
    States: {
      A: {
        Type: "Parallel",
        Branches: [
          {
            StartAt: "X",
            States: { X: { Type: "Task", Parameters: { StateMachineArn: "${innerMachine}" }, End: true } },
          },
        ],
        Next: "B",
      },
      B: { Type: "Choice", Choices: [{ Next: "W" }], Default: "Done" },
      W: { Type: "Wait", Next: "B" },
      Done: { Type: "Succeed" },
    },
  },
  inner: { StartAt: "P", States: { P: { Type: "Pass", Next: "Q" }, Q: { Type: "Succeed" } } },
};

// A, X, P, Q, then B (W B) × 3, Done: 4 + 1 + 6 + 1.
test("transitions count every state that is entered, in branches, children and loops", () => {
  assert.equal(
    transitionsOf("outer", { B: ["W", "W", "W"] }, (name) => JSON.stringify(machines[name])),
    12,
  );
  assert.throws(
    () => transitionsOf("outer", { B: ["Elsewhere"] }, (name) => JSON.stringify(machines[name])),
    RangeError,
  );
});
