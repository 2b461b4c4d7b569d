/** Slack and Microsoft Teams from one machine: the lines that AWS sends, and what fails is said without its secrets. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LIKELIHOOD, write } from "../../lib/case/documents.ts";
import { linesOf, mailValues, noticeValues, rowsOf, titleOf } from "../../lib/core/notice.ts";
import { withChat } from "../../lib/embedded/chat.ts";
import type { Notice, Notifier } from "../../lib/ports/ports.ts";
import { tell } from "../../lib/response/tell.ts";
import { carryOn, decide, openWorld } from "../approval/world.ts";
import { OPINION } from "../report/opinions.ts";

const NOTICE: Notice = {
  caseId: "case-1",
  kind: "attention",
  severity: 9,
  text: "2 steps failed in contain.",
  facts: null,
};
const FILES: Notifier = { notify: async () => ({ delivered: true, channel: "file", reason: null }) };
const CHOSEN = { slack: { channel: "#soc", tokenFile: "slack" }, teams: { webhookFile: "teams" } };
const HOOK = "https://example.invalid/workflows/1?sig=geheim";

const withSecrets = async (work: (root: string) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-chat-"));
  writeFileSync(join(root, "slack"), "xoxb-1\n");
  writeFileSync(join(root, "teams"), `${HOOK}\n`);
  await work(root).finally(() => rmSync(root, { recursive: true }));
};

test("both get the same lines, each with its own proof", () =>
  withSecrets(async (root) => {
    const sent: { url: string; headers: Readonly<Record<string, string>>; body: any }[] = [];
    const notifier = withChat(FILES, CHOSEN, root, async (url, headers, body) => {
      sent.push({ url, headers, body });
      return { ok: true };
    });
    assert.deepEqual(await notifier.notify(NOTICE), { delivered: true, channel: "file+slack+teams", reason: null });
    const values = noticeValues(NOTICE, "a person must look", "with: cordon show case-1");
    const [teams, slack] = [true, false].map((isHook) => sent.find(({ url }) => (url === HOOK) === isHook));
    assert.deepEqual(
      [slack!.url, slack!.headers.authorization],
      ["https://slack.com/api/chat.postMessage", "Bearer xoxb-1"],
    );
    assert.equal(slack!.body.text, [`*${titleOf(values)}*`, ...linesOf(values)].join("\n"));
    assert.match(slack!.body.text, /^News: 2 steps failed in contain\.$/m);
    assert.equal(teams!.url, HOOK);
    const facts = teams!.body.attachments[0].content.body[1].facts;
    assert.deepEqual(
      facts.map(({ title, value }: { title: string; value: string }) => [title, value]),
      rowsOf(values),
    );
  }));

test("what one does not take is said, holds up nobody, and names neither address nor token", () =>
  withSecrets(async (root) => {
    const notifier = withChat(FILES, CHOSEN, root, async (url) => {
      if (url === HOOK) throw new TypeError(`Failed to parse URL from ${HOOK}`);
      return { ok: false, error: "not_in_channel" };
    });
    const answer = await notifier.notify(NOTICE);
    assert.deepEqual([answer.delivered, answer.channel], [true, "file+slack+teams"]);
    assert.match(answer.reason!, /slack: Slack refused it, not_in_channel; teams: TypeError/);
    assert.doesNotMatch(answer.reason!, /geheim|xoxb/);
  }));

test("a notice names nobody unless the settings ask for it, and says what changed since the one before", async () => {
  const quiet = await openWorld();
  const { caseId, ports } = quiet;
  await tell(ports, caseId, "attention", 9, "first");
  const first = quiet.disk.notices.at(-1)!.facts!;
  assert.equal(first.who, null);
  assert.doesNotMatch(JSON.stringify(first), /AKIA|AIDA|alice|plain|shared/);
  assert.deepEqual([first.verdict, first.doors], ["not weighed yet", 0]);
  assert.match(first.fingerprint!, /^[0-9a-f]{4}(-[0-9a-f]{4}){4}$/);
  await write(ports.cases, caseId, LIKELIHOOD, OPINION);
  await tell(ports, caseId, "attention", 9, "second");
  assert.deepEqual(quiet.disk.notices.at(-1)!.facts!.changed, ["verdict very likely theft, was not weighed yet"]);
  const open = await openWorld({ settings: { notices: { names: true } } });
  await tell(open.ports, open.caseId, "attention", 9, "named");
  assert.match(open.disk.notices.at(-1)!.facts!.who!, /AIDA|AKIA|alice|user/);
});

test("names keep their underscores: as they are in mail, inside a word in chat, where one at its edge would be markup", () => {
  const told = { ...NOTICE, text: "_all_ of acme_data_raw* by jane_doe" };
  assert.equal(mailValues(told, "x", "y").news, told.text);
  assert.equal(noticeValues(told, "x", "y").news, "?all? of acme_data_raw? by jane_doe");
});

test("no notice of a decision, a stop, a mark or a review names who it was", async () => {
  const world = await openWorld();
  await decide(world, {});
  await decide(world, { kind: "stop", choices: {}, reason: "The shop is down since.", humanId: "grace" });
  await carryOn(world);
  assert.ok(world.disk.notices.length > 0);
  for (const { text } of world.disk.notices) assert.doesNotMatch(text, /ada|grace|linus|The shop/i);
});
