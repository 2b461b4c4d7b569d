import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { LEADS, mailOf, mailValues } from "../core/notice.ts";
import type { Notice, Notifier } from "../ports/ports.ts";
import { type ChatNotice, chatNotice } from "./chat.ts";
import { failureOf } from "./failures.ts";

export interface NotifierOptions {
  readonly sns: SNSClient;
  readonly topicArn: string;
  /** `https://cordon.example.com`, for the deep link; null: the command line is named. */
  readonly pageOrigin: string | null;
  /** Hands a notice to chat and pagers; null where there are none. */
  readonly chat: ((notice: ChatNotice) => Promise<void>) | null;
}

/** SNS refuses longer subjects, and anything but printable ASCII in them. */
const SUBJECT = 100;
const TEXT = 4000;
const REASON = 300;

/** Notices to one SNS topic, and beside it to chat. One way that fails is said, and does not stop the other. */
export const createNotifier = ({ sns, topicArn, pageOrigin, chat }: NotifierOptions): Notifier => ({
  notify: async (notice) => {
    const mail = await reached("sns", () =>
      sns.send(new PublishCommand({ TopicArn: topicArn, ...render(notice, pageOrigin) })),
    );
    if (chat === null) return mail;
    const look = (caseId: string): string => notice.look ?? whereToLook(caseId, pageOrigin);
    const told = await reached("chat", () => chat(chatNotice(notice, LEADS[notice.kind], look)));
    const both = [mail, told];
    return {
      delivered: both.some(({ delivered }) => delivered),
      channel: both.map(({ channel }) => channel).join("+"),
      reason:
        both.flatMap(({ channel, reason }) => (reason === null ? [] : [`${channel}: ${reason}`])).join("; ") || null,
    };
  },
});

const reached = async (channel: string, send: () => Promise<unknown>): ReturnType<Notifier["notify"]> => {
  try {
    await send();
    return { delivered: true, channel, reason: null };
  } catch (error) {
    const { code, message } = failureOf(error);
    return { delivered: false, channel, reason: `${code}: ${message}`.slice(0, REASON) };
  }
};

/** The whole message; attributes let subscriptions filter. Nothing here acts when fetched, and nothing is chosen by an actor. */
export const render = (notice: Notice, pageOrigin: string | null) => {
  const { caseId, kind, severity } = notice;
  const values = mailValues(notice, LEADS[kind], notice.look ?? whereToLook(caseId, pageOrigin));
  const { subject, text } = mailOf(values);
  return {
    Subject: subject.slice(0, SUBJECT),
    Message: text.slice(0, TEXT),
    MessageAttributes: {
      kind: { DataType: "String", StringValue: kind },
      severity: { DataType: "Number", StringValue: String(severity) },
    },
  };
};

const whereToLook = (caseId: string, pageOrigin: string | null): string =>
  pageOrigin === null ? `with: cordon show ${caseId}` : `at: ${pageOrigin}/cases/${caseId}`;
