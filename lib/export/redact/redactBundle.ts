import { canonicalBytes, canonicalJson, sha256Hex } from "../../base/jcs.ts";
import type { Signer } from "../../base/signer.ts";
import { textLines } from "../../base/textLines.ts";
import { linesIn } from "../../case/documents.ts";
import { parseManifest } from "../../evidence/bag.ts";
import { copyOf, originalFilesOf, type RedactedFile, type RedactionRecord } from "../../evidence/checkRedaction.ts";
import { FILES, isPayload, LEDGER_FILES, REDACTION, SALTS } from "../../evidence/layout.ts";
import { parsePredicate } from "../../evidence/predicate.ts";
import { bundleDigest, sealBundle } from "../../evidence/seal.ts";
import { PREDICATE_TYPES } from "../../evidence/statement.ts";
import { inventoryFiles } from "../inventory.ts";
import { INVENTORY, type InventoriedObject } from "../schemas/inventory.ts";
import { identifiersIn, type Kind } from "./identifiers.ts";
import { ALGORITHM, createRedactor, type Redactor, type TokenMap } from "./tokens.ts";

type Files = ReadonlyMap<string, Uint8Array>;

/**
 * Not shared at all: signed envelopes hold names in base64, STIX ids are digests of addresses that anybody can try out,
 * and what is written for people (report, shown plans) repeats names in every form that HTML knows.
 */
const WITHHELD = /^data\/(?:decisions\/|exports\/|ledger\/.*proof$)|\.(?:html|md|txt)$/;
/** Nothing in them names anybody. */
const SAME = /^data\/(?:rules\.jsonl|artifacts\.json|controls\.json|ledger\/)/;

const ABOUT = `This is a redacted copy of a Cordon evidence bundle. Names, keys, addresses, buckets and object keys are replaced by
tokens; the same token stands for the same thing throughout this copy. data/redaction.json accounts for every file of the original,
data/original/ proves the original, data/copy/ holds the files as shared. Files of the original are named by salted digests, whose
salts stay with the original; where that was sealed by version 0.1.0 they are plain, and a name, bucket or address could be found by
trying all of them.

Not hidden: account ids, document names, numbers, sizes, counts and times. Whoever knows one of those from elsewhere may recognise
the incident by it. What redacted files say is the word of whoever made this copy; only files said to be the same are proven.

  cordon evidence verify COPY --trust keys.json

proves that a key you trust made this copy of exactly that sealed bundle, and that files said to be the same are unchanged.
The openssl recipe and cosign check the signature under the type ${PREDICATE_TYPES.redactedCopy}.
`;

export interface RedactedCopy {
  readonly files: Files;
  /** To be kept aside, mode 0600: with it a token can be resolved, and the copy's promise checked. */
  readonly map: TokenMap;
  readonly record: RedactionRecord;
}

/**
 * Makes a copy of a sealed bundle that may be shared, and signs it. `secret` is hex, of this copy alone; `at` ISO 8601 UTC.
 * Throws SEAL_FAILED when the finished copy does not verify.
 */
export const redactBundle = async (
  bundle: Files,
  { secret, at, signer }: { readonly secret: string; readonly at: string; readonly signer: Signer },
): Promise<RedactedCopy> => {
  const redactor = createRedactor(identifiersOf(bundle), secret);
  const copies = new Map(
    [...bundle]
      .filter(([path]) => isPayload(path))
      .map(([path, bytes]) => [path, shared(path, bytes, bundle, redactor)] as const),
  );
  const { predicate } = JSON.parse(Buffer.from(bundle.get(FILES.statement)!).toString("utf8")) as {
    predicate: unknown;
  };
  const { payload: _payload, ...about } = parsePredicate(predicate);
  const record = recordOf(bundle, copies, redactor, about, at);
  const files = await sealBundle({
    ...about,
    sealedAt: at,
    payload: payloadOf(bundle, copies, record),
    schemas: new Map(),
    tagFiles: new Map([["about-this-copy.txt", ABOUT]]),
    ledger: new Map(),
    signer,
    predicateType: PREDICATE_TYPES.redactedCopy,
  });
  return { files, map: redactor.map, record };
};

