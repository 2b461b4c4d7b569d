import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { FaultCode } from "../../lib/base/evidenceError.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import { CASES, writeCorpus } from "../conformance/corpus.ts";
import { IDENTITIES } from "../conformance/stamper.ts";

/** Path of cosign 3.0.4 or later; facts/peers.md says how to build it. */
const COSIGN = process.env.COSIGN;
const skip = COSIGN === undefined ? "COSIGN names no cosign binary" : false;

/** Faults of what cosign looks at: the signature, the type, the subject. Files and manifests are `sha256sum`'s part. */
const JUDGED: ReadonlySet<FaultCode | null> = new Set([
  "SIGNATURE",
  "ENCODING",
  "ENVELOPE",
  "SUBJECT",
  "TYPE",
  "DOWNGRADE",
  "VERSION",
  "JSON",
]);

/** What cosign 3.1.3 accepts and Cordon refuses, by the reason. Found by running it; a change in either direction fails. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "cosign reads the sigstore bundle and its own key, not the files beside it": [
    "attackers-key-beside-genuine-signature",
    "statement-edited",
    "statement-emptied",
    "bagit-crlf",
    "bagit-newer-version",
    "bagit-older-version",
    "bagit-other-encoding",
  ],
  "ECDSA in two encodings, and both s and n - s": ["signature-high-s", "signature-p1363"],
  "protobuf JSON is lenient about spelling, hints and versions": [
    "sigstore-base64-spare-bits",
    "sigstore-base64-url",
    "sigstore-final-newline",
    "sigstore-hint",
    "sigstore-media-type",
    "sigstore-pretty",
    "sigstore-stray-time-stamp",
  ],
  "one matching digest of one subject is enough, whatever its name": [
    "subject-other-name",
    "subject-second-weaker-digest",
    "subject-upper-case-digest",
    "subject-two",
    "subject-with-more",
    "subject-without-name",
    "subject-empty-name",
  ],
  "the statement's own type is not compared": [
    "statement-of-other-kind",
    "version-of-statement",
    "statement-without-type",
    "statement-without-predicate",
  ],
  "a time stamp is not looked at unless it is asked for": [
    "stamp-token-base64-spare-bits",
    "stamp-token-base64-url",
    "stamp-token-empty",
    "stamp-token-twice",
  ],
  "signed by the genuine key in another spelling of JSON": [
    "json-escaped-letter",
    "json-escaped-slash",
    "json-final-newline",
    "json-inner-space",
    "json-leading-space",
    "json-member-order",
    "json-minus-zero",
    "json-number-not-exact",
    "json-number-with-exponent",
    "json-number-with-fraction",
    "json-pretty",
    "json-proto",
  ],
};

test("cosign agrees on every folder of the corpus that it can judge, but for the documented exceptions", {
  skip,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-cosign-"));
  try {
    await writeCorpus(folder);
    const accepted: string[] = [];
    for (const { name, code, keys, authorities } of CASES) {
      if (!existsSync(join(folder, name, "bundle")) || keys !== undefined || authorities !== undefined) continue;
      const isAccepted = await runCosign(folder, name);
      if (code === null) assert.ok(isAccepted, name);
      else if (JUDGED.has(code) && isAccepted) accepted.push(name.replace(/_fail$/, ""));
    }
    assert.deepEqual(accepted.sort(), Object.values(EXCEPTIONS).flat().sort());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** What cosign 3.1.3 says of stamps otherwise than Cordon. Found by running it; a change in either direction fails. */
const STAMP_EXCEPTIONS: Readonly<Record<"accepts" | "refuses", readonly string[]>> = {
  accepts: [
    // It does not know when the bundle was sealed.
    "stamp-from-before-the-sealing_fail",
    // What no signature covers, or what is signed in another form than RFC 3161 asks for.
    "stamp-signer-version-three_fail",
    "stamp-info-version-two_fail",
    "stamp-time-with-offset_fail",
    "stamp-status-with-words_fail",
  ],
  refuses: [],
};

test("cosign agrees about time stamps, given the authority as its trusted root, but for the documented exceptions", {
  skip,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-cosign-"));
  try {
    await writeCorpus(folder);
    const differs: { readonly accepts: string[]; readonly refuses: string[] } = { accepts: [], refuses: [] };
    for (const { name, code, authorities } of CASES) {
      if (authorities === undefined) continue;
      writeFileSync(join(folder, "trusted_root.json"), JSON.stringify(trustedRoot(authorities)));
      const root = ["--use-signed-timestamps", "--trusted-root", join(folder, "trusted_root.json")];
      const isAccepted = await runCosign(folder, name, root);
      if (isAccepted !== (code === null)) differs[isAccepted ? "accepts" : "refuses"].push(name);
    }
    assert.deepEqual(differs, STAMP_EXCEPTIONS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** cosign wants the stamper's certificate beside the authority's (protobuf JSON of sigstore's trusted root, 0.1). */
const trustedRoot = (authority: string) => ({
  mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
  tlogs: [],
  certificateAuthorities: [],
  ctlogs: [],
  timestampAuthorities: [
    {
      subject: { organization: "Cordon", commonName: "test" },
      uri: "https://tsa.example",
      certChain: {
        certificates: [IDENTITIES.stamper.certificate, new X509Certificate(authority)].map(({ raw }) => ({
          rawBytes: raw.toString("base64"),
        })),
      },
      validFor: { start: "2020-01-01T00:00:00Z" },
    },
  ],
});

test("the flags used here are the ones the bundle recommends", async () => {
  const text = readFileSync(new URL("../../lib/evidence/howToVerify.ts", import.meta.url), "utf8");
  for (const flag of ["verify-blob-attestation", "--key", "--bundle", "--type", "--insecure-ignore-tlog=true"])
    assert.ok(text.includes(flag));
});

function runCosign(folder: string, name: string, more: readonly string[] = []): Promise<boolean> {
  const args = [
    "verify-blob-attestation",
    "--key",
    join(folder, "evidence-key.pem"),
    "--bundle",
    "attestation/bundle.sigstore.json",
  ];
  const about = ["--type", PREDICATE_TYPES.evidenceBundle, "--insecure-ignore-tlog=true", "tagmanifest-sha256.txt"];
  return new Promise((resolve) => {
    execFile(COSIGN ?? "", [...args, ...more, ...about], { cwd: join(folder, name, "bundle") }, (error) =>
      resolve(error === null),
    );
  });
}
