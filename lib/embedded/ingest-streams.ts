/** `bytesWritten`: how many bytes were taken in. */
export type Unpacker = NodeJS.ReadWriteStream & { readonly bytesWritten: number; destroy(): void };

type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/**
 * What one packed stream after another holds, zero bytes between and behind them left out. An unpacker of Node stops
 * without a word where the first one ends. Throws where one is damaged, or where something else follows.
 */
export async function* unpackedStreams(chunks: Chunks, create: () => Unpacker): AsyncGenerator<Buffer> {
  const source = sourceOf(chunks);
  for (let isFirst = true; ; isFirst = false) {
    const first = isFirst ? await source.next() : await source.nextNotZero();
    if (first === null) return;
    yield* streamFrom(first, source, create());
  }
}

async function* streamFrom(first: Buffer, source: Source, unpacker: Unpacker): AsyncGenerator<Buffer> {
  const feeding = feed(first, source, unpacker);
  feeding.catch(() => undefined);
  try {
    yield* unpacker as unknown as AsyncIterable<Buffer>;
    await feeding;
  } finally {
    unpacker.destroy();
  }
}

/** Until the stream ends; what it does not take goes back to the source. */
const feed = async (first: Buffer, source: Source, unpacker: Unpacker): Promise<void> => {
  let fed = 0;
  for (let chunk: Buffer | null = first; chunk !== null; chunk = await source.next()) {
    await written(unpacker, chunk);
    fed += chunk.length;
    if (unpacker.bytesWritten === 0) throw new Error("nothing of it can be unpacked");
    if (unpacker.bytesWritten < fed) return source.giveBack(chunk.subarray(unpacker.bytesWritten - fed));
  }
  unpacker.end();
};

const written = (unpacker: Unpacker, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    unpacker.write(chunk, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });

interface Source {
  next(): Promise<Buffer | null>;
  /** From the first byte on that is not zero. */
  nextNotZero(): Promise<Buffer | null>;
  giveBack(chunk: Buffer): void;
}

const sourceOf = (chunks: Chunks): Source => {
  const rest = (async function* () {
    yield* chunks;
  })();
  let back: Buffer | null = null;
  const next = async (): Promise<Buffer | null> => {
    const given = back;
    back = null;
    if (given !== null) return given;
    const found = await rest.next();
    return found.done === true ? null : found.value;
  };
  return {
    next,
    nextNotZero: async () => {
      for (let chunk = await next(); chunk !== null; chunk = await next()) {
        const at = chunk.findIndex((byte) => byte !== 0);
        if (at !== -1) return chunk.subarray(at);
      }
      return null;
    },
    giveBack: (chunk) => {
      back = chunk;
    },
  };
};
