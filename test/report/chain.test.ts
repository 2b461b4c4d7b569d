import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoleChain } from "../../lib/case/chain.ts";
import { chainTree } from "../../lib/report/chainTree.ts";
import { chainChart, chartOfChain } from "../../lib/report/charts/chain.ts";
import { toText } from "../../lib/report/html.ts";
import { hop, ROLE_CHAIN, session } from "./opinions.ts";

const drawn = (chain: RoleChain): string => toText(chainChart(chartOfChain(chain)!));

const [CHAIN] = ROLE_CHAIN.chains as [RoleChain["chains"][number]];
const shape = (chain: RoleChain): readonly string[] =>
  chainTree(chain).map(({ depth, name, held, cut, revokeToo }) =>
    [depth, name, held, cut ? "cut" : "", revokeToo ? "revoke" : ""].join(" ").trimEnd(),
  );

test("the tree goes from the human down to every session, and names the cut and what must be revoked", () => {
  assert.deepEqual(shape(ROLE_CHAIN), [
    "0 developer-jane owner",
    "1 AKIAJANE4DEV7EXAMPLE thief cut",
    "2 ASIAETLRUNNEREXAMPLE thief  revoke",
    "3 ASIAEXPORTER7EXAMPLE thief  revoke",
    "4 ASIASTORECOPYEXAMPLE thief  revoke",
  ]);
});

test("what the owner's own call made is the owner's, down to where the thief's marks begin", () => {
  const quiet = { ...CHAIN, hops: CHAIN.hops.map((one, index) => ({ ...one, byThief: index > 0 })) };
  const sessions = ROLE_CHAIN.sessions.filter(({ depth, from }) => depth === 1 && from !== CHAIN.hops[0]!.from);
  assert.deepEqual(
    chainTree({ ...ROLE_CHAIN, chains: [quiet], sessions }).map(({ name, held }) => [name.slice(0, 7), held]),
    [
      ["develop", "owner"],
      ["AKIAJAN", "owner"],
      ["ASIAETL", "thief"],
      ["ASIAEXP", "thief"],
      ["ASIASTO", "thief"],
    ],
  );
});

test("a chain that returns to itself ends, and nothing in it is drawn twice", () => {
  const [a, b] = [session("a", "x", "ASIAAAAAAAAAAAAAAAAA"), session("b", "y", "ASIABBBBBBBBBBBBBBBB")];
  const loop: RoleChain = {
    ...ROLE_CHAIN,
    chains: [{ ...CHAIN, suspect: b, hops: [hop(b, a, 1), hop(a, b, 2)], ended: "cycle" }],
    sessions: [
      { ...hop(a, b, 2), depth: 1 },
      { ...hop(b, a, 3), depth: 2 },
    ],
  };
  const names = chainTree(loop).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(names, ["developer-jane", "ASIABBBBBBBBBBBBBBBB", "ASIAAAAAAAAAAAAAAAAA"]);
});

test("of thousands of sessions a handful is drawn and the others are counted", () => {
  const suspect = CHAIN.suspect;
  const many = Array.from({ length: 2000 }, (_, index) => ({
    ...hop(suspect, session("r", `s-${index}`, `ASIA${String(index).padStart(16, "0")}`), index % 60),
    depth: 1,
  }));
  const lines = chainTree({ ...ROLE_CHAIN, sessions: many });
  assert.ok(lines.length <= 40);
  const { left } = lines.find(({ name }) => name === suspect.accessKeyId)!;
  assert.equal(left, 2000 - lines.filter(({ depth }) => depth === 4).length);
  assert.ok(drawn({ ...ROLE_CHAIN, sessions: many }).length < 60_000);
});

test("every mark of the picture leads to its line, and names of a thousand letters are shortened", () => {
  const long = session("r".repeat(500), "\u202e".repeat(500), "ASIALONGLONGLONGLONG");
  const chart = drawn({
    ...ROLE_CHAIN,
    sessions: [...ROLE_CHAIN.sessions, { ...hop(CHAIN.suspect, long, 50), depth: 1 }],
  });
  assert.deepEqual(
    [...chart.matchAll(/href="#hop-(\d+)"/g)].map(([, number]) => Number(number)),
    [1, 2, 3, 4, 5, 6],
  );
  for (const [, text] of chart.matchAll(/<text[^>]*>([^<]*)<\/text>/g)) assert.ok(text!.length <= 60, text);
  assert.doesNotMatch(chart, /\u202e/);
});

test("without a chain there is no picture", () => {
  assert.equal(chartOfChain(null), null);
  assert.equal(chartOfChain({ ...ROLE_CHAIN, chains: [], sessions: [], cut: null }), null);
});
