import { CERTAINTIES, type Certainty, type TakenObject } from "../../case/objects.ts";
import type { Amount } from "../../case/theft.ts";
import { isMovedInside, type ReadRow, type Taken, type TheftRules, takenOf } from "./theft.ts";

/** The three numbers, each including the one before: every object once, every call once. */
export const totalsOf = (rows: readonly ReadRow[], rules: TheftRules): Readonly<Record<Certainty, Amount>> => {
  const taken = takenOf(rows, rules);
  const upTo = (level: Certainty): Amount =>
    amountOf(
      taken
        .filter(({ certainty }) => CERTAINTIES.indexOf(certainty) <= CERTAINTIES.indexOf(level))
        .map((one) => partOf(one, rules)),
    );
  return { certain: upTo("certain"), likely: upTo("likely"), "upper-bound": upTo("upper-bound") };
};

type Part = Pick<TakenObject, "bucket" | "key" | "versionId" | "path" | "calls" | "bytesOut" | "size">;

const partOf = ({ row, bucket, key, versionId, kind }: Taken, rules: TheftRules): Part => ({
  bucket,
  key,
  versionId,
  path: kind,
  calls: row.calls,
  bytesOut: isMovedInside(kind) ? null : row.bytes_out,
  size: rules.sizeOf(bucket, key, versionId, row.first_at),
});

/** Objects once each, whatever the ways they were taken; bytes sent, and for a copy the stored size, once, where it is known. */
export const amountOf = (entries: readonly Part[]): Amount => {
  const copies = new Map<string, number | null>();
  const objects = new Set<string>();
  const sent: (number | null)[] = [];
  for (const { bucket, key, versionId, path, bytesOut, size } of entries) {
    const object = JSON.stringify([bucket, key, versionId]);
    objects.add(object);
    if (isMovedInside(path)) copies.set(`${path} ${object}`, size);
    else sent.push(bytesOut);
  }
  const known = [...sent, ...copies.values()].filter((value) => value !== null);
  return {
    objects: objects.size,
    calls: entries.reduce((sum, { calls }) => sum + calls, 0),
    bytes: entries.length > 0 && known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
  };
};
