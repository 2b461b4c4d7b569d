import { constants, createGunzip, gzipSync } from "node:zlib";

/** Unpacks a whole gzip file, each time into the same memory: what it answered before is gone. Null: it does not fit, is damaged, or something follows. */
export type Inflate = (packed: Buffer) => Buffer | null;

/** What `gunzipSync` itself uses, which Node's types do not know. */
interface Engine {
  readonly _handle: {
    onerror: () => void;
    reset(): void;
    writeSync(
      ...a: readonly [flush: number, from: Buffer, at: number, bytes: number, to: Buffer, at: number, room: number]
    ): void;
  };
  /** How much room and how much of the input is left. */
  readonly _writeState: Uint32Array;
}

/**
 * `gunzipSync` makes a buffer for each file, and V8 then looks through its whole heap again and again for the memory outside it: a
 * fifth of a scan's CPU. Null where Node has no such engine any more: files are then unpacked by `gunzipSync`.
 */
export const createInflate = (mostBytes: number): Inflate | null => {
  const engine = createGunzip() as unknown as Partial<Engine>;
  if (typeof engine._handle?.writeSync !== "function" || !(engine._writeState instanceof Uint32Array)) return null;
  const inflate = inflateBy(engine as Engine, mostBytes);
  const known = Buffer.from("known");
  return inflate(gzipSync(known))?.equals(known) === true ? inflate : null;
};

const inflateBy = ({ _handle: handle, _writeState: left }: Engine, mostBytes: number): Inflate => {
  const room = Buffer.allocUnsafeSlow(mostBytes + 1);
  let isDamaged = false;
  handle.onerror = () => {
    isDamaged = true;
  };
  return (packed) => {
    isDamaged = false;
    handle.reset();
    handle.writeSync(constants.Z_FINISH, packed, 0, packed.length, room, 0, room.length);
    const [roomLeft, bytesLeft] = left as unknown as readonly [number, number];
    return isDamaged || bytesLeft > 0 || roomLeft === 0 ? null : room.subarray(0, room.length - roomLeft);
  };
};
