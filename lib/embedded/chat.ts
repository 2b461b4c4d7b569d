import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LEADS, mailOf, mailValues, noticeValues, slackMessage, teamsMessage } from "../core/notice.ts";
import type { Settings } from "../core/settings.ts";
import type { Notice, Notifier } from "../ports/ports.ts";
import { MailError, sendMail } from "./mail.ts";

/** Somebody who does not answer must not hold up a response. */
const PATIENCE_MS = 10_000;
const REASON = 300;
const SLACK = "https://slack.com/api/chat.postMessage";

type Post = (url: string, headers: Readonly<Record<string, string>>, body: object) => Promise<unknown>;

/** The notices of this machine, and the same by mail, to Slack and to Microsoft Teams where the settings name them. A way that fails is said, and stops no other. */
export const withChat = (
  files: Notifier,
  chosen: Settings["notices"],
  root: string,
  post: Post = postJson,
): Notifier => {
  const ways = waysOf(chosen, root, post);
  if (ways.length === 0) return files;
  return {
    notify: async (notice) => {
      const first = await files.notify(notice);
      const told = await Promise.all(
        ways.map(async ([channel, send]) => ({ channel, why: await failure(send, notice) })),
      );
      const failed = told.flatMap(({ channel, why }) => (why === null ? [] : [`${channel}: ${why}`]));
      return {
        delivered: first.delivered || told.some(({ why }) => why === null),
        channel: [first.channel, ...told.map(({ channel }) => channel)].join("+"),
        reason: [...(first.reason === null ? [] : [first.reason]), ...failed].join("; ").slice(0, REASON) || null,
      };
    },
  };
};

type Way = readonly [channel: string, send: (notice: Notice) => Promise<void>];

const waysOf = (chosen: Settings["notices"], root: string, post: Post): readonly Way[] => {
  const secret = async (path: string): Promise<string> => (await readFile(resolve(root, path), "utf8")).trim();
  const { slack, teams, email } = chosen ?? {};
  return [
    ...(email === undefined
      ? []
      : [
          [
            "email",
            (notice: Notice) =>
              sendMail(email, (file) => resolve(root, file), mailOf(mailValues(...toldBy(notice))), PATIENCE_MS),
          ] as const,
        ]),
    ...(slack === undefined
      ? []
      : [
          [
            "slack",
            async (notice: Notice) => {
              const authorization = `Bearer ${await secret(slack.tokenFile)}`;
              const answer = await post(SLACK, { authorization }, slackMessage(slack.channel, valuesOf(notice)));
              const { ok, error } = (answer ?? {}) as { ok?: boolean; error?: string };
              if (ok !== true) throw new TypeError(`Slack refused it, ${error ?? "no reason given"}`);
            },
          ] as const,
        ]),
    ...(teams === undefined
      ? []
      : [
          [
            "teams",
            async (notice: Notice) =>
              void (await post(await secret(teams.webhookFile), {}, teamsMessage(valuesOf(notice), null))),
          ] as const,
        ]),
  ];
};

const toldBy = (notice: Notice) =>
  [notice, LEADS[notice.kind], notice.look ?? `with: cordon show ${notice.caseId}`] as const;

const valuesOf = (notice: Notice) => noticeValues(...toldBy(notice));

/** Addresses and tokens are secrets, and messages of others may quote them. */
const OURS = /^(?:Slack refused it|answered)\b/;

const failure = async (send: (notice: Notice) => Promise<void>, notice: Notice): Promise<string | null> => {
  try {
    await send(notice);
    return null;
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    return error instanceof MailError || OURS.test(message) ? message : [name, code].filter(Boolean).join(" ");
  }
};

const postJson: Post = async (url, headers, body) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) throw new TypeError(`answered ${response.status}`);
  const text = await response.text();
  return text.startsWith("{") ? JSON.parse(text) : null;
};
