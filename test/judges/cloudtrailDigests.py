"""awscli's own `cloudtrail validate-logs` over a folder that stands for the bucket.

Arguments: folder, bucket, account, from, to. Standard input: {"keys": output of list-public-keys, "signatures": by key}.
Prints {"logs": {key: valid | invalid | missing}, "invalid": [digest keys]}.
"""
import io
import json
import os
import sys
from datetime import datetime, timezone

from awscli.customizations.cloudtrail import validation
from botocore.exceptions import ClientError

folder, bucket, account, start, end = sys.argv[1:6]
given = json.load(sys.stdin)


class Bucket:
    def get_object(self, Bucket, Key):
        path = os.path.join(folder, Key)
        if not os.path.exists(path):
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": Key}}, "GetObject")
        metadata = {"signature": given["signatures"].get(Key, ""), "signature-algorithm": "SHA256withRSA"}
        with open(path, "rb") as file:
            return {"Body": io.BytesIO(file.read()), "Metadata": metadata}

    def get_paginator(self, _name):
        return self

    def paginate(self, Bucket, Marker, Prefix):
        return self

    def search(self, _expression):
        found = []
        for root, _folders, names in os.walk(folder):
            found += [os.path.relpath(os.path.join(root, name), folder) for name in names]
        return sorted(key for key in found if "CloudTrail-Digest" in key and key.endswith(".json.gz"))


class Provider:
    def get_client(self, _bucket):
        return Bucket()


class Keys:
    def get_public_keys(self, _start, _end):
        return {key["Fingerprint"]: key for key in given["keys"]["PublicKeyList"]}


logs, invalid = {}, []


class Validator(validation.CloudTrailValidateLogs):
    def __init__(self):
        self.s3_client_provider = Provider()
        self._valid_logs = 0

    def _write_status(self, message, is_error=False):
        if message.startswith("Log file"):
            logs[message.split("\t")[1].removeprefix(f"s3://{bucket}/")] = "valid"

    def _on_invalid_log_format(self, log_data):
        logs[log_data["s3Object"]] = "invalid"

    _on_log_invalid = _on_invalid_log_format

    def _on_missing_log(self, log_data):
        logs[log_data["s3Object"]] = "missing"


region = "eu-central-1"
traverser = validation.DigestTraverser(
    digest_provider=validation.DigestProvider(Provider(), account, "main", region),
    starting_bucket=bucket,
    starting_prefix=None,
    public_key_provider=Keys(),
    on_invalid=lambda **known: invalid.append(known["last_key"]),
)
validator = Validator()
moment = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)
for digest in traverser.traverse_digests(moment(start), moment(end)):
    for log in digest["logFiles"]:
        validator._download_log(log)
print(json.dumps({"logs": logs, "invalid": invalid}))
