import type { Finding } from "../../case/finding.ts";
import type { Discovered } from "../../case/principal.ts";
import type { Row } from "../../case/scan.ts";

/** By what a row of a detection is told to be the suspects': their keys and identities, at the actor's addresses. */
export interface Suspected {
  /** Access keys and principal ids, the finding's own first. */
  readonly marks: readonly string[];
  /** ARNs and ids as rows name a caller, the roles behind sessions among them. */
  readonly names: ReadonlySet<string>;
  /** Empty where nobody knows an address: then the identity alone must do. */
  readonly addresses: ReadonlySet<string>;
}

export const suspectedIn = (finding: Finding, discovered: Discovered | null): Suspected => {
  const suspects = [...finding.principals, ...(discovered?.suspects ?? [])];
  const keys = (discovered?.keys ?? []).map(({ accessKeyId }) => accessKeyId);
  const addresses = [...finding.addresses.map(({ ip }) => ip), ...(discovered?.addresses ?? [])];
  const marks = [...suspects.flatMap(({ accessKeyId, principalId }) => [accessKeyId, principalId]), ...keys];
  return {
    marks: [...new Set(marks.filter((mark) => mark !== null)), ...(suspects.length === 0 ? addresses : [])],
    names: new Set(
      suspects
        .flatMap(({ arn, principalId, issuerArn }) => [arn, principalId, issuerArn])
        .filter((name) => name !== null),
    ),
    addresses: new Set(addresses),
  };
};

/** Whether a row is the suspects'. A row that joins several callers or addresses is, when one of them is. */
export const isSuspects = (row: Row, { marks, names, addresses }: Suspected): boolean => {
  const at = listed(row.sourceip);
  const there = addresses.size === 0 || at.some((address) => addresses.has(address));
  const carries = marks.includes(String(row.access_key_id)) || listed(row.principal).some((name) => names.has(name));
  return there && (carries || (names.size === 0 && at.length > 0));
};

const listed = (cell: Row[string] | undefined): readonly string[] => (cell == null ? [] : String(cell).split(","));

/** Somebody else of whom a detection has rows. */
export interface Other {
  readonly principal: string;
  readonly rows: number;
}

/** The suspects' rows before all others, each in its order, and the others counted by identity, most rows first. */
export const suspectsFirst = (
  rows: readonly Row[],
  suspected: Suspected,
): { readonly own: readonly Row[]; readonly rest: readonly Row[]; readonly others: readonly Other[] } => {
  const own = rows.filter((row) => isSuspects(row, suspected));
  const rest = rows.filter((row) => !isSuspects(row, suspected));
  const others = [...Map.groupBy(rest, ({ principal }) => String(principal ?? "not known"))].map(([principal, of]) => ({
    principal,
    rows: of.length,
  }));
  return { own, rest, others: others.toSorted((a, b) => b.rows - a.rows || (a.principal < b.principal ? -1 : 1)) };
};
