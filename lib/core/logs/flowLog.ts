import { distinct, sum } from "../../base/lists.ts";
import type { TakenObject } from "../../case/objects.ts";
import type { FlowSummary, Transfer, TransferKind } from "../../case/sideLogs.ts";

/** A row of `lib/sql/flow-transfers.sql`. */
export interface FlowRow {
  readonly source: string;
  readonly target: string;
  readonly interface_id: string | null;
  readonly instance_id: string | null;
  readonly src_service: string | null;
  readonly dst_service: string | null;
  readonly flows: number;
  readonly bytes: number;
  readonly first_at: string;
  readonly last_at: string;
}

export interface FlowSuspects {
  readonly addresses: ReadonlySet<string>;
  readonly instanceIds: ReadonlySet<string>;
}

const KEPT = 100;
const KINDS: readonly TransferKind[] = ["to-thief", "by-instance", "from-s3", "large"];

/** Addresses inside a network. Source: RFC 1918, 3927, 6598, 4193, 4291. */
export const INSIDE =
  /^(10\.|192\.168\.|169\.254\.|127\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)/i;
export const isInside = (address: string): boolean => INSIDE.test(address);

export const transfersOf = (rows: readonly FlowRow[], suspects: FlowSuspects): readonly Transfer[] =>
  [...Map.groupBy(rows, (row) => JSON.stringify([kindOf(row, suspects), row.source, row.target])).values()]
    .flatMap((same) => transferOf(same, suspects))
    .toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || b.bytes - a.bytes || compare(a, b));

const transferOf = (rows: readonly FlowRow[], suspects: FlowSuspects): readonly Transfer[] => {
  const [{ source, target }] = rows as [FlowRow];
  const kind = kindOf(rows[0]!, suspects);
  if (kind === null) return [];
  const most = [...Map.groupBy(rows, ({ interface_id }) => interface_id).values()]
    .map((part) => ({ bytes: sum(part.map(({ bytes }) => bytes)), flows: sum(part.map(({ flows }) => flows)) }))
    .reduce((a, b) => (b.bytes > a.bytes ? b : a));
  return [
    {
      kind,
      source,
      target,
      interfaceIds: distinct(rows.map(({ interface_id }) => interface_id)),
      instanceIds: distinct(rows.map(({ instance_id }) => instance_id)),
      ...most,
      firstAt: rows.map(({ first_at }) => first_at).toSorted()[0]!,
      lastAt: rows
        .map(({ last_at }) => last_at)
        .toSorted()
        .at(-1)!,
    },
  ];
};

const kindOf = (row: FlowRow, { addresses, instanceIds }: FlowSuspects): TransferKind | null => {
  const byInstance = row.instance_id !== null && instanceIds.has(row.instance_id);
  if (addresses.has(row.target)) return "to-thief";
  if (byInstance && row.src_service === "S3") return "from-s3";
  if (isInside(row.target) || addresses.has(row.source)) return null;
  return byInstance ? "by-instance" : "large";
};

export const flowSummaryOf = (
  rows: readonly FlowRow[],
  suspects: FlowSuspects,
  ledger: readonly TakenObject[],
): FlowSummary => {
  const transfers = transfersOf(rows, suspects);
  const bytes = Object.fromEntries(
    KINDS.map((kind) => [kind, sum(transfers.filter((one) => one.kind === kind).map((one) => one.bytes))]),
  ) as FlowSummary["bytes"];
  const stolenBytes = sum(
    ledger.filter(({ certainty }) => certainty !== "upper-bound").map(({ bytesOut }) => bytesOut ?? 0),
  );
  return {
    schema: "cordon/flow-logs/v1",
    state: "used",
    transfers: transfers.slice(0, KEPT),
    transfersTotal: transfers.length,
    bytes,
    stolenBytes,
    notes: notesOf(bytes, stolenBytes, suspects, rows),
  };
};

export const emptyFlowSummary = (state: "not given" | "failed", notes: readonly string[]): FlowSummary => ({
  schema: "cordon/flow-logs/v1",
  state,
  transfers: [],
  transfersTotal: 0,
  bytes: { "to-thief": 0, "by-instance": 0, "from-s3": 0, large: 0 },
  stolenBytes: 0,
  notes,
});

const notesOf = (
  bytes: FlowSummary["bytes"],
  stolenBytes: number,
  { instanceIds }: FlowSuspects,
  rows: readonly FlowRow[],
): readonly string[] => [
  bytes["to-thief"] > 0
    ? `${bytes["to-thief"]} bytes went from the network to the actor's addresses, beside ${stolenBytes} bytes that S3 sent there. What S3 sends to the internet passes no flow log of the owner: these are other data, or the same ones by way of an instance.`
    : "No transfer from the network to the actor's addresses is in the flow logs given.",
  ...(instanceIds.size === 0
    ? []
    : rows.some(({ instance_id }) => instance_id !== null)
      ? [
          `The instance whose credentials were used received ${bytes["from-s3"]} bytes from S3 and sent ${bytes["by-instance"]} bytes to the internet; ${stolenBytes} bytes were stolen by the S3 API.`,
        ]
      : [
          "The flow records carry no instance id (field `instance-id`), so that what the instance itself sent cannot be told apart.",
        ]),
];

const compare = (a: Transfer, b: Transfer): number => (`${a.source} ${a.target}` < `${b.source} ${b.target}` ? -1 : 1);
