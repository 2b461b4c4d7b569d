import { EvidenceError, printable } from "../base/evidenceError.ts";
import { canonicalJson, parseCanonicalJson } from "../base/jcs.ts";
import { parseManifest } from "./bag.ts";
import { type BundleStatement, heldFile } from "./checkAttestation.ts";
import { verifySigned } from "./dsse.ts";
import type { Inventory } from "./inventory.ts";
import { FILES, isPayload, isTagFile, LEDGER_FILES, REDACTION } from "./layout.ts";
import { parsePredicate } from "./predicate.ts";
import { type EvidenceKey, parsePem } from "./publicKey.ts";
import { saltedDigest } from "./salts.ts";
import { assertMembers, PREDICATE_TYPES } from "./statement.ts";

/** Version 2 names files of the original by salted digests; version 1 is of bundles that have none. */
export const REDACTION_SCHEMAS = ["cordon/redaction/v1", "cordon/redaction/v2"] as const;
const MEMBERS = ["caseId", "files", "original", "redactedAt", "revision", "schema", "tokens"] as const;
const HEX_256 = /^[0-9a-f]{64}$/;

/** What became of one file of the original. `copy`: SHA-256 (hex) of the file as shared; null when it is withheld. */
export interface RedactedFile {
  /** Path in the original, `data/…`. */
  readonly path: string;
  readonly state: "same" | "redacted" | "withheld";
  /** SHA-256 (hex) as the original's manifest lists it; in version 2 the salted digest. */
  readonly original: string;
  readonly copy: string | null;
  /** Version 2: the salt of a file that is shared as it is, by which that is proven; null of any other. */
  readonly salt?: string | null;
}

/** `data/redaction.json`: signed with the copy, since the copy's manifest lists it. */
export interface RedactionRecord {
  readonly schema: (typeof REDACTION_SCHEMAS)[number];
  readonly caseId: string;
  readonly revision: number;
  readonly redactedAt: string;
  /** Bundle digest of the original. */
  readonly original: { readonly digest: string };
  /** How tokens were made; `mapSha256` commits to the list of what they stand for, which its maker keeps. */
  readonly tokens: { readonly algorithm: string; readonly count: number; readonly mapSha256: string };
  readonly files: readonly RedactedFile[];
}

/** The bundle a copy was made from, as far as the copy proves it. */
export interface RedactedOriginal {
  readonly statement: BundleStatement;
  readonly key: EvidenceKey;
  readonly digest: string;
  readonly same: number;
  readonly redacted: number;
  readonly withheld: number;
}

/** The files of an original that go along as they are. The plain manifest only where there is no salted one. */
export const originalFilesOf = (isSalted: boolean): readonly string[] => [
  ...(isSalted ? [FILES.salted, FILES.sigstore] : [FILES.manifest]),
  FILES.tagManifest,
  FILES.key,
  FILES.statement,
  FILES.signature,
];

/**
 * Judges a redacted copy against the original that it names: the original's statement is signed and about its tag
 * manifest, that lists its manifest, and every line of the manifest is accounted for by exactly one file here or by its
 * absence. Throws EvidenceError: those of the original's own checks, REDACTION for a record that does not fit, DIGEST
 * for a file that is not the one the record names, EXTRA for one that it does not name.
 */
export function assertRedaction(inventory: Inventory, copy: BundleStatement): RedactedOriginal {
  const { statement, key } = originalOf(inventory);
  const record = parseRecord(heldFile(inventory, REDACTION.record));
  const digest = statement.subject[0].digest.sha256;
  const agrees = [statement.predicate, copy.predicate].every(
    ({ caseId, revision }) => caseId === record.caseId && revision === record.revision,
  );
  if (!agrees || record.original.digest !== digest || record.redactedAt !== copy.predicate.sealedAt)
    throw refused("record, copy and original are not about the same bundle");
  if (aboutOf(statement) !== aboutOf(copy)) throw refused("the copy says other things of the case than the original");
  assertAccounted(inventory, record, manifestOf(inventory, isSalted(record)));
  const count = (state: RedactedFile["state"]): number => record.files.filter((file) => file.state === state).length;
  return { statement, key, digest, same: count("same"), redacted: count("redacted"), withheld: count("withheld") };
}

/** What a copy says of the case is what the original says; only its own date and size are its own. */
const aboutOf = ({ predicate: { payload: _payload, sealedAt: _sealedAt, ...about } }: BundleStatement): string =>
  canonicalJson(about);

const original = (path: string): string => `${REDACTION.original}${path}`;

function originalOf(inventory: Inventory): { readonly statement: BundleStatement; readonly key: EvidenceKey } {
  const key = parsePem(heldFile(inventory, original(FILES.key)));
  const signed = verifySigned(
    heldFile(inventory, original(FILES.statement)),
    heldFile(inventory, original(FILES.signature)),
    key,
    PREDICATE_TYPES.evidenceBundle,
  );
  const [{ name, digest }] = signed.subject;
  if (name !== FILES.tagManifest || inventory.digests.get(original(FILES.tagManifest))?.sha256 !== digest.sha256)
    throw new EvidenceError("SUBJECT", "the original's statement is not about the tag manifest that is here");
  return { statement: { ...signed, predicate: parsePredicate(signed.predicate) }, key };
}

