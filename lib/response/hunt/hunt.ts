import { CordonError } from "../../base/errors.ts";
import type { Row, ScanResult } from "../../case/scan.ts";
import { type Acts, actsOf, type Hit } from "../../core/hunt/acts.ts";
import type { AllowEntry } from "../../core/hunt/allow.ts";
import { NO_RANGES, type Ranges } from "../../core/hunt/ranges.ts";
import type { Ranked } from "../../core/hunt/ranked.ts";
import { rankSuspects } from "../../core/hunt/suspects.ts";
import { isFiring, parametersOf, severityOf } from "../../core/theft/detection.ts";
import { detections } from "../../detections/index.ts";
import type { Trail } from "../../ports/ports.ts";
import { queryText } from "../investigate/queries.ts";

/** What is known at the beginning: any of these, several of one kind a line each, or none for a hunt. */
export interface Indicator {
  readonly bucket?: string;
  readonly accessKeyId?: string;
  readonly principal?: string;
  readonly address?: string;
  readonly objectKey?: string;
}

/** What the deployment knows of networks and of what is expected; absent: nothing. */
export interface HuntKnowledge {
  readonly ranges?: Ranges;
  readonly allowed?: readonly AllowEntry[];
}

export interface HuntRequest {
  /** Names the scan; the same name over the same logs reads nothing again. */
  readonly huntId: string;
  /** What is read, ISO 8601 UTC: the acts in question and the habits before them. */
  readonly read: { readonly from: string; readonly to: string };
  /** The acts that are judged; null: all that was read. */
  readonly judge: { readonly from: string; readonly to: string } | null;
  /** Whose logs are read; absent: of all accounts. */
  readonly accounts?: readonly string[] | undefined;
  readonly indicator: Indicator;
  readonly knowledge?: HuntKnowledge;
}

/** With an indicator the suspects are only those who touched it. */
export interface Hunted extends Ranked {
  readonly scan: ScanResult;
  readonly ownAccounts: readonly string[];
  /** Detections that could not be asked, with the reason. */
  readonly notAsked: readonly { readonly detection: string; readonly reason: string }[];
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** What equals no value in a log. */
const NONE = " ";

/** Reads the window once, then asks who did what. `pause` waits between two looks at the scan. */
export const hunt = async (request: HuntRequest, trail: Trail, pause: () => Promise<void>): Promise<Hunted> => {
  const scan = await scanAll(request, trail, pause);
  const { from, to } = request.judge ?? { from: "0000", to: "9999" };
  const { bucket, accessKeyId, principal = NONE, address, objectKey } = request.indicator;
  const parameters = [
    ...[bucket, accessKeyId, address, objectKey].map((value) => value ?? NONE),
    ...[principal, principal, principal, principal],
    ...[from, to],
  ];
  const sql = queryText("suspects");
  const { rows } = await trail.query(request.huntId, "suspects", sql, parameters);
  const acts = rows.map(actsOf);
  const ownAccounts = [...new Set(rows.map(({ recipient_account }) => String(recipient_account ?? "")))]
    .filter((account) => /^\d{12}$/.test(account))
    .sort();
  const { hits, notAsked } = await detectAll(request.huntId, acts, ownAccounts, trail);
  const isAsked = Object.values(request.indicator).some((value) => value !== undefined);
  const { ranges = NO_RANGES, allowed = [] } = request.knowledge ?? {};
  const suspects = rankSuspects(acts, hits, { ownAccounts, ranges, allowed }).filter(
    ({ touched }) => !isAsked || touched > 0,
  );
  return { scan, suspects, isAsked, ownAccounts, notAsked, sql, parameters };
};

const scanAll = async (
  { huntId, read, accounts }: HuntRequest,
  trail: Trail,
  pause: () => Promise<void>,
): Promise<ScanResult> => {
  const indicators = {
    accessKeyIds: [],
    principalIds: [],
    arns: [],
    addresses: [],
    buckets: [],
    everything: true,
  } as const;
  const of = accounts === undefined ? {} : { accounts };
  const ticket = await trail.start({ caseId: huntId, round: 1, ...read, ...of, indicators });
  for (;;) {
    const status = await trail.check(ticket);
    if (status.state === "done") return status.result;
    if (status.state === "failed") throw new CordonError("SCAN_FAILED", `the logs could not be read: ${status.reason}`);
    await pause();
  }
};

interface Detected {
  readonly hits: ReadonlyMap<Acts, readonly Hit[]>;
  readonly notAsked: Hunted["notAsked"];
}

/** Every detection over the whole window; one that fails is named and the others go on. */
const detectAll = async (
  huntId: string,
  acts: readonly Acts[],
  ownAccounts: readonly string[],
  trail: Trail,
): Promise<Detected> => {
  const hits = new Map<Acts, Hit[]>();
  const notAsked: { detection: string; reason: string }[] = [];
  for (const { card, sql } of detections) {
    if (card.table !== undefined) continue;
    try {
      const run = await trail.query(huntId, card.id, sql, parametersOf(card, { ownAccounts }));
      for (const row of run.rows.filter((one) => isFiring(card, one)))
        for (const one of acts.filter((each) => isTheirs(row, each)))
          hits.set(one, [
            ...(hits.get(one) ?? []),
            {
              ...{ detection: card.id, title: card.title, tactic: card.tactic, severity: severityOf(card, [row]) },
              ...{ firstAt: String(row.first_at), detail: String(row.detail) },
            },
          ]);
    } catch (error) {
      notAsked.push({ detection: card.id, reason: (error as Error).message });
    }
  }
  return { hits, notAsked };
};

/** A row without an address speaks of an identity wherever it acted. */
const isTheirs = (row: Row, { principals, addresses, accessKeyIds }: Acts): boolean =>
  (row.sourceip === null || addresses.includes(String(row.sourceip))) &&
  (principals.includes(String(row.principal)) || accessKeyIds.includes(String(row.access_key_id)));
