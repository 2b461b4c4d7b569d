import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { MACHINES } from "../../lib/embedded/machines.ts";
import { type Way, waysOf } from "./ways.ts";

const PAGE = join(resolve(import.meta.dirname, "../.."), "docs/what-fails.md");
const ways = MACHINES.flatMap(waysOf);

test("no failure of any state ends where nobody hears of it", () => {
  assert.deepEqual(
    ways.filter(({ heardBy }) => heardBy.includes("nobody")),
    [],
  );
});

test("every failure that is caught is heard of by somebody, and only the wait for an answer ends quietly", () => {
  const caught = ways.filter(({ attempts }) => attempts === 0);
  assert.deepEqual(
    caught.filter(({ heardBy }) => heardBy.length === 0),
    [],
  );
  assert.deepEqual(
    caught
      .filter(({ heardBy }) => heardBy[0] === "an ordinary end of a wait")
      .map(({ machine, state, errors }) => [machine, state, errors]),
    [
      ["contain", "AskApproval", ["States.Timeout"]],
      ["release", "AskApproval", ["States.Timeout"]],
    ],
  );
});

test("what Lambda itself throws is tried again in every step (Step Functions: handle Lambda service exceptions)", () => {
  const names = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    // Out of memory and time-outs of a function; newer runtimes name the time-out.
    "Lambda.Unknown",
    "Sandbox.Timedout",
  ];
  const steps = ways.filter(
    ({ attempts, errors }) => attempts > 0 && !errors.includes("StepFunctions.SdkClientException"),
  );
  assert.ok(steps.length > 30);
  for (const { machine, state, errors } of steps)
    assert.deepEqual(
      names.filter((name) => !errors.includes(name)),
      [],
      `${machine} ${state}`,
    );
});

test("docs/what-fails.md lists every state's every error and where it leads (npm run docs)", () => {
  const text = page(ways);
  if (process.env.CORDON_WRITE_DOCS === "1") writeFileSync(PAGE, text);
  assert.equal(readFileSync(PAGE, "utf8"), text);
});

const lists = [
  ...new Set(
    ways.filter(({ attempts }) => attempts > 0).map(({ errors, attempts }) => `${attempts} times: ${quoted(errors)}`),
  ),
];

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

const page = (all: readonly Way[]): string => `# What happens when a step fails

Every Task of every state machine, every error that it can end with, and where that leads; read off \`stateMachines/\` by
\`test/stateMachines/failures.test.ts\`, which also proves that no way ends where nobody hears of it. \`CallPerson\`,
\`ContainFailed\` and \`InvestigateFailed\` send a notice at once; where something can heal, the machine then tries again for
about a day. \`CloseCase\` sets the case to *attention* and says so. An execution that fails rings an alarm in AWS.

Tried again before anything of this, with growing waits: by steps and by machines that start others

${lists.map((list) => `* ${list}`).join("\n")}

| machine | state | error | leads to | heard of at the latest by |
|---|---|---|---|---|
${all
  .filter(({ attempts }) => attempts === 0)
  .map(row)
  .join("\n")}
`;

const row = ({ machine, state, errors, next, heardBy }: Way): string =>
  `| ${[machine, state, quoted(errors), next, heardBy.join(", ")].join(" | ")} |`;
