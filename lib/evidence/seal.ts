import { type Bodies, type Body, digestOfBody, lengthOf, wholeOf } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import type { Signer } from "../base/signer.ts";
import { BAGIT_TXT, renderBagInfo, renderManifest } from "./bag.ts";
import { signStatement } from "./dsse.ts";
import { howToVerify } from "./howToVerify.ts";
import { FILES, LEDGER_FILES, REDACTION, SALTS } from "./layout.ts";
import type { BundlePredicate } from "./predicate.ts";
import { parsePem, parsePublicKey, toPem } from "./publicKey.ts";
import { OPENSSL_RECIPE } from "./recipe.ts";
import { saltFiles } from "./salts.ts";
import { sigstoreBundle } from "./sigstore.ts";
import { makeStatement, PREDICATE_TYPES } from "./statement.ts";
import { verifyBundle } from "./verify.ts";

/** Everything a bundle is made of. Its bytes are a pure function of this and of the signature. */
export interface SealInput<Payload extends Body = Body> extends Omit<BundlePredicate, "payload"> {
  /** Path without `data/` → bytes. Paths must be safe (`nameFault`): hostile names belong inside the files. */
  readonly payload: ReadonlyMap<string, Payload>;
  /** Name inside `schema/` → JSON Schema text. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Further files at the root. The recipe, how-to-verify.txt and the public key are added by themselves. */
  readonly tagFiles: ReadonlyMap<string, string>;
  /** Name inside `ledger/` → bytes; may be empty, and may be added later by `attachLedger`: the seal does not cover it. */
  readonly ledger: ReadonlyMap<string, Uint8Array>;
  readonly signer: Signer;
  /** Makes a salt of 64 hex digits per file, by which redacted copies name files; left out, the older form. */
  readonly salt?: () => string;
  /** Stamps the signature bytes (a TimeStampResp), or answers null when no authority could be had: sealing does not wait for one. */
  readonly stamp?: (signature: Uint8Array) => Promise<Uint8Array | null>;
  /** A redacted copy is signed as such, so that it can never pass for the bundle it was made from. */
  readonly predicateType?: typeof PREDICATE_TYPES.evidenceBundle | typeof PREDICATE_TYPES.redactedCopy;
}

type Files<Any extends Body = Uint8Array> = ReadonlyMap<string, Any>;

/**
 * Seals a case into a bundle: path → bytes, sorted by path. Throws SEAL_FAILED when the signer fails, when a name or a
 * member of the predicate is not allowed, or when the finished bundle does not pass the verifier: nothing unproven leaves.
 */
export async function sealBundle<Payload extends Body>(
  given: SealInput<Payload>,
): Promise<Files<Payload | Uint8Array>> {
  const digests = new Map(given.payload.entries().map(([path, body]) => [`data/${path}`, digestIn(body)] as const));
  const input = given.salt === undefined ? given : salted(given, digests, given.salt);
  const publicKey = assertUsable(await input.signer.publicKey());
  const payload = underFolder("data", input.payload);
  const predicate = predicateOf(input);
  const tags = tagFiles(input, predicate, digests, publicKey);
  const signed = await attest(input, publicKey, predicate, tags);
  const files = sorted<Payload | Uint8Array>([...payload, ...tags, ...signed]);
  await assertVerifies(files, publicKey);
  return attachLedger(files, input.ledger);
}

type Digests = Map<string, { readonly sha256: string }>;

const digestIn = (body: Body): { readonly sha256: string } => ({ sha256: digestOfBody(body) });

/** The salts are a file of the payload like any other, and are named in no salted digest. */
function salted<Payload extends Body>(
  input: SealInput<Payload>,
  digests: Digests,
  salt: () => string,
): SealInput<Payload | Uint8Array> {
  const files = saltFiles(digests, salt);
  const salts = Buffer.from(files.salts);
  digests.set(SALTS, digestIn(salts));
  return {
    ...input,
    payload: new Map<string, Payload | Uint8Array>([...input.payload, [SALTS.slice("data/".length), salts]]),
    tagFiles: new Map([...input.tagFiles, [FILES.salted, files.salted]]),
  };
}

/** What names a bundle everywhere (ledger, `supersedes`, case head): SHA-256 (hex) of its tag manifest. */
export function bundleDigest(files: Bodies): string {
  const tagManifest = files.get(FILES.tagManifest);
  if (tagManifest === undefined) throw new CordonError("INPUT_INVALID", `Not a bundle: it has no ${FILES.tagManifest}`);
  return digestOfBody(tagManifest);
}

