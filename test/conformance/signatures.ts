import { createHash } from "node:crypto";
import { decodeEcdsa, encodeEcdsa, P256_ORDER } from "../../lib/evidence/der.ts";
import { preAuthEncoding } from "../../lib/evidence/dsse.ts";
import { canonicalBytes } from "../../lib/base/jcs.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER } from "../evidence/sample.ts";
import { type ConformanceCase, refused } from "./case.ts";
import { edit, forge, type Json, textOf, utf8 } from "./forge.ts";

const HIGH_S = "signed by the genuine key; openssl takes (r, n - s) as well as (r, s)";
const TYPE = "application/vnd.in-toto+json";

const der = (change: (signature: Uint8Array) => Uint8Array) => () => forge({ signature: change });
const numbers = (change: (r: bigint, s: bigint) => readonly [bigint, bigint]) =>
  der((signature) => {
    const { r, s } = decodeEcdsa(signature);
    const [newR, newS] = change(r, s);
    return encodeEcdsa({ r: newR, s: newS });
  });
const over = (message: (payload: Uint8Array) => Uint8Array) => () => forge({ message });
const pae = (to: (text: string) => string) => over((payload) => latin1(to(Buffer.from(preAuthEncoding(TYPE, payload)).toString("latin1"))));
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const concat = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

function toP1363(signature: Uint8Array): Uint8Array {
  const { r, s } = decodeEcdsa(signature);
  return Buffer.from([r, s].map((number) => number.toString(16).padStart(64, "0")).join(""), "hex");
}

const SIGNATURE = refused([
  ["signature-high-s", "ENCODING", numbers((r, s) => [r, P256_ORDER - s]), HIGH_S],
  ["signature-p1363", "ENCODING", der(toP1363)],
  ["signature-ber-long-length", "ENCODING", der((it) => concat(Uint8Array.of(0x30, 0x81, it.length - 2), it.subarray(2)))],
  ["signature-ber-indefinite", "ENCODING", der((it) => concat(Uint8Array.of(0x30, 0x80), it.subarray(2), Uint8Array.of(0, 0)))],
  ["signature-trailing-byte", "ENCODING", der((it) => concat(it, Uint8Array.of(0)))],
  ["signature-trailing-newline", "ENCODING", der((it) => concat(it, utf8("\n")))],
  ["signature-truncated", "ENCODING", der((it) => it.subarray(0, -1))],
  ["signature-empty", "ENCODING", der(() => new Uint8Array())],
  ["signature-twice", "ENCODING", der((it) => concat(it, it))],
  ["signature-base64", "ENCODING", der((it) => utf8(Buffer.from(it).toString("base64")))],
  ["signature-hex", "ENCODING", der((it) => utf8(Buffer.from(it).toString("hex")))],
  ["signature-zero-zero", "ENCODING", numbers(() => [0n, 0n])],
  ["signature-s-zero", "ENCODING", numbers((r) => [r, 0n])],
  ["signature-r-zero", "ENCODING", numbers((_, s) => [0n, s])],
  ["signature-one-one", "SIGNATURE", numbers(() => [1n, 1n])],
  ["signature-r-order", "ENCODING", numbers((_, s) => [P256_ORDER, s])],
  ["signature-s-order", "ENCODING", numbers((r) => [r, P256_ORDER])],
  ["signature-s-plus-order", "ENCODING", numbers((r, s) => [r, s + P256_ORDER])],
  ["signature-r-plus-order", "ENCODING", numbers((r, s) => [r + P256_ORDER, s])],
  ["signature-swapped", "SIGNATURE", numbers((r, s) => (r > P256_ORDER / 2n ? [s, s] : [s, r]))],
  ["signature-one-bit", "SIGNATURE", numbers((r, s) => [r, s ^ 1n])],
  ["signature-over-payload-alone", "SIGNATURE", over((payload) => payload)],
  ["signature-over-base64", "SIGNATURE", over((payload) => utf8(Buffer.from(payload).toString("base64")))],
  ["signature-over-digest", "SIGNATURE", over((payload) => createHash("sha256").update(preAuthEncoding(TYPE, payload)).digest())],
  ["signature-over-tag-manifest", "SIGNATURE", over((payload) => utf8(textOf(payload).match(/"sha256":"(\w{64})"/)?.[1] ?? ""))],
  ["signature-over-other-type", "SIGNATURE", over((payload) => preAuthEncoding("application/json", payload))],
  ["signature-over-empty-type", "SIGNATURE", over((payload) => preAuthEncoding("", payload))],
  ["pae-version", "SIGNATURE", pae((text) => text.replace("DSSEv1", "DSSEv2"))],
  ["pae-type-length-padded", "SIGNATURE", pae((text) => text.replace(" 28 ", " 028 "))],
  ["pae-type-length-wrong", "SIGNATURE", pae((text) => text.replace(" 28 ", " 27 "))],
  ["pae-body-length-wrong", "SIGNATURE", pae((text) => text.replace(/json (\d+) /, (_, length) => `json ${Number(length) + 1} `))],
  ["pae-body-length-missing", "SIGNATURE", pae((text) => text.replace(/json \d+ /, "json "))],
  ["pae-double-space", "SIGNATURE", pae((text) => text.replace("DSSEv1 ", "DSSEv1  "))],
  ["pae-type-with-space", "SIGNATURE", over((payload) => preAuthEncoding(`${TYPE} `, payload))],
  ["pae-body-with-newline", "SIGNATURE", pae((text) => `${text}\n`)],
]);

