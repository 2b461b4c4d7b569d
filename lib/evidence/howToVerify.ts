import { FILES } from "./layout.ts";
import { PREDICATE_TYPES } from "./statement.ts";

/** Text of how-to-verify.txt. `fingerprint` is the SHA-256 (hex) of the evidence key, DER SubjectPublicKeyInfo. */
export function howToVerify(bundle: {
  readonly caseId: string;
  readonly revision: number;
  readonly fingerprint: string;
}): string {
  return `Cordon evidence bundle: ${bundle.caseId}, revision ${bundle.revision}

This folder is a BagIt 1.0 bag (RFC 8493). ${FILES.manifest} lists every file under data/, ${FILES.tagManifest}
lists the others, and attestation/statement.json, an in-toto statement, names the SHA-256 of ${FILES.tagManifest}.
That statement is signed with ECDSA P-256 and SHA-256 over its DSSE pre-authentication encoding.

1. The key. ${FILES.key} claims the fingerprint (SHA-256 of the key in DER form)

     ${bundle.fingerprint}

   A claim inside a bundle proves nothing. Compare it with the fingerprint that the owner of the deployment gave you in
   another way (audit letter, policy document, web page). Everything below is worth as much as that comparison.
   To compute it:  openssl pkey -pubin -in ${FILES.key} -outform DER | sha256sum

2. Verify with any of these; they do not depend on one another. None needs a network or AWS.

   Cordon          cordon evidence verify BUNDLE --trust FINGERPRINT
                   or, with nothing but Node:  node cordon-verify.mjs BUNDLE --trust FINGERPRINT
                   With keys.json in the place of FINGERPRINT the ledger proof is judged too.
   openssl         sh ${FILES.recipe} ${FILES.key} FINGERPRINT      (inside the unpacked bundle)
                   Take the script from where Cordon publishes it: a forger could have changed the copy in here.
   cosign 3.0.4+   cosign verify-blob-attestation --key ${FILES.key} --bundle ${FILES.sigstore} \\
                     --type ${PREDICATE_TYPES.evidenceBundle} --insecure-ignore-tlog=true ${FILES.tagManifest}
                   sha256sum --strict --quiet -c ${FILES.tagManifest}
                   sha256sum --strict --quiet -c ${FILES.manifest}
                   The flag says that no public transparency log is asked; Cordon's own ledger takes its place. cosign
                   and sha256sum do not notice added files; the other two do.

   Only "cordon evidence verify" of the same version builds report.html and report.md again from the data of the bundle and
   compares. The others prove that the report is the one that was sealed, not that it says what the data say.

3. What the exit code of Cordon's verifier means.

   0  everything is proven
   1  tampered: the code of each fault is printed (DIGEST: a file changed; EXTRA: a file was added; MISSING: a file is
      gone; SIGNATURE: the statement was not signed by this key; SUBJECT: the signature belongs to another bundle)
   2  unreadable, or larger than the verifier was told to accept
   3  intact, but nobody told the verifier whose key to trust, or the key is not the trusted one
   4  proven, but a newer revision replaces this bundle
`;
}
