import { type AuditedEntry, type AuditFault, type AuditInput, fault } from "./ledgerFaults.ts";

/** Signs of life, and the order of dates. Dates are the writers' own; they count only together with the order. */
export function auditTimes(entries: readonly AuditedEntry[], input: AuditInput): AuditFault[] {
  return [...auditHeartbeats(entries, input), ...auditDates(entries, input)];
}

/** Silence between heartbeats, from the first entry on, and from the last one to the audit: a tail cut off shows here. */
function auditHeartbeats(entries: readonly AuditedEntry[], { asOf, policy }: AuditInput): AuditFault[] {
  const first = entries[0];
  if (first === undefined) return [];
  const beats = entries.filter(({ entry }) => entry.type === "heartbeat");
  const points = [first, ...beats].map(({ index, entry }) => ({ index, at: entry.at }));
  return points.flatMap(({ index, at }, point) => {
    const until = points[point + 1]?.at ?? asOf;
    const seconds = secondsFrom(at, until);
    if (seconds <= policy.heartbeatSeconds) return [];
    return [fault("HEARTBEAT", index, null, `no heartbeat from ${at} to ${until}, ${seconds} seconds`)];
  });
}

function auditDates(entries: readonly AuditedEntry[], { asOf, policy }: AuditInput): AuditFault[] {
  let latest = "";
  return entries.flatMap(({ index, entry }) => {
    const isBefore = latest !== "" && secondsFrom(entry.at, latest) > policy.clockSkewSeconds;
    const isAfter = secondsFrom(asOf, entry.at) > policy.clockSkewSeconds;
    const detail = isBefore
      ? `dated ${entry.at}, behind an entry of ${latest}`
      : `dated ${entry.at}, audited at ${asOf}`;
    if (entry.at > latest) latest = entry.at;
    return isBefore || isAfter ? [fault("TIME", index, entry.case, detail)] : [];
  });
}

const secondsFrom = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;
