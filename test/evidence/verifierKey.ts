import { keyIdOf, type NoteKey } from "../../lib/evidence/ledger/note.ts";

/** A key as Go's note tools take it: name, key id, and type 0x02 with the key's DER SubjectPublicKeyInfo. */
export const verifierKey = ({ name, key }: NoteKey): string =>
  `${name}+${keyIdOf(key)}+${Buffer.concat([Uint8Array.of(2), key.spki]).toString("base64")}`;
