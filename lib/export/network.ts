import { FLOW_LOGS } from "../case/documents.ts";
import { type ActorRow, isActor } from "../core/theft/discovery.ts";
import { marksOf } from "./accessTimeline.ts";
import { type CaseContents, documentOf, rowsOf } from "./contents.ts";
import type { Network } from "./schemas/analysis.ts";
import type { Tally } from "./tally.ts";

/** `network-traffic-analysis.json`: whence the calls came and how much went there, as CloudTrail and, where given, VPC flow logs tell it. */

const NOTE =
  "Addresses are from API records, not from packets: their bytes are those of answers that S3 wrote into its events.";

export const networkOf = (contents: CaseContents, { taken, destinations }: Taken): Network => {
  const flows = documentOf(contents, FLOW_LOGS);
  const marks = marksOf(contents);
  const rows = rowsOf<ActorRow>(contents, "actors").filter((row) => isActor(row, marks));
  const named = contents.dossier.finding.addresses;
  const all = [...new Set([...named.map(({ ip }) => ip), ...rows.flatMap(({ sourceip }) => sourceip ?? [])])].sort();
  return {
    schema: "cordon/network-traffic-analysis/v1",
    flowLogs: flows?.state ?? "not given",
    note: [NOTE, ...(flows?.notes ?? ["VPC flow logs were not given to this case."])].join(" "),
    addresses: all.map((address) => {
      const known = named.find(({ ip }) => ip === address);
      const mine = rows.filter(({ sourceip }) => sourceip === address);
      return {
        address,
        country: known?.country ?? null,
        asn: known?.asn ?? null,
        organisation: known?.organisation ?? null,
        namedByFinding: known !== undefined,
        calls: mine.reduce((sum, { calls }) => sum + calls, 0),
        failed: mine.reduce((sum, { failed }) => sum + failed, 0),
        objects: taken.get(address)?.objects ?? 0,
        bytes: taken.get(address)?.bytes ?? null,
        userAgents: [...new Set(mine.flatMap(({ useragent }) => useragent ?? []))].sort(),
        firstAt: mine.map(({ first_at }) => first_at).toSorted()[0] ?? null,
        lastAt:
          mine
            .map(({ last_at }) => last_at)
            .toSorted()
            .at(-1) ?? null,
      };
    }),
    transfers: flows?.transfers ?? [],
    transfersTotal: flows?.transfersTotal ?? 0,
    destinations,
  };
};

export interface Taken {
  readonly taken: ReadonlyMap<string, { readonly objects: number; readonly bytes: number | null }>;
  readonly destinations: Network["destinations"];
}

/** What went to each address, and where copies went. */
export const takenInto = (): Tally<Taken> => {
  const taken = new Map<string, { objects: number; bytes: number | null }>();
  const copies = new Map<string, { bucket: string; accountId: string | null; objects: number }>();
  return {
    add: ({ certainty, addresses, bytesOut, destination }) => {
      for (const address of certainty === "upper-bound" ? [] : new Set(addresses)) {
        const known = taken.get(address) ?? { objects: 0, bytes: null };
        const bytes = bytesOut === null ? known.bytes : (known.bytes ?? 0) + bytesOut;
        taken.set(address, { objects: known.objects + 1, bytes });
      }
      if (destination === null) return;
      const { bucket, accountId = null } = destination;
      const place = `${bucket}\n${accountId}`;
      copies.set(place, { bucket, accountId, objects: (copies.get(place)?.objects ?? 0) + 1 });
    },
    done: () => ({ taken, destinations: [...copies.values()].toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1)) }),
  };
};
