import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { toLowS } from "../../lib/evidence/der.ts";
import { keyIdOf, type NoteKey, openNote, parseNote, signNote } from "../../lib/evidence/ledger/note.ts";
import { parsePublicKey } from "../../lib/evidence/publicKey.ts";
import { fuzzRuns } from "./fuzz.ts";
import { codeOf } from "./ledgerFixture.ts";
import { verifierKey } from "./verifierKey.ts";

/**
 * Sigstore's production Rekor key and three checkpoints that it signed: facts of a public log, seen in
 * transparency-dev/witness (note verifier test, first), the public bundle of sigstore@2.3.1 (second) and a Rekor
 * entry of December 2023 (third, whose s is above n/2).
 */
const REKOR_SPKI =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwrkBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==";
const REKOR_NOTES = [
  "Rekor\n798034\nf+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=\n\n— rekor.sigstore.dev wNI9ajBEAiARInWIWyCdyG27CO6LPnPekyw20qO0YJfoaPaowGp/XgIgc+qEHS3+GKVClgqq20uDLet7MCoTURUCRdxwWBHHufk=\n",
  "rekor.sigstore.dev - 2605736670972794746\n90244708\nCOSIc1jqxpbuuTChPdiTqtZBBve7GAVJqTYjqAaM940=\n\n— rekor.sigstore.dev wNI9ajBEAiAkKWVCpp/N5yF/GlQkAyKQxUsjc3Vpu04YyALJvrBsvAIgcZfXJsJdwLdgUAWwnekWg8YXS4gfz/DM1wVhhcouJBE=\n",
];
const REKOR_HIGH_S =
  "rekor.sigstore.dev - 2605736670972794746\n55510966\nJCi1O53Xmdi9lXnui4Q5SQ+MJSMnWr1Bxn+Q2Qf22tU=\nTimestamp: 1703705040158839214\n\n— rekor.sigstore.dev wNI9ajBFAiAXgtjFDVqCSgiSP04TQzELrz4+EyBwyYVL2EEULTCy0AIhAI9peLU76ZUD1tvU8qvzBJBo77IYD1rc+A1MPc35AeVK\n";
const REKOR: NoteKey = { name: "rekor.sigstore.dev", key: parsePublicKey(Buffer.from(REKOR_SPKI, "base64")) };

const TEXT = "example.test/ledger/one\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const NAME = "example.test/ledger/one";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

interface Identity {
  readonly privateKey: KeyObject;
  readonly known: NoteKey;
  readonly spki: Uint8Array;
}

const makeIdentity = (name: string): Identity => {
  const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const spki = pair.publicKey.export({ type: "spki", format: "der" });
  return { privateKey: pair.privateKey, known: { name, key: parsePublicKey(spki) }, spki };
};

const signerOf = ({ privateKey, spki, known }: Identity) => ({
  name: known.name,
  sign: async (message: Uint8Array) => sign("sha256", message, privateKey),
  publicKey: async () => spki,
});

const log = makeIdentity(NAME);
const other = makeIdentity(NAME);
const note = await signNote(TEXT, signerOf(log));
const signatureLine = note.slice(note.indexOf("—"));

test("checkpoints that Sigstore's public log signed are accepted, under the key id it publishes", () => {
  assert.equal(keyIdOf(REKOR.key), "c0d23d6a");
  for (const signed of REKOR_NOTES)
    assert.equal(openNote(bytes(signed), [REKOR]), signed.slice(0, signed.indexOf("\n—")));
});

test("a key is written as the verifier keys of Go's note tools are", () => {
  // The line by which transparency-dev's own tests know that log.
  const published =
    "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc=";
  assert.equal(verifierKey(REKOR), published);
});

test("a checkpoint of that log with s above n/2 is refused, by our rule and not by C2SP's", () => {
  assert.equal(
    codeOf(() => openNote(bytes(REKOR_HIGH_S), [REKOR])),
    "ENCODING",
  );
});

test("what we sign opens under our key, whose id is the head of SHA-256 over the SPKI", () => {
  assert.equal(openNote(bytes(note), [log.known]), TEXT);
  const digest = createHash("sha256").update(log.spki).digest("hex");
  assert.equal(parseNote(bytes(note)).signatures[0]!.keyId, digest.slice(0, 8));
});

test("signatures of unknown keys are ignored, also under our name or beside ours", async () => {
  const foreign = (await signNote(TEXT, signerOf(other))).slice(note.indexOf("—"));
  assert.equal(openNote(bytes(note + foreign), [log.known]), TEXT);
  assert.equal(openNote(bytes(TEXT + "\n" + foreign + signatureLine), [log.known]), TEXT);
  assert.equal(openNote(bytes(`${note}— witness.test AAAAAAA=\n`), [log.known]), TEXT);
});

