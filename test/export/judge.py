"""Judges the exports in a folder with the makers' own libraries: pip install stix2 py-ocsf-models case-utils."""

import json
import sys

import stix2
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

folder = sys.argv[1]
with open(f"{folder}/stix.json", encoding="utf-8") as file:
    bundle = stix2.parse(file.read(), allow_custom=False)
for one in bundle.objects:
    if one.type == "ipv4-addr":
        assert stix2.IPv4Address(value=one.value).id == one.id, one.id
    if one.type == "user-account":
        assert stix2.UserAccount(user_id=one.user_id).id == one.id, one.id
    if one.type == "marking-definition":
        assert one == stix2.TLP_AMBER, one
print("stix", len(bundle.objects), "objects")

detections = 0
with open(f"{folder}/ocsf.jsonl", encoding="utf-8") as file:
    for line in file:
        event = json.loads(line)
        if event["class_uid"] == 2004:
            DetectionFinding(**event)
            detections += 1
print("ocsf", detections, "detection findings")
