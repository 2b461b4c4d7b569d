import type { AllowEntry } from "../../core/hunt/allow.ts";
import type { Suspect } from "../../core/hunt/suspects.ts";
import { huntFindings } from "../../export/huntFindings.ts";
import { type HuntTold, huntHtml, huntMarkdown } from "../../report/hunt.ts";
import type { Hunted } from "./hunt.ts";

export const toldOf = (
  { scan, suspects, isAsked, notAsked }: Hunted,
  expired: readonly AllowEntry[],
  at: string,
): HuntTold => ({
  at,
  coverage: {
    filesRead: scan.filesRead,
    setAside: scan.filesSetAside,
    unread: scan.unread,
    events: scan.eventsSeen,
    earliest: scan.earliest,
    watermark: scan.watermark,
  },
  ...{ suspects, isAsked, notAsked, expired },
});

/** A hunt as files, by name: for people, for machines, and as findings of OCSF. */
export const huntFiles = (hunted: Hunted, told: HuntTold, version: string): Readonly<Record<string, string>> => ({
  "hunt.html": huntHtml(told),
  "hunt.md": huntMarkdown(told),
  "hunt.json": `${JSON.stringify(huntView(hunted), null, 2)}\n`,
  "hunt.ocsf.jsonl": huntFindings(told.suspects, {
    at: told.at,
    accountId: hunted.ownAccounts[0] ?? "000000000000",
    region: "us-east-1",
    version,
  })
    .map((finding) => `${JSON.stringify(finding)}\n`)
    .join(""),
});

/** The stable machine view. */
export const huntView = ({ scan, suspects, ownAccounts, notAsked, sql, parameters }: Hunted) => ({
  schema: "cordon/hunt/v1",
  coverage: {
    filesRead: scan.filesRead,
    filesSetAside: scan.filesSetAside,
    ...(scan.unread === undefined ? {} : { unread: scan.unread }),
    watermark: scan.watermark,
    earliest: scan.earliest,
    events: scan.eventsSeen,
  },
  ownAccounts,
  notAsked,
  suspects: suspects.map(view),
  sql: { text: sql, parameters },
});

export const view = ({ principals, before, elsewhere, ...suspect }: Suspect, index: number) => ({
  number: index + 1,
  ...suspect,
  habit: { ...before, ...elsewhere },
  principals,
});
