/** Every parser of what an auditor is handed, on real documents with bytes changed at random: refused with a code, or the same document. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalBytes } from "../../lib/base/jcs.ts";
import { readCheckpoint, signCheckpoint } from "../../lib/evidence/ledger/checkpoint.ts";
import { entryBytes, parseEntry } from "../../lib/evidence/ledger/ledger.ts";
import { formatConsistency, parseConsistency } from "../../lib/evidence/ledger/ledgerProof.ts";
import { createTree, leafHash } from "../../lib/evidence/ledger/merkle.ts";
import { formatTlogProof, parseTlogProof } from "../../lib/evidence/ledger/tlogProof.ts";
import { readTimeStamp, timeStampRequest } from "../../lib/evidence/timestamp.ts";
import { foundTrustRoot, parseTrustRoot, trustRootBytes } from "../../lib/evidence/trustRoot.ts";
import { createAuthority } from "./authority.ts";
import { fuzzRuns } from "./fuzz.ts";
import { AT, codeOf, digestOf, ORIGIN } from "./ledgerFixture.ts";
import { EVIDENCE_SIGNER, LEDGER_SIGNER } from "./sample.ts";

const tree = createTree(Array.from({ length: 11 }, (_, index) => leafHash(Buffer.from(`entry ${index}`))));
const { note } = await signCheckpoint({ size: 11, root: tree.root(11) }, { name: ORIGIN, ...LEDGER_SIGNER });
const message = Buffer.from("signature bytes");

interface Subject {
  readonly bytes: Uint8Array;
  readonly parse: (bytes: Uint8Array) => unknown;
  /** What was parsed, written again; a second spelling of it would be one document with two digests. Absent: not ours to write. */
  readonly write?: (parsed: any) => Uint8Array | string;
}

const proof = { index: 4, hashes: tree.inclusionProof(4, 11), checkpoint: note };
const consistency = { from: 5, to: 11, hashes: tree.consistencyProof(5, 11) };
const entry = {
  ...{ v: 1, seq: 4, type: "decision", case: digestOf("case"), digest: digestOf("d"), prevCase: digestOf("p"), at: AT },
};
const root = foundTrustRoot({
  origin: ORIGIN,
  foundedAt: AT,
  evidenceKey: await EVIDENCE_SIGNER.publicKey(),
  ledgerKey: await LEDGER_SIGNER.publicKey(),
});
const SUBJECTS: Readonly<Record<string, Subject>> = {
  checkpoint: { bytes: Buffer.from(note), parse: readCheckpoint },
  "tlog-proof": { bytes: Buffer.from(formatTlogProof(proof)), parse: parseTlogProof, write: formatTlogProof },
  consistency: {
    bytes: Buffer.from(formatConsistency(consistency)),
    parse: parseConsistency,
    write: formatConsistency,
  },
  "ledger entry": { bytes: canonicalBytes(entry), parse: parseEntry, write: entryBytes },
  "keys.json": { bytes: trustRootBytes(root), parse: parseTrustRoot, write: trustRootBytes },
  "time stamp": {
    bytes: await createAuthority().stamp(timeStampRequest(message, "f1e2d3c4b5a69788")),
    parse: (bytes) => readTimeStamp(bytes, message),
  },
};

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(8),
  insert: fc.uint8Array({ maxLength: 8 }),
});
const mutantsOf = (bytes: Uint8Array) =>
  fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce<Uint8Array>((now, { at, remove, insert }) => {
      const place = Math.floor(at * now.length);
      return Buffer.concat([now.subarray(0, place), insert, now.subarray(place + remove)]);
    }, bytes),
  );

for (const [name, { bytes, parse, write }] of Object.entries(SUBJECTS))
  test(`fuzz: a ${name} with bytes changed at random is refused with a code, or means only what it says`, () => {
    assert.equal(
      codeOf(() => parse(bytes)),
      "accepted",
    );
    const property = fc.property(mutantsOf(bytes), (mutant) => {
      if (codeOf(() => parse(mutant)) !== "accepted" || write === undefined) return;
      assert.ok(Buffer.from(write(parse(mutant))).equals(mutant));
    });
    fc.assert(property, fuzzRuns(500));
  });
