/** PKWARE APPNOTE 6.3, reduced to one spelling: stored, no extra fields, no comments, no descriptors, one fixed date. */
export const LOCAL_BYTES = 30;
export const END_BYTES = 22;
export const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;
/** 65,535 entries and 4 GiB are ZIP64 marks; a larger bundle is handed over as a folder. */
export const MAX_ENTRIES = 0xfffe;
export const MAX_ZIP_BYTES = 0xfffffffe;

const VERSION_NEEDED = 10;
/** Unix, version 2.0: so that unpackers apply the mode below. */
const VERSION_MADE_BY = 0x0314;
/** 1980-01-01, the earliest date ZIP can hold. */
const DOS_DATE = 0x0021;
/** Regular file, rw-r--r--. */
const EXTERNAL_ATTRIBUTES = (0o100644 << 16) >>> 0;

/** One stored file. `offset` is where its local header starts. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly crc: number;
  readonly offset: number;
}

export function localHeader(entry: ZipEntry): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES + entry.name.length);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeCommon(header, 4, entry);
  header.write(entry.name, LOCAL_BYTES, "latin1");
  return header;
}

/** The central directory and its end record: everything after the last file. */
export function directory(entries: readonly ZipEntry[], offset: number): Buffer {
  const headers = entries.map(centralHeader);
  const bytes = headers.reduce((sum, header) => sum + header.length, 0);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_SIGNATURE, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...headers, end]);
}

function centralHeader(entry: ZipEntry): Buffer {
  const header = Buffer.alloc(46 + entry.name.length);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(VERSION_MADE_BY, 4);
  writeCommon(header, 6, entry);
  header.writeUInt32LE(EXTERNAL_ATTRIBUTES, 38);
  header.writeUInt32LE(entry.offset, 42);
  header.write(entry.name, 46, "latin1");
  return header;
}

/** The 26 bytes both headers share: version, flags 0, method 0, time, date, CRC, both sizes, name length, no extra field. */
function writeCommon(header: Buffer, at: number, entry: ZipEntry): void {
  header.writeUInt16LE(VERSION_NEEDED, at);
  header.writeUInt16LE(DOS_DATE, at + 8);
  header.writeUInt32LE(entry.crc, at + 10);
  header.writeUInt32LE(entry.bytes, at + 14);
  header.writeUInt32LE(entry.bytes, at + 18);
  header.writeUInt16LE(entry.name.length, at + 22);
}
