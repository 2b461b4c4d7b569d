import type { Notice } from "../ports/ports.ts";
import { callJson, type JsonService } from "./jsonCall.ts";

/** What rules on the bus match (lib/stack/chat.ts). */
export const CHAT_SOURCE = "cordon";
export const CHAT_DETAIL_TYPE = "Cordon notice";

/** A notice as chat and pagers get it: where to look, and the fingerprint to compare; neither names nor numbers of the case. */
export interface ChatNotice {
  readonly caseId: string;
  readonly kind: Notice["kind"];
  readonly lead: string;
  readonly severity: number;
  readonly fingerprint: string;
  readonly look: string;
}

/** Five groups of four hexadecimal digits, as lib/core/plan/renderPlan.ts writes the fingerprint of a plan. */
const FINGERPRINT = /\b[0-9a-f]{4}(?:-[0-9a-f]{4}){4}\b/;

/** Every value is one of ours and harmless inside a JSON text, because EventBridge puts it there unescaped. */
export const chatNotice = (
  { caseId, kind, severity, text }: Notice,
  lead: string,
  look: (caseId: string) => string,
): ChatNotice => {
  const safe = caseId.replaceAll(/[^A-Za-z0-9._-]/g, "?");
  return { caseId: safe, kind, lead, severity, fingerprint: FINGERPRINT.exec(text)?.[0] ?? "none", look: look(safe) };
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
