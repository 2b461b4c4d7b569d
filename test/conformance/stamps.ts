import { FILES } from "../../lib/evidence/layout.ts";
import { sigstoreBundle } from "../../lib/evidence/sigstore.ts";
import type { ConformanceCase } from "./case.ts";
import { edit, type Files, forge, utf8 } from "./forge.ts";
import { AUTHORITY, IDENTITIES, OTHER_AUTHORITY, SHA1, type StampForgery, stamp } from "./stamper.ts";

const NOT_JUDGED = "the recipe holds the token in its place and leaves judging it to openssl ts";

/** A bundle whose signature is stamped; everything else is the same as without. */
async function stamped(forgery: StampForgery = {}, over?: Uint8Array): Promise<Files> {
  const files = await forge();
  const [statement, signature] = [files.get(FILES.statement)!, files.get(FILES.signature)!];
  files.set(FILES.sigstore, sigstoreBundle(statement, signature, await stamp(over ?? signature, forgery)));
  return files;
}
const skin = (to: (text: string) => string) => async () => {
  const files = await stamped();
  edit(files, FILES.sigstore, to);
  return files;
};
const TOKEN = /"signedTimestamp":"[^"]+"/;

type Row = readonly [
  name: string,
  code: ConformanceCase["code"],
  bundle: () => Promise<Files>,
  more?: { readonly exitCode?: number; readonly authority?: string | null; readonly recipeRefuses?: true },
];
const cases = (rows: readonly Row[]): readonly ConformanceCase[] =>
  rows.map(([name, code, bundle, { exitCode, authority = AUTHORITY, recipeRefuses } = {}]) => ({
    name: `stamp-${name}${code === null ? "_ok" : "_fail"}`,
    exitCode: exitCode ?? (code === null ? 0 : 1),
    code,
    trust: "evidence",
    ...(authority === null ? {} : { authorities: authority }),
    bundle,
    recipeAccepts: code === null || recipeRefuses ? null : NOT_JUDGED,
  }));

