import { renderBagInfo, renderManifest } from "../../lib/evidence/bag.ts";
import { toLowS } from "../../lib/evidence/der.ts";
import { preAuthEncoding } from "../../lib/evidence/dsse.ts";
import { canonicalBytes, sha256Hex } from "../../lib/base/jcs.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import type { BundlePredicate } from "../../lib/evidence/predicate.ts";
import { toPem } from "../../lib/evidence/publicKey.ts";
import { sigstoreBundle } from "../../lib/evidence/sigstore.ts";
import type { Signer } from "../../lib/base/signer.ts";
import { EVIDENCE_SIGNER, samplePredicate } from "../evidence/sample.ts";

export type Files = Map<string, Uint8Array>;
// biome-ignore lint/suspicious/noExplicitAny: forged statements have any shape, that is their point
export type Json = any;

/** Where a forged bundle departs from a genuine one. Everything after the point of departure is made to fit it. */
export interface Forgery {
  readonly predicate?: Partial<BundlePredicate>;
  /** The payload, by path with `data/`, before its manifest is written. */
  readonly payload?: (payload: Files) => void;
  readonly manifest?: (text: string) => string | Uint8Array;
  /** The files outside `data/`, before the tag manifest is written. */
  readonly tags?: (tags: Files) => void;
  readonly tagManifest?: (text: string) => string | Uint8Array;
  /** The statement as a value, to be changed in place or replaced. */
  readonly statement?: (statement: Json) => Json;
  /** The signed bytes. */
  readonly bytes?: (canonical: Uint8Array) => Uint8Array;
  /** What is signed instead of the pre-authentication encoding. */
  readonly message?: (payload: Uint8Array) => Uint8Array;
  readonly signature?: (der: Uint8Array) => Uint8Array;
  readonly sigstore?: (bundle: Uint8Array) => Uint8Array;
  /** The finished files. */
  readonly after?: (files: Files) => void;
  readonly signer?: Signer;
}

export const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
export const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes!).toString("utf8");
export const edit = (files: Files, path: string, change: (text: string) => string): void => {
  files.set(path, utf8(change(textOf(files.get(path)))));
};

const SAMPLE_PAYLOAD: readonly (readonly [string, string])[] = [
  ["data/case.json", '{"caseId":"case-20261121-0a1b2c3d4e"}'],
  ["data/detections/0001.json", '{"rule":"bulk-read"}'],
  ["data/empty.txt", ""],
  ["data/timeline.jsonl", '{"seq":1}\n{"seq":2}\n'],
];

/**
 * Builds a bundle the long way round, not through `sealBundle` (which would refuse), with departures at chosen points.
 * Signed by the genuine test key unless told otherwise: so the verifier must find the fault itself, not by the signature.
 */
export async function forge(forgery: Forgery = {}): Promise<Files> {
  const payload = mapOf(SAMPLE_PAYLOAD);
  forgery.payload?.(payload);
  const sizes = { files: payload.size, bytes: [...payload.values()].reduce((sum, bytes) => sum + bytes.length, 0) };
  const predicate = { ...samplePredicate(), payload: sizes, ...forgery.predicate };
  const tags = await tagFiles(payload, predicate, forgery);
  const tagManifest = bytesOf((forgery.tagManifest ?? same)(manifestOf(tags)));
  const attestation = await attest(tagManifest, predicate, forgery);
  const files: Files = new Map([...payload, ...tags, [FILES.tagManifest, tagManifest], ...attestation]);
  forgery.after?.(files);
  return files;
}

async function tagFiles(payload: Files, predicate: BundlePredicate, forgery: Forgery): Promise<Files> {
  const tags = mapOf([
    [FILES.bagit, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"],
    [FILES.bagInfo, renderBagInfo(predicate)],
    [FILES.key, toPem(await (forgery.signer ?? EVIDENCE_SIGNER).publicKey())],
    ["schema/case.json", '{"type":"object"}'],
  ]);
  tags.set(FILES.manifest, bytesOf((forgery.manifest ?? same)(manifestOf(payload))));
  forgery.tags?.(tags);
  return tags;
}

async function attest(tagManifest: Uint8Array, predicate: BundlePredicate, forgery: Forgery): Promise<Files> {
  const statement: Json = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: FILES.tagManifest, digest: { sha256: sha256Hex(tagManifest) } }],
    predicateType: "https://cordon.dev/evidence-bundle/v1",
    predicate,
  };
  const payload = (forgery.bytes ?? same)(canonicalBytes((forgery.statement ?? same)(structuredClone(statement))));
  const message = (forgery.message ?? ((body) => preAuthEncoding("application/vnd.in-toto+json", body)))(payload);
  const good = toLowS(await (forgery.signer ?? EVIDENCE_SIGNER).sign(message));
  const signature = (forgery.signature ?? same)(good);
  const sigstore = (forgery.sigstore ?? same)(sigstoreBundle(payload, signature));
  return new Map([
    [FILES.statement, payload],
    [FILES.signature, signature],
    [FILES.sigstore, sigstore],
  ]);
}

const same = <Value>(value: Value): Value => value;
const bytesOf = (content: string | Uint8Array): Uint8Array => (typeof content === "string" ? utf8(content) : content);
const mapOf = (texts: readonly (readonly [string, string])[]): Files => new Map(texts.map(([path, text]) => [path, utf8(text)]));
const manifestOf = (files: Files): string =>
  renderManifest(new Map([...files].map(([path, bytes]) => [path, { sha256: sha256Hex(bytes) }] as const)));
