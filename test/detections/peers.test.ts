/**
 * The rules of seven peers as a suite: events of our own making that meet each relevant one, and look-alikes. A case asks
 * the same way: the caller of the events is a suspect, the callers of the look-alikes are not.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { isFiring } from "../../lib/core/theft/detection.ts";
import { detections } from "../../lib/detections/index.ts";
import { type Event, OWN } from "./events.ts";
import { indexPage } from "./pages.ts";
import { HARMLESS } from "./peers/harmless.ts";
import { NOT_RELEVANT, PEERS, type Peer, rules } from "./peers/rules.ts";
import { eventsOf } from "./peers/samples.ts";
import { caseTableOf } from "./trail.ts";

/** Samples on which nothing of ours fires, and why that is right or not yet otherwise. */
const MISSED: Readonly<Record<string, string>> = {
  "athena:GetQueryResults": "reading results is what follows a query; the query is judged",
  "athena:GetQueryResults!": "reading results is what follows a query; the query is judged",
  "s3:DeleteObject!": "a refused deletion of one object is in the wall of refusals, or nothing",
  "s3:ListObjects": "listing a bucket once is how every program begins; object-listing-burst counts",
  "s3:ListObjects!": "listing a bucket once is how every program begins; object-listing-burst counts",
};
/** Look-alikes on which something fires, and why. */
const ALARMS: Readonly<Record<string, string>> = {};

const samples = [...new Set(rules.map(({ sample }) => sample).filter((sample) => sample !== ""))].sort();
const groups = [...samples.map((sample) => eventsOf(sample)), ...HARMLESS.map(([, events]) => events)];

