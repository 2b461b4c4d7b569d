"""Checks snapshot files against botocore's API models: every member known, every value of the model's type."""

import glob
import json
import os
import sys

import botocore.session

SESSION = botocore.session.get_session()
SCALARS = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": str}
faults = []


def check(shape, value, path):
    if shape.type_name == "structure":
        for name, member in value.items():
            if name not in shape.members:
                faults.append(f"{path}.{name}: not a member of {shape.name}")
            else:
                check(shape.members[name], member, f"{path}.{name}")
        for name in shape.required_members:
            if name not in value:
                faults.append(f"{path}.{name}: missing")
    elif shape.type_name == "list":
        for at, item in enumerate(value):
            check(shape.member, item, f"{path}[{at}]")
    elif shape.name in ("policyDocumentType", "PolicyDocumentType"):
        if not isinstance(value, dict):
            faults.append(f"{path}: the CLI prints documents as objects")
    elif not isinstance(value, SCALARS[shape.type_name]):
        faults.append(f"{path}: expected {shape.type_name}, got {value!r}")


def output(service, operation):
    return SESSION.get_service_model(service).operation_model(operation).output_shape


directory = sys.argv[1]
with open(os.path.join(directory, "iam.json")) as file:
    check(output("iam", "GetAccountAuthorizationDetails"), json.load(file), "iam")
with open(os.path.join(directory, "access-keys.json")) as file:
    for page in json.load(file):
        shape = output("iam", "ListAccessKeys")
        check(shape, {"IsTruncated": False, **page}, "access-keys")
with open(os.path.join(directory, "trail.json")) as file:
    for operation, value in json.load(file).items():
        check(output("cloudtrail", operation), value, operation)
for path in glob.glob(os.path.join(directory, "buckets", "*.json")):
    with open(path) as file:
        for operation, value in json.load(file).items():
            if value is not None and operation != "GetBucketLocation":
                check(output("s3", operation), value, os.path.basename(path) + "." + operation)
json.dump(faults, sys.stdout)
