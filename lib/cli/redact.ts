import { existsSync } from "node:fs";
import { CordonError } from "../base/errors.ts";
import type { Signer } from "../base/signer.ts";
import { systemClock, systemIds } from "../embedded/clock.ts";
import { createSigner } from "../embedded/signer.ts";
import { redactBundle } from "../export/redact/redactBundle.ts";
import { BUNDLE_OPTIONS, isRedactedCopy, withBundle } from "./bundle.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { newPath, writeBody, writeOut } from "./evidence.ts";
import type { Place } from "./place.ts";

const SECRET_BYTES = 32;

export const evidenceRedact: Verb = {
  usage: "CASE [--revision N] --out PATH | BUNDLE --key KEY.pem [--trust KEY]… --out PATH",
  options: {
    ...BUNDLE_OPTIONS,
    out: {
      type: "string",
      value: "PATH",
      help: "folder, or ZIP when it ends in .zip; the list of tokens is written beside it and stays with you",
    },
    coarse: {
      type: "boolean",
      help: "cut sizes, counts and other numbers to their first digit and times to their day: whoever knows one from elsewhere may else recognise the incident",
    },
    key: {
      type: "string",
      value: "KEY",
      help: "sign with this key (PEM; in AWS also a KMS key) and not with the deployment's; needed in AWS and with the path of a bundle",
    },
  },
  examples: [
    "cordon evidence redact case-20260223-0123456789 --out shared.zip",
    "cordon evidence redact case.zip --trust keys.json --key my-key.pem --out shared.zip",
    "cordon evidence verify shared.zip --trust keys.json",
  ],
  run: (typed, io) =>
    withBundle(typed, io, async (bundle, place, spools) => {
      const signer = place === null ? carriersKey(typed) : await signerFor(typed, place);
      if (isRedactedCopy(bundle))
        throw new CordonError("USAGE", `${bundle.path} is a redacted copy already: make another one from the original`);
      const out = newPath(typed.values.out);
      const mapPath = newPath(`${out}.tokens.jsonl`);
      const wish = {
        secret: systemIds.random(SECRET_BYTES),
        at: systemClock.now(),
        coarse: typed.values.coarse === true,
        signer,
      };
      const { files, tokens, record } = await redactBundle(bundle.files, wish, spools);
      writeBody(tokens, mapPath, 0o600);
      const path = writeOut(files, out);
      io.result({
        caseId: bundle.caseId,
        revision: bundle.revision,
        path,
        tokens: mapPath,
        record: { ...record, files: record.files.length },
      });
      io.print(`${path}\nTokens     ${mapPath} (keep it; do not share it)`);
      if (signer !== place?.ports.signer)
        io.print("Its reader needs two keys: --trust keys.json --redactor the public half of yours (PEM)");
      return EXIT.ok;
    }),
};

/** Whoever holds a bundle alone has no key of its deployment. One that is made up on the spot would belong to nobody. */
const carriersKey = ({ values: { key } }: Typed): Signer => {
  if (typeof key === "string" && existsSync(key)) return createSigner(key);
  throw new CordonError(
    "USAGE",
    "expected --key with a file that holds your own P-256 key (PEM): the reader of the copy must be given its public half",
  );
};

/**
 * In AWS the evidence key signs for the sealing function alone: a copy is vouched for by whoever makes it, with a key that
 * its reader must be given too.
 */
const signerFor = async (typed: Typed, place: Place): Promise<Signer> =>
  place.inAws || typed.values.key !== undefined
    ? (await place.approver({ ...typed, values: { as: "redactor", ...typed.values } })).signer
    : place.ports.signer;
