import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Notice, Notifier } from "../ports.ts";
import { failureOf } from "./failures.ts";

/** SNS refuses longer subjects, and anything but printable ASCII in them. */
const SUBJECT = 100;
const TEXT = 1024;

const LEADS: Readonly<Record<Notice["kind"], string>> = {
  opened: "case opened",
  "approval-asked": "approval needed",
  reminder: "approval still needed",
  decided: "decided",
  contained: "containment",
  attention: "a person must look",
  sealed: "evidence sealed",
  closed: "case closed",
};

/** Notices to one SNS topic. `pageOrigin` (`https://cordon.example.com`) makes the deep link; null: the command line is named. */
export const createNotifier = (sns: SNSClient, topicArn: string, pageOrigin: string | null): Notifier => ({
  notify: async (notice) => {
    try {
      await sns.send(new PublishCommand({ TopicArn: topicArn, ...render(notice, pageOrigin) }));
      return { delivered: true, channel: "sns", reason: null };
    } catch (error) {
      const { code, message } = failureOf(error);
      return { delivered: false, channel: "sns", reason: `${code}: ${message}`.slice(0, 300) };
    }
  },
});

/** The whole message; attributes let subscriptions filter. Nothing here acts when fetched, and nothing is chosen by a thief. */
export const render = ({ caseId, kind, severity, text }: Notice, pageOrigin: string | null) => ({
  Subject: ascii(`Cordon ${caseId}: ${LEADS[kind]}`).slice(0, SUBJECT),
  Message: ascii([text, `Case ${caseId}, severity ${severity}.`, whereToLook(caseId, pageOrigin)].join("\n")).slice(
    0,
    TEXT,
  ),
  MessageAttributes: {
    kind: { DataType: "String", StringValue: kind },
    severity: { DataType: "Number", StringValue: String(severity) },
  },
});

const whereToLook = (caseId: string, pageOrigin: string | null): string =>
  pageOrigin === null ? `Look with: cordon show ${caseId}` : `Look at: ${pageOrigin}/cases/${caseId}`;

const ascii = (text: string): string => text.replaceAll(/[^\x20-\x7e\n]/g, "?");
