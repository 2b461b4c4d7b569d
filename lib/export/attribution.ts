import type { PrincipalRef } from "../case/principal.ts";
import { type ActorRow, isActor, type MintedRow } from "../core/theft/discovery.ts";
import { identitiesOf } from "../report/identities.ts";
import { marksOf } from "./accessTimeline.ts";
import { type CaseContents, rowsOf } from "./contents.ts";
import type { Attribution } from "./schemas/analysis.ts";

/** `actor-attribution.json`: which credentials acted, how they came about, and who else could be mistaken for them. */

interface Activity {
  readonly principal: string | null;
  readonly type: string | null;
  readonly accessKeyId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly calls: number;
  readonly failed: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

const NOTE =
  "A credential is attributed, not a person: whoever held it acted. A call counts as the actor's when it carries a suspect's key or session from an address of the finding, or a credential that only the actor had.";

export const attributionOf = (contents: CaseContents): Attribution => {
  const marks = marksOf(contents);
  const { finding, discovered, principals, detections } = contents.dossier;
  const actors = rowsOf<ActorRow>(contents, "actors");
  const suspects = identitiesOf([...finding.principals, ...(discovered?.suspects ?? [])]);
  return {
    schema: "cordon/actor-attribution/v1",
    note: NOTE,
    suspects,
    credentials: credentialsOf(contents, suspects),
    activity: actors.filter((row) => isActor(row, marks)).map(activityOf),
    notAttributed: actors
      .filter(
        (row) =>
          !isActor(row, marks) &&
          (marks.addresses.has(row.sourceip ?? "") ||
            marks.shared.has(row.access_key_id ?? "") ||
            marks.shared.has(row.principal_id ?? "")),
      )
      .map((row) => ({
        ...activityOf(row),
        why: marks.addresses.has(row.sourceip ?? "")
          ? "shares an address and none of the credentials"
          : "the credential from another address, which may be its owner's",
      })),
    intent: {
      determined: false,
      signs: detections
        .filter(({ rows }) => rows.length > 0)
        .map(({ id, rows, ...rest }) => ({
          detection: id,
          tactic: String((rest as { tactic?: string }).tactic ?? ""),
          rows: rows.length,
        })),
    },
    notKnown: [
      ...principals.flatMap(({ notKnown }) => notKnown.map(({ what, reason }) => `${what}: ${reason}`)),
      ...(actors.length === 0 ? ["no log was read: nothing is known of what the credentials did"] : []),
    ],
  };
};

const credentialsOf = (contents: CaseContents, suspects: readonly PrincipalRef[]): Attribution["credentials"] => {
  const minted = rowsOf<MintedRow & { readonly principal_arn: string | null }>(contents, "minted");
  const { own } = marksOf(contents);
  const ids = [...new Set([...suspects.map(({ accessKeyId }) => accessKeyId), ...own].filter((id) => id !== null))]
    .filter((id) => /^A[KS]IA/.test(id))
    .sort();
  return ids.map((accessKeyId) => {
    const row = minted.find(({ minted_key }) => minted_key === accessKeyId);
    return {
      accessKeyId,
      madeBy:
        row === undefined
          ? null
          : `${row.eventname} by ${row.principal_arn ?? row.principal_id ?? row.sourceip ?? "an AWS service"}`,
      madeAt: row?.eventtime ?? null,
      eventId: row?.eventid ?? null,
      holder: own.has(accessKeyId) ? "thief-only" : "stolen",
    };
  });
};

const activityOf = (row: ActorRow): Activity => ({
  principal: row.principal_arn ?? row.principal_id,
  type: row.principal_type,
  accessKeyId: row.access_key_id,
  address: row.sourceip,
  userAgent: row.useragent,
  calls: row.calls,
  failed: row.failed,
  firstAt: row.first_at,
  lastAt: row.last_at,
});
