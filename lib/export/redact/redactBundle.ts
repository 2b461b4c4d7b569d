import { type Bodies, type Body, digestOfBody, lengthOf, wholeOf } from "../../base/content.ts";
import { canonicalBytes, canonicalJson } from "../../base/jcs.ts";
import type { Signer } from "../../base/signer.ts";
import { type Spools, spooled } from "../../base/spool.ts";
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
import { identifiersIn } from "./identifiers.ts";
import { createNames, type Names } from "./names.ts";
import { ALGORITHM, createRedact, type Redact } from "./tokens.ts";

/**
 * Not shared at all: signed envelopes hold names in base64, STIX ids are digests of addresses that anybody can try out,
 * and what is written for people (report, shown plans) repeats names in every form that HTML knows.
 */
const WITHHELD = /^data\/(?:decisions\/|reviews\/|marks\/|exports\/|ledger\/.*proof$)|\.(?:html|md|txt)$/;
/** Nothing in them names anybody. */
const SAME = /^data\/(?:rules\.jsonl|artifacts\.json|controls\.json|ledger\/)/;

const EXACT = "Not hidden: account ids, document names, numbers, sizes, counts and times.";
const COARSE = `Made coarse: sizes, counts and other numbers of ten and more are cut to their first digit, times to their day, however they are
written in digits. What an original byte or second was cannot be told from the files shared here. Not hidden: account ids, document
names, the sizes and number of the files of the original, how many lines a list has (one for an object or an event), the dates and the
result in the two signed statements, and the times in the case's entries of the ledger.`;

const aboutCopy = (
  coarse: boolean,
): string => `This is a redacted copy of a Cordon evidence bundle. Names, keys, addresses, buckets and object keys are replaced by
tokens; the same token stands for the same thing throughout this copy. data/redaction.json accounts for every file of the original,
data/original/ proves the original, data/copy/ holds the files as shared. Files of the original are named by salted digests, whose
salts stay with the original; where that was sealed by version 0.1.0 they are plain, and a name, bucket or address could be found by
trying all of them.

${coarse ? COARSE : EXACT} Whoever knows one of those from elsewhere may recognise the incident by it. What redacted files say is the word of whoever made this copy; only files said to be the same are proven.

  cordon evidence verify COPY --trust keys.json

proves that a key you trust made this copy of exactly that sealed bundle, and that files said to be the same are unchanged.
The openssl recipe and cosign check the signature under the type ${PREDICATE_TYPES.redactedCopy}.
`;

export interface RedactedCopy {
  readonly files: Bodies;
  /** JSON lines: the secret, then every name with its token. To be kept aside, mode 0600: with it a copy can be resolved and its promise checked. */
  readonly tokens: Body;
  readonly record: RedactionRecord;
}

export interface RedactionWish {
  /** Hex, of this copy alone. */
  readonly secret: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Sizes, counts and times are made coarse too. */
  readonly coarse: boolean;
  readonly signer: Signer;
}

/**
 * Makes a copy of a sealed bundle that may be shared, and signs it. Twice through every file that is shared: to gather the names,
 * then to replace them. Throws SEAL_FAILED when the finished copy does not verify.
 */
export const redactBundle = async (
  bundle: Bodies,
  { secret, at, coarse, signer }: RedactionWish,
  spools: Spools,
): Promise<RedactedCopy> => {
  const list = spools.spool();
  list.add(`${JSON.stringify({ secret })}\n`);
  const names = createNames(secret, list);
  gather(bundle, names);
  const tokens = list.done();
  const redact = createRedact(names, coarse);
  const copies = copiesOf(bundle, redact, spools);
  const { predicate } = JSON.parse(Buffer.from(wholeOf(bundle.get(FILES.statement)!)).toString("utf8")) as {
    predicate: unknown;
  };
  const { payload: _payload, ...about } = parsePredicate(predicate);
  const made = { algorithm: ALGORITHM, count: names.count, mapSha256: digestOfBody(tokens) };
  const record = recordOf(bundle, copies, made, about, at);
  const files = await sealBundle({
    ...about,
    sealedAt: at,
    payload: payloadOf(bundle, copies, record),
    schemas: new Map(),
    tagFiles: new Map([["about-this-copy.txt", aboutCopy(coarse)]]),
    ledger: new Map(),
    signer,
    predicateType: PREDICATE_TYPES.redactedCopy,
  });
  return { files, tokens, record };
};

/** One JSON value is read whole; what is larger than this and no list of lines is withheld. */
const LARGEST_VALUE_BYTES = 32 * 2 ** 20;

