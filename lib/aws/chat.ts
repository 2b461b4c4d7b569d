import { type NoticeValues, noticeValues } from "../core/notice.ts";
import type { Notice } from "../ports/ports.ts";
import { callJson, type JsonService } from "./jsonCall.ts";

/** What rules on the bus match (lib/stack/chat.ts). */
export const CHAT_SOURCE = "cordon";
export const CHAT_DETAIL_TYPE = "Cordon notice";

/** A notice as chat and pagers get it: the fields of the one template, and its kind. */
export type ChatNotice = NoticeValues & { readonly kind: Notice["kind"] };

export const chatNotice = (notice: Notice, lead: string, look: (caseId: string) => string): ChatNotice => {
  const safe = notice.caseId.replaceAll(/[^A-Za-z0-9._-]/g, "?");
  return { ...noticeValues(notice, lead, look(safe)), kind: notice.kind };
};

/** Puts a notice on the bus. Throws when the bus did not take it. */
export const putNotice = async (service: JsonService, bus: string, notice: ChatNotice): Promise<void> => {
  const entry = {
    Source: CHAT_SOURCE,
    DetailType: CHAT_DETAIL_TYPE,
    EventBusName: bus,
    Detail: JSON.stringify(notice),
  };
  const { Entries = [], FailedEntryCount = 0 } = (await callJson(service, "PutEvents", { Entries: [entry] })) as {
    readonly FailedEntryCount?: number;
    readonly Entries?: readonly { readonly ErrorCode?: string }[];
  };
  if (FailedEntryCount > 0) throw new TypeError(`the bus refused it: ${Entries[0]?.ErrorCode ?? "no reason given"}`);
};