/** Every group has callers and addresses of its own, so that one run of each detection answers for all. */
const apart = (event: Event, group: number, index: number): Event => {
  const mark = String(group).padStart(5, "0");
  const identity = { ...(event.userIdentity as Record<string, unknown>) };
  const changed = (name: string, change: (text: string) => string) => {
    if (typeof identity[name] === "string") identity[name] = change(identity[name]);
  };
  changed("accessKeyId", (key) => key.slice(0, 15) + mark);
  if (identity.type !== "Root") {
    changed("principalId", (id) => id.replace(/^([A-Z]+)/, `$1${mark}`));
    changed("arn", (arn) => arn.replace(/(user|assumed-role)\//, `$1/x${mark}`));
  }
  const address = String(event.sourceIPAddress).replace(/^(203|198)\.\d+\.\d+\./, `$1.${group >> 8}.${group & 255}.`);
  return { ...event, userIdentity: identity, sourceIPAddress: address, eventID: `${group}/${index}` };
};

const records = groups.map((events, group) => events.map((event, index) => apart(event, group, index)));
const identityOf = ({ userIdentity }: Event) =>
  userIdentity as { readonly accessKeyId?: string; readonly principalId?: string };
const suspects = records
  .slice(0, samples.length)
  .flat()
  .flatMap((event) => [identityOf(event).accessKeyId, identityOf(event).principalId])
  .filter((mark) => mark !== undefined && mark !== "" && mark !== OWN);

type Found = ReadonlyMap<number, ReadonlySet<string>>;
const dependsOnSuspects = ({ card }: (typeof detections)[number]): boolean =>
  card.parameters.some(({ value }) => typeof value !== "string" && value.fromCase === "suspects");

const table = await caseTableOf(records.flat());
/** Ids of the detections with a row on each group; those that show it as refused end in `?`. */
const findings = async (suspected: string, chosen: typeof detections): Promise<Found> => {
  const found = new Map<number, Set<string>>();
  for (const { card, sql } of chosen.filter(({ card }) => card.table === undefined)) {
    const values = card.parameters.map(({ value }) =>
      typeof value === "string" ? value : value.fromCase === "suspects" ? suspected : OWN,
    );
    for (const row of await table.query(sql, values))
      for (const id of String(row.event_ids).split(",")) {
        const group = Number(id.split("/")[0]);
        if (!found.has(group)) found.set(group, new Set());
        found.get(group)!.add(isFiring(card, row) ? card.id : `${card.id}?`);
      }
  }
  return found;
};
const always = await findings(
  "",
  detections.filter((one) => !dependsOnSuspects(one)),
);
const known = await findings([...new Set(suspects)].join(","), detections.filter(dependsOnSuspects));
const unknown = await findings("nobody", detections.filter(dependsOnSuspects));
await table.close();

const idsOf = (group: number, ...all: readonly Found[]): readonly string[] =>
  all.flatMap((found) => [...(found.get(group) ?? [])]);
const met = (sample: string, ids: readonly string[]): boolean =>
  ids.some((id) => sample.endsWith("!") || !id.endsWith("?"));
const hits = new Map(samples.map((sample, group) => [sample, met(sample, idsOf(group, always, known))]));
/** With nobody in question: what a rule sees by itself. */
const alone = new Map(samples.map((sample, group) => [sample, met(sample, idsOf(group, always, unknown))]));

test("every rule of the peers has a sample that meets it, or a reason why it is not relevant", () => {
  for (const { rule, sample, because } of rules) {
    assert.notEqual(sample === "", because === "", rule);
    if (because !== "") assert.ok(because in NOT_RELEVANT, rule);
  }
  for (const peer of Object.keys(PEERS))
    assert.ok(
      rules.some((rule) => rule.peer === peer),
      peer,
    );
});

for (const peer of Object.keys(PEERS) as Peer[])
  test(`${peer}: at least 85 % of the relevant rules are met by a detection of ours`, () => {
    const relevant = rules.filter((rule) => rule.peer === peer && rule.sample !== "");
    const hit = relevant.filter(({ sample }) => hits.get(sample)!);
    assert.ok(hit.length >= 0.85 * relevant.length, `${hit.length} of ${relevant.length}`);
  });

test("samples on which nothing fires are named with a reason", () => {
  assert.deepEqual(samples.filter((sample) => !hits.get(sample)!).sort(), Object.keys(MISSED).sort());
});

test("at most 3 % of the look-alikes raise an alarm, and each that does is named with a reason", () => {
  const alarms = HARMLESS.flatMap(([what], index) => {
    const ids = idsOf(samples.length + index, always, known).filter((id) => !id.endsWith("?"));
    return ids.length === 0 ? [] : [`${what}: ${ids.join(", ")}`];
  });
  assert.deepEqual(alarms.map((alarm) => alarm.split(":")[0]!).sort(), Object.keys(ALARMS).sort(), alarms.join("\n"));
  assert.ok(alarms.length <= 0.03 * HARMLESS.length);
});

const peersPart = (): string => {
  const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
    [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  const of = (peer: string) => rules.filter((rule) => rule.peer === peer);
  const counts = Object.entries(PEERS).map(([peer, [repository, commit]]) => {
    const relevant = of(peer).filter(({ sample }) => sample !== "");
    const hit = relevant.filter(({ sample }) => hits.get(sample)!).length;
    const byItself = relevant.filter(({ sample }) => alone.get(sample)!).length;
    return [
      `[${peer}](https://github.com/${repository}/tree/${commit})`,
      of(peer).length,
      relevant.length,
      hit,
      `${((100 * hit) / relevant.length).toFixed(1)} %`,
      byItself,
    ];
  });
  const reasons = Object.entries(NOT_RELEVANT).map(([id, why]) => [
    why,
    rules.filter(({ because }) => because === id).length,
  ]);
  const missed = Object.entries(MISSED).map(([sample, why]) => [
    `\`${sample}\``,
    rules.filter((rule) => rule.sample === sample).length,
    why,
  ]);
  return [
    "## Against the peers",
    `Every rule of seven peers is listed in \`test/detections/peers/rules.tsv\`: by title and place, as facts, without its text. For each relevant one there are events of our own making that meet its conditions, called by a suspect as in a case; a call refused is met by a row that says it was refused. ${HARMLESS.length} look-alikes, called by nobody in question, raise ${Object.keys(ALARMS).length} alarms. What the events show is that the call is seen and told, not that a rule of theirs and one of ours agree on every threshold.`,
    table(["peer", "rules", "relevant", "met", "", "met with nobody in question"], counts),
    "Not met, and why:",
    table(["call (`!` refused)", "rules", "why"], missed),
    "Not relevant to theft from S3, and why:",
    table(
      ["why", "rules"],
      reasons.filter(([, rules]) => Number(rules) > 0),
    ),
  ].join("\n\n");
};

test("docs/detections/README.md lists the detections and how they stand against the peers", () => {
  const path = new URL("../../docs/detections/README.md", import.meta.url);
  const made = `${indexPage(detections)}\n${peersPart()}\n`;
  if (process.env.CORDON_WRITE_DOCS === "1") writeFileSync(path, made);
  assert.equal(existsSync(path) ? readFileSync(path, "utf8") : null, made, "CORDON_WRITE_DOCS=1 writes it anew");
});