const skin = (change: (bundle: Json) => void) => () =>
  forge({
    sigstore: (bytes) => {
      const bundle: Json = JSON.parse(textOf(bytes));
      change(bundle);
      return canonicalBytes(bundle);
    },
  });
const skinText = (to: (text: string) => string) => () => forge({ sigstore: (bytes) => utf8(to(textOf(bytes))) });

/** The second skin says something else, or the same in another way. */
const SIGSTORE = refused([
  ["sigstore-other-payload", "ENVELOPE", skin((it) => void (it.dsseEnvelope.payload = Buffer.from("{}").toString("base64")))],
  ["sigstore-other-signature", "ENVELOPE", () => otherSignature()],
  ["sigstore-other-payload-type", "ENVELOPE", skin((it) => void (it.dsseEnvelope.payloadType = "application/json"))],
  ["sigstore-keyid", "ENVELOPE", skin((it) => void (it.dsseEnvelope.signatures[0].keyid = "key"))],
  ["sigstore-two-signatures", "ENVELOPE", skin((it) => void it.dsseEnvelope.signatures.push(it.dsseEnvelope.signatures[0]))],
  ["sigstore-no-signature", "ENVELOPE", skin((it) => void (it.dsseEnvelope.signatures = []))],
  ["sigstore-empty-signature", "ENVELOPE", skin((it) => void (it.dsseEnvelope.signatures[0].sig = ""))],
  ["sigstore-media-type", "ENVELOPE", skin((it) => void (it.mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2"))],
  ["sigstore-hint", "ENVELOPE", skin((it) => void (it.verificationMaterial.publicKey.hint = "other"))],
  ["sigstore-certificate", "ENVELOPE", skin((it) => void (it.verificationMaterial.certificate = { rawBytes: "" }))],
  ["sigstore-log-entry", "ENVELOPE", skin((it) => void (it.verificationMaterial.tlogEntries = [{}]))],
  ["sigstore-stray-time-stamp", "ENVELOPE", skin((it) => void (it.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [] }))],
  ["sigstore-unknown-member", "ENVELOPE", skin((it) => void (it.alg = "none"))],
  ["sigstore-pretty", "ENVELOPE", skinText((text) => JSON.stringify(JSON.parse(text), null, 2))],
  ["sigstore-final-newline", "ENVELOPE", skinText((text) => `${text}\n`)],
  ["sigstore-byte-order-mark", "ENVELOPE", skinText((text) => `\ufeff${text}`)],
  ["sigstore-duplicate-name", "ENVELOPE", skinText((text) => text.replace('"payload":', '"payload":"e30=","payload":'))],
  ["sigstore-base64-space", "ENVELOPE", skinText((text) => text.replace('"payload":"ey', '"payload":"ey '))],
  ["sigstore-base64-newline", "ENVELOPE", skinText((text) => text.replace('"payload":"ey', '"payload":"ey\\n'))],
  ["sigstore-base64-url", "ENVELOPE", skinText((text) => text.replace(/"sig":"[^"]+"/, (sig) => sig.replaceAll("+", "-").replaceAll("/", "_").replace(/=+"$/, '"')))],
  ["sigstore-base64-spare-bits", "ENVELOPE", skinText((text) => text.replace(/([A-Za-z0-9+/])(=+")/, (_, last, pad) => `${spare(last)}${pad}`))],
  ["sigstore-empty", "ENVELOPE", skinText(() => "")],
  ["sigstore-truncated", "ENVELOPE", skinText((text) => text.slice(0, -1))],
]);

/** The same six (or two, four) meaningful bits with a spare bit set. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const spare = (last: string): string => ALPHABET[ALPHABET.indexOf(last) ^ 1] ?? "A";

/** Two good signatures of one statement: only one of them lies beside it. */
async function otherSignature() {
  const attackers = await forge({ signer: ATTACKER_SIGNER });
  return forge({ sigstore: () => attackers.get(FILES.sigstore)! });
}

const pem = (der: string): string => `-----BEGIN PUBLIC KEY-----\n${(der.match(/.{1,64}/g) ?? []).join("\n")}\n-----END PUBLIC KEY-----\n`;
const pemOfHex = (hex: string): string => pem(Buffer.from(hex, "hex").toString("base64"));
const genuine = Buffer.from(await EVIDENCE_SIGNER.publicKey()).toString("hex");
const point = genuine.slice(-128);
const key = (to: (text: string) => string) => () => forge({ after: (files) => edit(files, FILES.key, to) });
const keyBytes = (bytes: Uint8Array) => () => forge({ after: (files) => void files.set(FILES.key, bytes) });

/** Keys of another kind in the place of the evidence key. The hex are public keys made for this purpose with openssl. */
const KEY = refused([
  ["key-empty", "KEY", key(() => "")],
  ["key-der", "KEY", keyBytes(Buffer.from(genuine, "hex"))],
  ["key-crlf", "KEY", key((text) => text.replaceAll("\n", "\r\n"))],
  ["key-one-line", "KEY", key((text) => text.replace(/(\w)\n(\w)/, "$1$2"))],
  ["key-leading-text", "KEY", key((text) => `the key:\n${text}`)],
  ["key-trailing-newline", "KEY", key((text) => `${text}\n`)],
  ["key-two", "KEY", key((text) => text + text)],
  ["key-certificate-label", "KEY", key((text) => text.replaceAll("PUBLIC KEY", "CERTIFICATE"))],
  ["key-private-label", "KEY", key((text) => text.replaceAll("PUBLIC KEY", "PRIVATE KEY"))],
  ["key-compressed-point", "KEY", key(() => pemOfHex(`3039301306072a8648ce3d020106082a8648ce3d030107032200${point.endsWith("0") ? "02" : "03"}${point.slice(0, 64)}`))],
  ["key-point-off-curve", "KEY", key(() => pemOfHex(`${genuine.slice(0, -2)}${genuine.endsWith("00") ? "01" : "00"}`))],
  ["key-point-zero", "KEY", key(() => pemOfHex(`${genuine.slice(0, -128)}${"0".repeat(128)}`))],
  ["key-point-infinity", "KEY", key(() => pemOfHex("3019301306072a8648ce3d020106082a8648ce3d03010703020000"))],
  ["key-other-curve-oid", "KEY", key(() => pemOfHex(genuine.replace("06082a8648ce3d030107", "06082a8648ce3d030106")))],
  ["key-secp256k1", "KEY", key(() => pemOfHex(`3056301006072a8648ce3d020106052b8104000a034200 04${SECP256K1_G}`.replace(" ", "")))],
  ["key-ed25519", "KEY", key(() => pemOfHex(`302a300506032b6570032100${"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}`))],
  ["key-rsa", "KEY", key(() => pemOfHex(`305c300d06092a864886f70d0101010500034b003048024100${"c1".repeat(64)}0203010001`))],
  ["key-trailing-der", "KEY", key(() => pemOfHex(`${genuine}00`))],
  ["key-no-parameters", "KEY", key(() => pemOfHex(`304f300906072a8648ce3d020103420004${point}`))],
]);
const SECP256K1_G =
  "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" +
  "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

export const SIGNATURE_CASES: readonly ConformanceCase[] = [...SIGNATURE, ...SIGSTORE, ...KEY];
