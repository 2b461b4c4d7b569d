import { writeFileSync } from "node:fs";
import { systemClock, systemIds } from "../embedded/clock.ts";
import { redactBundle } from "../export/redact/redactBundle.ts";
import type { Signer } from "../ports.ts";
import { type Command, EXIT, type Typed } from "./command.ts";
import { newPath, REVISION_OPTION, sealedBundle, writeOut } from "./evidence.ts";
import { type Place, withPlace } from "./place.ts";
import { ignoreBoundaries } from "./session.ts";

const SECRET_BYTES = 32;

export const evidenceRedact: Command = {
  name: "evidence redact",
  usage: "CASE [--revision N] --out PATH",
  summary:
    "Makes a signed copy to share: names, keys, addresses, buckets and object keys become tokens; it still proves which bundle it was made from.",
  options: {
    ...REVISION_OPTION,
    out: {
      type: "string",
      value: "PATH",
      help: "folder, or ZIP when it ends in .zip; the list of tokens is written beside it and stays with you",
    },
    key: {
      type: "string",
      value: "KEY",
      help: "sign with this key (PEM; in AWS also a KMS key) and not with the deployment's; needed in AWS",
    },
  },
  examples: [
    "cordon evidence redact case-20260223-0123456789 --out shared.zip",
    "cordon evidence verify shared.zip --trust keys.json",
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async (place) => {
      const signer = await signerFor(typed, place);
      const bundle = await sealedBundle(typed, place);
      const out = newPath(typed.values.out);
      const mapPath = newPath(`${out}.tokens.json`);
      const { files, map, record } = await redactBundle(bundle.files, {
        secret: systemIds.random(SECRET_BYTES),
        at: systemClock.now(),
        signer,
      });
      writeFileSync(mapPath, `${JSON.stringify(map, null, 2)}\n`, { mode: 0o600 });
      const path = writeOut(files, out);
      io.result({
        caseId: bundle.caseId,
        revision: bundle.revision,
        path,
        tokens: mapPath,
        record: { ...record, files: record.files.length },
      });
      io.print(`${path}\nTokens     ${mapPath} (keep it; do not share it)`);
      return EXIT.ok;
    }),
};

/**
 * In AWS the evidence key signs for the sealing function alone: a copy is vouched for by whoever makes it, with a key that
 * its reader must be given too.
 */
const signerFor = async (typed: Typed, place: Place): Promise<Signer> =>
  place.inAws || typed.values.key !== undefined
    ? (await place.approver({ ...typed, values: { as: "redactor", ...typed.values } })).signer
    : place.ports.signer;