const isJson = (path: string): boolean => /\.(?:json|jsonl)$/.test(path);

/** Every JSON file that is shared is looked through, so that a name found in one is replaced in all. */
const identifiersOf = (bundle: Files): ReadonlyMap<string, Kind> => {
  const found = new Map<string, Kind>();
  for (const [path, bytes] of bundle)
    if (isPayload(path) && isJson(path) && !SAME.test(path))
      for (const value of valuesOf(path, bytes)) identifiersIn(value, found);
  return found;
};

const valuesOf = (path: string, bytes: Uint8Array): readonly unknown[] =>
  path.endsWith(".jsonl")
    ? [...textLines(bytes)].map((line) => JSON.parse(line) as unknown)
    : [JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown];

/** A file as it is shared; null: withheld. */
const shared = (path: string, bytes: Uint8Array, bundle: Files, { redact }: Redactor): Uint8Array | null => {
  if (WITHHELD.test(path)) return null;
  if (SAME.test(path)) return bytes;
  if (path === "data/objects.csv" || path === "data/objects.parquet") return tableOf(path, bundle, redact);
  if (!isJson(path)) return null;
  const lines = valuesOf(path, bytes).map((value) => canonicalJson(redact(value)));
  return Buffer.from(path.endsWith(".jsonl") ? lines.map((line) => `${line}\n`).join("") : lines.join(""));
};

/** Made anew from the redacted inventory: a table is no place to search and replace in. */
const tableOf = (path: string, bundle: Files, redact: Redactor["redact"]): Uint8Array | null => {
  const objects = [...linesIn(INVENTORY, bundle.get("data/objects.jsonl"))].map(
    (one) => redact(one) as InventoriedObject,
  );
  return inventoryFiles(objects).get(path.slice("data/".length)) ?? null;
};

const recordOf = (
  bundle: Files,
  copies: ReadonlyMap<string, Uint8Array | null>,
  { map, mapSha256 }: Redactor,
  { caseId, revision }: { readonly caseId: string; readonly revision: number },
  redactedAt: string,
): RedactionRecord => ({
  schema: bundle.has(FILES.salted) ? "cordon/redaction/v2" : "cordon/redaction/v1",
  caseId,
  revision,
  redactedAt,
  original: { digest: bundleDigest(bundle) },
  tokens: { algorithm: ALGORITHM, count: Object.keys(map.tokens).length, mapSha256 },
  files: [...copies].filter(([path]) => path !== SALTS).map(fileOf(bundle)),
});

/** By its salted digest where the original has such: a plain one would give away what was redacted to whoever tries. */
const fileOf = (bundle: Files): ((copied: readonly [string, Uint8Array | null]) => RedactedFile) => {
  const listed = (path: string): ReadonlyMap<string, string> =>
    bundle.has(path) ? parseManifest(bundle.get(path)!, isPayload) : new Map<string, string>();
  const [salts, salted] = [listed(SALTS), listed(FILES.salted)];
  return ([path, bytes]) => {
    const original = sha256Hex(bundle.get(path)!);
    const copy = bytes === null ? null : sha256Hex(bytes);
    const state = copy === null ? "withheld" : copy === original ? "same" : "redacted";
    if (salted.size === 0) return { path, state, original, copy };
    return { path, state, original: salted.get(path)!, copy, salt: state === "same" ? salts.get(path)! : null };
  };
};

const payloadOf = (bundle: Files, copies: ReadonlyMap<string, Uint8Array | null>, record: RedactionRecord): Files =>
  new Map([
    ...[...copies].flatMap(([path, bytes]) =>
      bytes === null ? [] : [[copyOf(path).slice("data/".length), bytes] as const],
    ),
    ...[...originalFilesOf(bundle.has(FILES.salted)), ...LEDGER_FILES].flatMap((path) =>
      bundle.has(path) ? [[`${REDACTION.original.slice("data/".length)}${path}`, bundle.get(path)!] as const] : [],
    ),
    [REDACTION.record.slice("data/".length), canonicalBytes(record)],
  ]);
