import type { Ports } from "../ports/ports.ts";
import { noticeFactsOf } from "./noticeFacts.ts";

/**
 * Sends a notice from a fixed template, with what is known of the case, and records whether it was delivered. Where an event
 * keeps people from being told twice, that event comes after this, or the notice says which event it is about: told twice after
 * a crash is better than never. `about` is the `seq` of that event.
 */
export const tell = async (
  ports: Ports,
  caseId: string,
  kind: Parameters<Ports["notifier"]["notify"]>[0]["kind"],
  severity: number,
  text: string,
  about?: number,
): Promise<void> => {
  const known = await noticeFactsOf(caseId, ports);
  const answer = await ports.notifier.notify({ caseId, kind, severity, text, facts: known.facts });
  await ports.cases.append(caseId, {
    type: "notice.sent",
    actor: "notifier",
    data: { kind, text, ...(about === undefined ? {} : { about }), ...known, ...answer },
  });
};
