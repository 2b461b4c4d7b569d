#!/bin/sh
# verify-with-openssl.sh KEY.pem FINGERPRINT [redacted-copy]     run inside the unpacked bundle
# It proves who signed, that every file is as signed, and that the dates and the revision before fit. It does not judge the place
# in the ledger, and does not build the report again from the data: cordon evidence verify does both.
# Needs a POSIX shell and openssl (or LibreSSL's), nothing else: no GNU tools.
# FINGERPRINT is the SHA-256 of the key in DER form, as you were given it by the owner of the deployment, not by the bundle.
# Use the published copy of this script: the one inside a bundle you doubt is part of what you doubt.
set -eu
export LC_ALL=C
fail() { echo "FAIL: $1" >&2; exit 1; }
if [ $# -lt 2 ] || [ $# -gt 3 ] || [ ! -f "$1" ]; then
  echo "usage, inside the unpacked bundle:  sh verify-with-openssl.sh KEY.pem FINGERPRINT [redacted-copy]" >&2
  echo "KEY.pem: the public key. FINGERPRINT: its SHA-256 (64 hex digits), as its owner gave it to you by another way than this bundle." >&2
  exit 2
fi
if [ ! -f attestation/statement.json ] || [ ! -f tagmanifest-sha256.txt ]; then echo "not a Cordon bundle: run this inside the unpacked bundle" >&2; exit 2; fi
fingerprint=$(printf %s "$2" | tr -d ' :\t\r\n' | tr A-F a-f)
sums() { sort | xargs openssl dgst -sha256 -r | sed 's/ \*/  /'; }
case "${3-evidence-bundle}" in
  evidence-bundle | redacted-copy) type=https://cordon.dev/${3-evidence-bundle}/v1 ;;
  *) fail "expected nothing or redacted-copy behind the fingerprint" ;;
esac

[ "$(openssl pkey -pubin -in "$1" -outform DER | openssl dgst -sha256 -r | cut -c1-64)" = "$fingerprint" ] || fail "key is not the one whose fingerprint you were given"
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

# dates, and the revision before: a bundle from the future, from before its case was opened, or on top of what was never sealed
later() { expr "x$1" \> "x$2" >/dev/null; }
sealed=$(sed -n 's/.*,"revision":[0-9]*,"sealedAt":"\([^"]*\)","supersedes":.*/\1/p' attestation/statement.json)
[ -n "$sealed" ] || fail "no date of sealing"
if later "$sealed" "$(date -u +%Y-%m-%dT%H:%M:%S.999Z)"; then fail "sealed in the future: $sealed"; fi
history=data/ledger/entries.jsonl
if [ -f $history ]; then
  number=$(grep -c '"type":"bundle-sealed"' $history || :)
  before=$(sed -n '/"type":"bundle-sealed"/s/.*,"digest":"\([0-9a-f]*\)".*/\1/p' $history | tail -n 1)
  supersedes=null
  [ "$number" = 0 ] || supersedes='{"digest":"'$before'","revision":'$number'}'
  case "$(cat attestation/statement.json)" in
    *',"revision":'$((number + 1))',"sealedAt":"'$sealed'","supersedes":'"$supersedes"'},"predicateType":'*) ;;
    *) fail "it does not supersede the revision that was sealed before it" ;;
  esac
  for at in $(sed -n -e '1s/^{"at":"\([^"]*\)".*/\1/p' -e '/"type":"bundle-sealed"/s/^{"at":"\([^"]*\)".*/\1/p' $history); do
    if later "$at" "$sealed"; then fail "sealed at $sealed, before its case was opened or its predecessor sealed ($at)"; fi
  done
fi
echo "OK: $(find data -type f | wc -l) payload files, signed by $fingerprint at $sealed; not judged here: the ledger, and the report against the data"
