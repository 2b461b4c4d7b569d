/**
 * The verifier of a bundle in openssl and a POSIX shell alone; `verify-with-openssl.sh` beside this file is the same text (a
 * test compares them). It is a string because a bundled Lambda has no file beside its module.
 */
export const OPENSSL_RECIPE = String.raw`#!/bin/sh
# verify-with-openssl.sh KEY.pem FINGERPRINT [redacted-copy]     run inside the unpacked bundle
# Needs a POSIX shell and openssl (or LibreSSL's), nothing else: no GNU tools.
# FINGERPRINT is the SHA-256 of the key in DER form, as you were given it by the owner of the deployment, not by the bundle.
# Use the published copy of this script: the one inside a bundle you doubt is part of what you doubt.
set -eu
export LC_ALL=C
fail() { echo "FAIL: $1" >&2; exit 1; }
sums() { sort | xargs openssl dgst -sha256 -r | sed 's/ \*/  /'; }
case "${"$"}{3-evidence-bundle}" in
  evidence-bundle | redacted-copy) type=https://cordon.dev/${"$"}{3-evidence-bundle}/v1 ;;
  *) fail "expected nothing or redacted-copy behind the fingerprint" ;;
esac

[ "$(openssl pkey -pubin -in "$1" -outform DER | openssl dgst -sha256 -r | cut -c1-64)" = "$2" ] || fail "key is not the one whose fingerprint you were given"
if find . ! -type f ! -type d | grep -q .; then fail "links or special files"; fi
if find . -type d -empty | grep -q .; then fail "empty folder"; fi
if find . ! -name . \( -name '*[!a-z0-9._-]*' -o -name '.*' -o -name '-*' \) | grep -q .; then fail "unsafe or hidden name"; fi

{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < attestation/statement.json)"
  cat attestation/statement.json; } |
  openssl dgst -sha256 -verify "$1" -signature attestation/statement.sig >/dev/null || fail "signature"
digest=$(openssl dgst -sha256 -r tagmanifest-sha256.txt | cut -c1-64)
end=',"predicateType":"'$type'","subject":[{"digest":{"sha256":"'$digest'"},"name":"tagmanifest-sha256.txt"}]}'
case "$(cat attestation/statement.json)" in
  '{"_type":"https://in-toto.io/Statement/v1","predicate":{'*"}$end") ;;
  *) fail "the signed statement is not about this bundle" ;;
esac
# a time stamp, if there is one, is looked at by: openssl ts -verify -data attestation/statement.sig -in TOKEN -CAfile AUTHORITY.pem
token=$(sed -n 's/.*"verificationMaterial":{"publicKey":{"hint":""},"timestampVerificationData":{"rfc3161Timestamps":\[{"signedTimestamp":"\([A-Za-z0-9+\/=]*\)"}\]}}}$/\1/p' attestation/bundle.sigstore.json)
stamp=; [ -z "$token" ] || stamp=',"timestampVerificationData":{"rfc3161Timestamps":[{"signedTimestamp":"'$token'"}]}'
printf '{"dsseEnvelope":{"payload":"%s","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"%s"}]},"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":""}%s}}' \
  "$(openssl base64 -A -in attestation/statement.json)" "$(openssl base64 -A -in attestation/statement.sig)" "$stamp" |
  cmp -s - attestation/bundle.sigstore.json || fail "sigstore bundle differs from the detached signature"

# every file that is here, hashed anew, must give the two manifests to the byte: nothing changed, gone or added
tags() { find . -type f ! -path './data/*' ! -path './attestation/*' ! -path './ledger/*' ! -path ./tagmanifest-sha256.txt | sed 's#^\./##'; }
[ -d data ] || fail "no payload"
tags | sums | cmp -s - tagmanifest-sha256.txt || fail "a file outside data/: see what differs with sha256sum -c tagmanifest-sha256.txt"
find data -type f | sums | cmp -s - manifest-sha256.txt || fail "a file under data/: see what differs with sha256sum -c manifest-sha256.txt"
[ "$(find attestation | sort | tr '\n' ' ')" = "attestation attestation/bundle.sigstore.json attestation/statement.json attestation/statement.sig " ] || fail "unexpected file beside the signature"
if [ -e ledger ] && find ledger | grep -qvxE 'ledger(/(entry\.json|case\.tlog-proof|previous-checkpoint|consistency\.txt))?'; then fail "unexpected file in the ledger folder"; fi
echo "OK: $(find data -type f | wc -l) payload files, signed by $2"
`;