/** Null: withheld. */
type Copies = ReadonlyMap<string, Body | null>;

const isShared = (path: string, body: Body): boolean =>
  !WITHHELD.test(path) &&
  (SAME.test(path) || path.endsWith(".jsonl") || (path.endsWith(".json") && lengthOf(body) <= LARGEST_VALUE_BYTES));

/** Every file that is shared is looked through, so that a name found in one is replaced in all. */
const gather = (bundle: Bodies, names: Names): void => {
  const seen = new Set<string>();
  for (const [path, body] of bundle)
    if (isPayload(path) && isShared(path, body) && !SAME.test(path))
      for (const value of valuesOf(path, body)) identifiersIn(value, names, seen);
};

function* valuesOf(path: string, body: Body): Generator<unknown> {
  if (!path.endsWith(".jsonl")) yield JSON.parse(Buffer.from(wholeOf(body)).toString("utf8"));
  else for (const line of textLines(body)) yield JSON.parse(line);
}

const INVENTORY_LINES = `data/${INVENTORY.name}`;
/** Tables of the inventory, made anew from its redacted lines: a table is no place to search and replace in. */
const TABLES: readonly string[] = ["data/objects.csv", "data/objects.parquet"];

const copiesOf = (bundle: Bodies, redact: Redact, spools: Spools): Copies => {
  const copies = new Map<string, Body | null>();
  for (const [path, body] of bundle) {
    if (!isPayload(path) || path === INVENTORY_LINES || TABLES.includes(path)) continue;
    copies.set(path, isShared(path, body) ? (SAME.test(path) ? body : redacted(path, body, redact, spools)) : null);
  }
  const lines = bundle.get(INVENTORY_LINES);
  if (lines !== undefined)
    for (const [name, body] of inventoryFiles(redactedObjects(lines, redact), spools))
      if (bundle.has(`data/${name}`)) copies.set(`data/${name}`, body);
  for (const path of TABLES) if (bundle.has(path) && !copies.has(path)) copies.set(path, null);
  return new Map([...copies].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const redacted = (path: string, body: Body, redact: Redact, spools: Spools): Body =>
  spooled(
    spools,
    Iterator.from(valuesOf(path, body)).map(
      (value) => `${canonicalJson(redact(value))}${path.endsWith(".jsonl") ? "\n" : ""}`,
    ),
  );

const redactedObjects = (lines: Body, redact: Redact): Iterable<InventoriedObject> =>
  Iterator.from(linesIn(INVENTORY, lines)).map((one) => redact(one) as InventoriedObject);

const recordOf = (
  bundle: Bodies,
  copies: Copies,
  tokens: RedactionRecord["tokens"],
  { caseId, revision }: { readonly caseId: string; readonly revision: number },
  redactedAt: string,
): RedactionRecord => ({
  schema: bundle.has(FILES.salted) ? "cordon/redaction/v2" : "cordon/redaction/v1",
  caseId,
  revision,
  redactedAt,
  original: { digest: bundleDigest(bundle) },
  tokens,
  files: [...copies].filter(([path]) => path !== SALTS).map(fileOf(bundle)),
});

/** By its salted digest where the original has such: a plain one would give away what was redacted to whoever tries. */
const fileOf = (bundle: Bodies): ((copied: readonly [string, Body | null]) => RedactedFile) => {
  const listed = (path: string): ReadonlyMap<string, string> =>
    bundle.has(path) ? parseManifest(wholeOf(bundle.get(path)!), isPayload) : new Map<string, string>();
  const [salts, salted] = [listed(SALTS), listed(FILES.salted)];
  return ([path, body]) => {
    const original = digestOfBody(bundle.get(path)!);
    const copy = body === null ? null : digestOfBody(body);
    const state = copy === null ? "withheld" : copy === original ? "same" : "redacted";
    if (salted.size === 0) return { path, state, original, copy };
    return { path, state, original: salted.get(path)!, copy, salt: state === "same" ? salts.get(path)! : null };
  };
};

const payloadOf = (bundle: Bodies, copies: Copies, record: RedactionRecord): Bodies =>
  new Map<string, Body>([
    ...[...copies].flatMap(([path, body]) =>
      body === null ? [] : [[copyOf(path).slice("data/".length), body] as const],
    ),
    ...[...originalFilesOf(bundle.has(FILES.salted)), ...LEDGER_FILES].flatMap((path) =>
      bundle.has(path) ? [[`${REDACTION.original.slice("data/".length)}${path}`, bundle.get(path)!] as const] : [],
    ),
    [REDACTION.record.slice("data/".length), canonicalBytes(record)],
  ]);
