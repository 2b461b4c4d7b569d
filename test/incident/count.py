"""Counts an incident's log files, independently of the program that wrote them.

Usage: count.py DIR ADDRESSES PRINCIPAL_IDS   (both comma-joined)
Who the thief is, is given; what was taken is counted here, from the .json.gz files and the inventory alone.
"""

import glob
import gzip
import json
import os
import sys
from urllib.parse import unquote


def read(directory):
    good, bad = [], []
    root = os.path.join(directory, "logs")
    for path in sorted(glob.glob(os.path.join(root, "**", "*.json.gz"), recursive=True)):
        try:
            with gzip.open(path) as file:
                good.append((path, json.load(file)["Records"]))
        except (EOFError, OSError, ValueError):
            bad.append(os.path.relpath(path, root))
    return good, bad


def sizes(directory):
    found = {}
    for path in glob.glob(os.path.join(directory, "buckets", "*", "objects.jsonl")):
        bucket = os.path.basename(os.path.dirname(path))
        with open(path, encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                found[bucket, item["Key"]] = item["Size"]
    return found


def main(directory, addresses, principals):
    good, bad = read(directory)
    size = sizes(directory)
    records = [r for _, rs in good for r in rs]
    copies = {}
    for record in records:
        copies.setdefault(record.get("sharedEventID") or record["eventID"], []).append(record)

    def by_thief(record):
        pid = record["userIdentity"].get("principalId", "")
        return record["sourceIPAddress"] in addresses or (":" in pid and pid in principals)

    mine = {key: rs for key, rs in copies.items() if by_thief(rs[0])}
    replicated = [r["requestParameters"]["bucketName"] for rs in mine.values() for r in rs if r["eventName"] == "PutBucketReplication"]
    objects, denied, paths = {}, {}, set()
    for rs in mine.values():
        record = rs[0]
        name, asked = record["eventName"], record["requestParameters"] or {}
        if "errorCode" in record:
            label = name + " " + record["errorCode"]
            denied[label] = denied.get(label, 0) + 1
            continue
        more = record.get("additionalEventData") or {}
        out = more.get("bytesTransferredOut", 0)
        if name in ("GetObject", "SelectObjectContent"):
            bucket, key, moved = asked["bucketName"], asked["key"], out
        elif name in ("CopyObject", "UploadPartCopy"):
            source = unquote(asked["x-amz-copy-source"].split("?versionId=")[0]).lstrip("/")
            bucket, key = source.split("/", 1)
            first, last = asked.get("x-amz-copy-source-range", "bytes=0-%d" % (size[bucket, key] - 1))[6:].split("-")
            moved = int(last) - int(first) + 1
        elif name == "PutObject" and record["userIdentity"]["principalId"].endswith(":s3-replication"):
            bucket, key, moved = replicated[0], asked["key"], more["bytesTransferredIn"]
        else:
            continue
        entry = objects.setdefault((bucket, key), {"calls": 0, "bytesOut": 0, "movedBytes": 0, "times": [], "keys": set(), "addresses": set()})
        entry["calls"] += 1
        entry["bytesOut"] += out
        entry["movedBytes"] += moved
        entry["times"].append(record["eventTime"])
        entry["addresses"].add(record["sourceIPAddress"])
        entry["keys"].update(r["userIdentity"]["accessKeyId"] for r in rs if "accessKeyId" in r["userIdentity"])
    return {
        "files": len(good),
        "corrupt": sorted(bad),
        "records": len(records),
        "distinct": len(copies),
        "earliest": min(r["eventTime"] for r in records),
        "watermark": max(r["eventTime"] for r in records),
        "denied": denied,
        "objects": [
            {
                "bucket": bucket,
                "key": key,
                "calls": e["calls"],
                "bytesOut": e["bytesOut"],
                "movedBytes": e["movedBytes"],
                "size": size[bucket, key],
                "firstAt": min(e["times"]),
                "lastAt": max(e["times"]),
                "accessKeyIds": sorted(e["keys"]),
                "addresses": sorted(e["addresses"]),
            }
            for (bucket, key), e in objects.items()
        ],
    }


if __name__ == "__main__":
    json.dump(main(sys.argv[1], set(sys.argv[2].split(",")), set(sys.argv[3].split(","))), sys.stdout)