/** The original's manifest, once its tag manifest vouches for it and for the key. */
function manifestOf(inventory: Inventory, salted: boolean): ReadonlyMap<string, string> {
  const manifest = salted ? FILES.salted : FILES.manifest;
  const tags = parseManifest(heldFile(inventory, original(FILES.tagManifest)), isTagFile);
  for (const path of [manifest, FILES.key]) {
    if (tags.get(path) !== inventory.digests.get(original(path))?.sha256)
      throw new EvidenceError("DIGEST", `${original(path)}: not what the original's tag manifest lists`);
  }
  return parseManifest(heldFile(inventory, original(manifest)), isPayload);
}

function assertAccounted(inventory: Inventory, record: RedactionRecord, manifest: ReadonlyMap<string, string>): void {
  const named = new Map(record.files.map((file) => [file.path, file]));
  if (named.size !== record.files.length || named.size !== manifest.size)
    throw refused(`${record.files.length} files in the record, ${manifest.size} in the original`);
  for (const [path, sha256] of manifest) assertFile(inventory, path, sha256, named.get(path), isSalted(record));
  const allowed = new Set([
    REDACTION.record,
    ...[...originalFilesOf(isSalted(record)), ...LEDGER_FILES].map(original),
    ...record.files.filter(({ copy }) => copy !== null).map(({ path }) => copyOf(path)),
  ]);
  const extra = inventory.digests.keys().find((path) => isPayload(path) && !allowed.has(path));
  if (extra !== undefined) throw new EvidenceError("EXTRA", printable(`${extra}: not named in ${REDACTION.record}`));
}

/** The ledger files of the original where a bundle has its own; a copy that has some of its own is refused. */
export function originalLedger(inventory: Inventory): Inventory {
  const folder = `${REDACTION.original}ledger/`;
  const moved = <Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
    new Map(
      map.entries().flatMap(([path, value]) => {
        if (path.startsWith("ledger/")) return [[`ledger/of-the-copy/${path}`, value] as const];
        return path.startsWith(folder) ? [[`ledger/${path.slice(folder.length)}`, value] as const] : [];
      }),
    );
  return { ...inventory, digests: moved(inventory.digests), held: moved(inventory.held) };
}

/** The files below a folder under their names in it, as if nothing else were there. */
export function movedFrom(folder: string, inventory: Inventory): Inventory {
  const moved = <Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
    new Map(
      map
        .entries()
        .flatMap(([path, value]) => (path.startsWith(folder) ? [[path.slice(folder.length), value] as const] : [])),
    );
  return { ...inventory, digests: moved(inventory.digests), held: moved(inventory.held) };
}

/** Where the shared form of a file of the original lies. */
export const copyOf = (path: string): string => `${REDACTION.copy}${path.slice("data/".length)}`;

const isSalted = ({ schema }: RedactionRecord): boolean => schema === "cordon/redaction/v2";

function assertFile(
  inventory: Inventory,
  path: string,
  sha256: string,
  file: RedactedFile | undefined,
  salted: boolean,
): void {
  if (file?.original !== sha256) throw refused(`${path}: the original's manifest lists ${sha256}`);
  const here = inventory.digests.get(copyOf(path))?.sha256 ?? null;
  if (here !== file.copy)
    throw new EvidenceError("DIGEST", `${copyOf(path)}: named ${file.copy ?? "withheld"}, here ${here ?? "nothing"}`);
  const proven = salted && here !== null ? saltedDigest(file.salt ?? "", here) : here;
  const isRight =
    file.state === "withheld"
      ? here === null
      : file.state === "same"
        ? proven === sha256
        : here !== null && proven !== sha256;
  if (!isRight) throw refused(`${path}: said to be ${file.state}, which its digests contradict`);
}

function parseRecord(bytes: Uint8Array): RedactionRecord {
  const value = parseCanonicalJson(bytes);
  assertMembers(value, MEMBERS, "redaction.json");
  const { schema, files, original: made, tokens } = value;
  assertMembers(made, ["digest"], "redaction.json original");
  assertMembers(tokens, ["algorithm", "count", "mapSha256"], "redaction.json tokens");
  if (!(REDACTION_SCHEMAS as readonly unknown[]).includes(schema))
    throw new EvidenceError("VERSION", printable(`expected ${REDACTION_SCHEMAS.join(" or ")}, got ${String(schema)}`));
  const members = ["copy", "original", "path", ...(schema === REDACTION_SCHEMAS[1] ? ["salt"] : []), "state"];
  if (!Array.isArray(files) || !HEX_256.test(String(tokens.mapSha256))) throw refused("a member is not as expected");
  for (const file of files) {
    assertMembers(file, members, "redaction.json file");
    const isRight =
      ["same", "redacted", "withheld"].includes(String(file.state)) &&
      isPayload(String(file.path)) &&
      HEX_256.test(String(file.original)) &&
      (file.copy === null || HEX_256.test(String(file.copy))) &&
      (file.salt === undefined || file.salt === null || (file.state === "same" && HEX_256.test(String(file.salt))));
    if (!isRight) throw refused("a file is not as expected");
  }
  return value as unknown as RedactionRecord;
}

const refused = (detail: string): EvidenceError => new EvidenceError("REDACTION", printable(detail));