const SEVERAL = utf8("another message");
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** Time stamps (RFC 3161), judged with the certificate of the authority that the auditor names; `null`: he names none. */
export const STAMP_CASES: readonly ConformanceCase[] = cases([
  ["genuine", null, () => stamped()],
  ["genuine-authority-not-named", null, () => stamped(), { authority: null }],
  ["with-nonce", null, () => stamped({ nonce: Uint8Array.of(1, 2, 3) })],
  ["with-fraction", null, () => stamped({ time: "20261121000540.25Z" })],
  ["a-year-later", null, () => stamped({ time: "20271121000540Z" })],
  ["absent-and-not-asked-for", null, () => forge(), { authority: null }],
  ["absent-and-asked-for", "TIMESTAMP_UNTRUSTED", () => forge(), { exitCode: 3 }],
  ["other-authority-named", "TIMESTAMP_UNTRUSTED", () => stamped(), { exitCode: 3, authority: OTHER_AUTHORITY }],
  ["by-other-authority", "TIMESTAMP_UNTRUSTED", () => stamped({ by: IDENTITIES.otherAuthority }), { exitCode: 3 }],
  ["by-a-web-servers-certificate", "TIMESTAMP_UNTRUSTED", () => stamped({ by: IDENTITIES.webServer }), { exitCode: 3 }],
  ["by-an-expired-certificate", "TIMESTAMP_UNTRUSTED", () => stamped({ by: IDENTITIES.expired }), { exitCode: 3 }],
  ["of-other-signature", "TIMESTAMP", () => stamped({}, SEVERAL)],
  ["of-other-signature-authority-not-named", "TIMESTAMP", () => stamped({}, SEVERAL), { authority: null }],
  ["of-the-statement-not-the-signature", "TIMESTAMP", async () => stamped({}, (await forge()).get(FILES.statement)!)],
  ["from-before-the-sealing", "TIMESTAMP", () => stamped({ time: "20261120230000Z" })],
  ["from-before-the-sealing-authority-not-named", "TIMESTAMP", () => stamped({ time: "20200601000000Z" }), { authority: null }],
  ["dated-back-by-expired", "TIMESTAMP", () => stamped({ by: IDENTITIES.expired, time: "20200601000000Z" })],
  ["other-key-under-genuine-certificate", "TIMESTAMP", () => stamped({ by: IDENTITIES.webServer, certificate: IDENTITIES.stamper.certificate })],
  ["genuine-key-under-other-certificate", "TIMESTAMP", () => stamped({ certificate: IDENTITIES.webServer.certificate })],
  ["time-edited-after-signing", "TIMESTAMP", () => stamped({ info: (info) => Buffer.from(Buffer.from(info).toString("latin1").replace("20261121000540Z", "20261121000541Z"), "latin1") })],
  ["policy-edited-after-signing", "TIMESTAMP", () => stamped({ info: (info) => flipped(info, 8) })],
  ["attribute-digest-of-something-else", "TIMESTAMP", () => stamped({ digest: Buffer.alloc(32, 7) })],
  ["signature-flipped", "TIMESTAMP", () => stamped({ signature: (der) => flipped(der, der.length - 1) })],
  ["signature-empty", "TIMESTAMP", () => stamped({ signature: () => new Uint8Array() })],
  ["signer-version-three", "TIMESTAMP", () => stamped({ signerVersion: 3 })],
  ["unsigned-attributes", "TIMESTAMP", () => stamped({ unsignedAttributes: Uint8Array.of(0x30, 0x00) })],
  ["imprint-sha1", "ENCODING", () => stamped({ imprint: { oid: SHA1, bytes: Buffer.alloc(20, 1) } })],
  ["imprint-truncated", "TIMESTAMP", () => stamped({ imprint: { oid: "2.16.840.1.101.3.4.2.1", bytes: Buffer.alloc(16) } })],
  ["info-version-two", "ENCODING", () => stamped({ infoVersion: 2 })],
  ["time-with-offset", "ENCODING", () => stamped({ time: "20261121010540+0100" })],
  ["time-no-such-day", "ENCODING", () => stamped({ time: "20261341000540Z" })],
  ["two-signers", "ENCODING", () => stamped({ signers: (one) => [one, one] })],
  ["no-signer", "ENCODING", () => stamped({ signers: () => [] })],
  ["status-rejected", "ENCODING", () => stamped({ status: Buffer.from("3003020102", "hex") })],
  ["status-with-words", "ENCODING", () => stamped({ status: Buffer.from("300b02010030060c046e6f7065", "hex") })],
  ["trailing-byte", "ENCODING", () => stamped({ response: (whole) => Buffer.concat([whole, Uint8Array.of(0)]) })],
  ["truncated", "ENCODING", () => stamped({ response: (whole) => whole.subarray(0, -1) })],
  ["long-form-length", "ENCODING", () => stamped({ response: (whole) => Buffer.concat([whole.subarray(0, 1), Uint8Array.of(0x83, 0), whole.subarray(2)]) })],
  ["indefinite-length", "ENCODING", () => stamped({ response: (whole) => Buffer.concat([Uint8Array.of(0x30, 0x80), whole.subarray(4), Uint8Array.of(0, 0)]) })],
  ["not-a-token", "ENCODING", () => stamped({ response: () => utf8("granted") })],
  ["too-large", "LIMIT", () => stamped({ response: () => Buffer.alloc(65_537) }), { exitCode: 2 }],
  ["token-twice", "ENVELOPE", skin((text) => text.replace(/\{"signedTimestamp":"[^"]+"\}/, (one) => `${one},${one}`)), { recipeRefuses: true, authority: null }],
  ["token-empty", "ENVELOPE", skin((text) => text.replace(TOKEN, '"signedTimestamp":""')), { recipeRefuses: true, authority: null }],
  ["token-base64-url", "ENVELOPE", skin((text) => text.replace(TOKEN, (member) => member.replaceAll("+", "-").replaceAll("/", "_"))), { recipeRefuses: true, authority: null }],
  ["token-base64-spare-bits", "ENVELOPE", skin((text) => text.replace(TOKEN, (member) => member.replace(/(.)(=+")$/, (_, last: string, pad: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}${pad}`))), { authority: null }],
  ["member-beside-token", "ENVELOPE", skin((text) => text.replace(TOKEN, (member) => `${member},"at":"2020"`)), { recipeRefuses: true, authority: null }],
]);
