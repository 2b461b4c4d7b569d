import assert from "node:assert/strict";
import test from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { createInflate } from "../../lib/embedded/ingest-inflate.ts";
import { chanceOf } from "./hostileLogs.ts";

const ROOM = 50_000;

test("whole files are unpacked as gunzipSync does, one after another; what is damaged, cut, followed or too long is refused and harms no other", () => {
  const inflate = createInflate(ROOM)!;
  let refused = 0;
  for (let seed = 0; seed < 500; seed++) {
    const chance = chanceOf(seed);
    const plain = Buffer.from(`${seed} `.repeat(chance.below(20_000)));
    const packed = gzipSync(plain, { level: 1 });
    const changed = Buffer.from(packed);
    changed[10 + chance.below(changed.length - 10)]! ^= 1 << chance.below(8);
    const part = packed.subarray(0, chance.below(packed.length));
    for (const one of [packed, changed, part, Buffer.concat([packed, packed]), Buffer.concat([packed, part])]) {
      const expected = unpackedWhole(one);
      const found = inflate(one);
      if (found === null) refused++;
      if (expected === null || expected.length > ROOM) assert.equal(found, null);
      else assert.ok(found?.equals(expected), `${seed}`);
    }
  }
  assert.ok(refused > 500 && refused < 2_000, `${refused}`);
});

/** Null where it is damaged, or something behind it was left. */
const unpackedWhole = (packed: Buffer): Buffer | null => {
  try {
    const { buffer, engine } = gunzipSync(packed, { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === packed.length ? buffer : null;
  } catch {
    return null;
  }
};