/** The bundle with its ledger files, which can only exist once its digest is in the ledger. Names are those of LEDGER_FILES. */
export function attachLedger<Any extends Body>(files: Files<Any>, ledger: Files): Files<Any | Uint8Array> {
  const added = underFolder("ledger", ledger);
  const unknown = added.keys().find((path) => !LEDGER_FILES.includes(path));
  if (unknown !== undefined) throw new CordonError("SEAL_FAILED", `Not a ledger file: ${JSON.stringify(unknown)}`);
  return sorted<Any | Uint8Array>([...files, ...added]);
}

function assertUsable(publicKey: Uint8Array): Uint8Array {
  try {
    return parsePublicKey(publicKey).spki;
  } catch (cause) {
    throw new CordonError("SEAL_FAILED", "The signer's public key is not a P-256 key in DER", { cause });
  }
}

function predicateOf(input: SealInput): BundlePredicate {
  const { caseId, revision, supersedes, sealedAt, deployment, producer, ledgerHead, result, exercise } = input;
  const bytes = input.payload.values().reduce((sum, file) => sum + lengthOf(file), 0);
  const payload = { files: input.payload.size, bytes };
  return { caseId, revision, supersedes, sealedAt, deployment, payload, producer, ledgerHead, result, exercise };
}

/** Every file of the bag outside `data/`, the tag manifest over them included. */
function tagFiles(input: SealInput, predicate: BundlePredicate, payload: Digests, publicKey: Uint8Array): Files {
  const { fingerprint } = parsePublicKey(publicKey);
  const tags = asBytes([
    ...input.schemas.entries().map(([name, text]) => [`schema/${name}`, text] as const),
    ...input.tagFiles,
    [FILES.bagit, BAGIT_TXT],
    [FILES.bagInfo, renderBagInfo(predicate)],
    [FILES.manifest, renderManifest(payload)],
    [FILES.key, toPem(publicKey)],
    [FILES.howToVerify, howToVerify({ ...predicate, fingerprint })],
    [FILES.recipe, OPENSSL_RECIPE],
  ]);
  return new Map([...tags, ...asBytes([[FILES.tagManifest, manifestOf(tags)]])]);
}

async function attest(
  { signer, stamp, predicateType = PREDICATE_TYPES.evidenceBundle }: SealInput,
  publicKey: Uint8Array,
  predicate: BundlePredicate,
  tags: Files,
): Promise<Files> {
  const subject = { name: FILES.tagManifest, sha256: bundleDigest(tags) };
  const statement = makeStatement(predicateType, subject, predicate);
  const signed = await signStatement({ statement, sign: (message) => signer.sign(message), publicKey });
  return new Map([
    [FILES.statement, signed.payload],
    [FILES.signature, signed.signature],
    [FILES.sigstore, sigstoreBundle(signed.payload, signed.signature, (await stamp?.(signed.signature)) ?? null)],
  ]);
}

async function assertVerifies(files: Bodies, publicKey: Uint8Array): Promise<void> {
  const original = files.get(`${REDACTION.original}${FILES.key}`);
  const keys = original === undefined ? [publicKey] : [publicKey, parsePem(wholeOf(original)).spki];
  // What proves its place in the ledger is made after the seal; that of a copy's original was judged where it was read.
  const report = await verifyBundle(files, { trust: keys, verifyLedger: () => [] });
  if (report.exitCode === 0) return;
  const faults = report.errors.map(({ code, detail }) => ({
    path: code,
    expected: "a bundle that verifies",
    got: detail,
  }));
  throw new CordonError("SEAL_FAILED", `The bundle does not verify: ${faults[0]?.path}: ${faults[0]?.got}`, { faults });
}

const underFolder = <Any extends Body>(folder: string, files: Files<Any>): Files<Any> =>
  new Map(files.entries().map(([name, body]) => [`${folder}/${name}`, body] as const));

const asBytes = (texts: readonly (readonly [string, string])[]): Files =>
  new Map(texts.map(([path, text]) => [path, Buffer.from(text, "utf8")] as const));

const manifestOf = (files: Files): string =>
  renderManifest(new Map(files.entries().map(([path, bytes]) => [path, digestIn(bytes)] as const)));

const sorted = <Any extends Body>(files: Iterable<readonly [string, Any]>): Files<Any> =>
  new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
