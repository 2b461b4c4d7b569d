import { bytes, count } from "../../base/figures.ts";
import type { Transfer } from "../../case/sideLogs.ts";
import type { OtherLog } from "../../case/theft.ts";
import { code, facts, heading, list, more, table, text, time } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Section } from "../model.ts";

const MOST_TRANSFERS = 20;

/** What logs beside CloudTrail say: they fill in, corroborate, and are held against; nothing is counted twice. */
export const otherLogs = (dossier: CaseDossier): Section => ({
  id: "other-logs",
  title: "Other logs",
  blocks: [
    table<OtherLog>({
      caption: "Logs beside CloudTrail",
      rows: dossier.view.coverage.otherLogs ?? [],
      empty: "No other log was given. Server access logs, flow logs and sign-ins would corroborate or fill in.",
      columns: [
        { head: "Log", cell: ({ log }) => code(log) },
        { head: "State", cell: ({ state }) => state },
        { head: "Files", kind: "number", cell: ({ files }) => files },
        { head: "Entries", kind: "number", cell: ({ entries }) => entries },
        { head: "What it says", kind: "wide", cell: ({ says }) => says },
      ],
    }),
    ...accessLog(dossier),
    ...flows(dossier),
  ],
});

const accessLog = ({ accessLog: told }: CaseDossier): readonly Block[] =>
  told == null || told.state !== "used"
    ? []
    : [
        heading("S3 server access logs"),
        facts([
          ["Stolen objects in both logs", `${count(told.objects.corroborated)} of ${count(told.objects.stolen)}`],
          ["In the access log alone", count(told.objects.accessLogOnly)],
          [
            "In CloudTrail alone",
            `${count(told.objects.cloudTrailOnly)} (access logs are delivered best effort: that proves nothing)`,
          ],
          ["Requests in both", count(told.requests.both)],
          ["Bytes by CloudTrail", bytes(told.bytes.cloudTrail)],
          ["Bytes by the access log", bytes(told.bytes.accessLog)],
        ]),
        list(told.notes, ""),
      ];

const KINDS: Readonly<Record<Transfer["kind"], string>> = {
  "to-thief": "to an address of the actor",
  "by-instance": "sent by the instance whose credentials were stolen",
  "from-s3": "from S3 to that instance",
  large: "large, to the internet",
};

const flows = ({ flowLogs: told }: CaseDossier): readonly Block[] =>
  told == null || told.state !== "used"
    ? []
    : [
        heading("VPC flow logs"),
        text(`What the network saw, beside ${bytes(told.stolenBytes)} stolen by the S3 API. It is added to no total.`),
        table<Transfer>({
          caption: "Transfers, largest first",
          rows: told.transfers.slice(0, MOST_TRANSFERS),
          empty: "No transfer that matters here is in the flow logs.",
          columns: [
            { head: "From", cell: ({ source }) => code(source) },
            { head: "To", cell: ({ target }) => code(target) },
            { head: "Why it is shown", kind: "name", cell: ({ kind }) => KINDS[kind] ?? kind },
            { head: "Bytes", kind: "number", cell: ({ bytes: size }) => bytes(size) },
            { head: "First", kind: "time", cell: ({ firstAt }) => time(firstAt) },
            { head: "Last", kind: "time", cell: ({ lastAt }) => time(lastAt) },
          ],
        }),
        ...more(Math.min(told.transfers.length, MOST_TRANSFERS), told.transfersTotal, "flow-logs.json"),
        list(told.notes, ""),
      ];