test("a note without a signature of a known key is untrusted, and one of another name is no known key", () => {
  assert.equal(
    codeOf(() => openNote(bytes(note), [])),
    "LEDGER_UNTRUSTED",
  );
  assert.equal(
    codeOf(() => openNote(bytes(note), [other.known])),
    "LEDGER_UNTRUSTED",
  );
  assert.equal(
    codeOf(() => openNote(bytes(note), [{ ...log.known, name: "example.test/else" }])),
    "LEDGER_UNTRUSTED",
  );
});

test("a key that shares name and id with ours and signed badly condemns the note", () => {
  const id = Buffer.from(keyIdOf(log.known.key), "hex");
  const bad = Buffer.concat([id, toLowS(sign("sha256", bytes(TEXT), other.privateKey))]).toString("base64");
  assert.equal(
    codeOf(() => openNote(bytes(`${note}— ${NAME} ${bad}\n`), [log.known])),
    "SIGNATURE",
  );
});

test("an edited text is refused", () => {
  assert.equal(
    codeOf(() => openNote(bytes(note.replace("\n3\n", "\n2\n")), [log.known])),
    "SIGNATURE",
  );
});

test("every departure from the format is refused", () => {
  const cases: Record<string, string> = {
    "no signature": TEXT,
    "no empty line": TEXT + signatureLine,
    "no final newline": note.slice(0, -1),
    "carriage returns": note.replaceAll("\n", "\r\n"),
    "a tab": note.replace("example", "\texample"),
    "a hyphen for the dash": note.replace("—", "-"),
    "two spaces": note.replace("— ", "—  "),
    "a plus in the name": note.replace(`— ${NAME}`, "— a+b"),
    "a no-break space in the name": note.replace(`— ${NAME}`, "— a\u00a0b"),
    "url-safe base64": `${TEXT}\n— ${NAME} AAAA_-8=\n`,
    "spare bits": `${TEXT}\n— ${NAME} AAAAAAB=\n`,
    "no padding": `${TEXT}\n— ${NAME} AAAAAAA\n`,
    "a key id and nothing else": `${TEXT}\n— ${NAME} AAAAAA==\n`,
    "a line after the signatures": `${note}more\n`,
    "a lone newline": "\n",
  };
  for (const [name, text] of Object.entries(cases))
    assert.equal(
      codeOf(() => parseNote(bytes(text))),
      "ENCODING",
      name,
    );
  assert.equal(
    codeOf(() => parseNote(Uint8Array.of(0xff, 0x0a, 0x0a, 0x0a))),
    "ENCODING",
  );
});

test("sixteen signatures are taken, a flood of them is not", () => {
  const lines = (count: number): string => `${TEXT}\n${"— witness.test AAAAAAA=\n".repeat(count - 1)}${signatureLine}`;
  assert.equal(openNote(bytes(lines(16)), [log.known]), TEXT);
  assert.equal(
    codeOf(() => parseNote(bytes(lines(65)))),
    "LIMIT",
  );
  assert.equal(
    codeOf(() => parseNote(bytes("x".repeat(70_000)))),
    "LIMIT",
  );
});

test("no single flipped bit of a signed note is accepted as the same or another statement", () => {
  const whole = bytes(note);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Uint8Array.from(whole, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    assert.notEqual(
      codeOf(() => openNote(flipped, [log.known])),
      "accepted",
      `bit ${bit}`,
    );
  }
});

test("arbitrary bytes are refused with a finding, never with a crash", () => {
  const near = fc.array(fc.constantFrom("\n", "— ", NAME, " ", "AAAAAAA=", "\u2014", "x", "=", "\t"), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(near, (parts) => typeof codeOf(() => parseNote(bytes(parts.join("")))) === "string"),
    fuzzRuns(),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (raw) => typeof codeOf(() => parseNote(raw)) === "string"),
    fuzzRuns(),
  );
});

test("a text or key name that the format cannot carry is not signed", async () => {
  for (const text of ["no newline", "tab\there\n", "\ud800\n"]) {
    await assert.rejects(signNote(text, signerOf(log)), { code: "INPUT_INVALID" });
  }
  await assert.rejects(signNote(TEXT, { ...signerOf(log), name: "a b" }), { code: "INPUT_INVALID" });
});

test("a signer whose answer does not verify under its own key yields no note", async () => {
  const crossed = { ...signerOf(log), publicKey: async () => other.spki };
  await assert.rejects(signNote(TEXT, crossed), { code: "SEAL_FAILED" });
});
