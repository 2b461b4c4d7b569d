#!/usr/bin/env python3
"""A second verifier of bundles, written from docs/verification.md and docs/ledger.md, with nothing but Python's standard library.

    python3 verifyBundle.py BUNDLE (FINGERPRINT... | keys.json)      exit codes as in docs/verification.md
    python3 verifyBundle.py --corpus FOLDER                          one line of JSON per case: name, exit code, what was found

It does not judge time stamps, pages, and whether a report says what its data say.
"""
import base64, hashlib, json, os, re, stat, struct, sys, zlib
from datetime import datetime, timedelta, timezone


class Fault(Exception):
    def __init__(self, exit_code, what):
        super().__init__(what)
        self.exit_code = exit_code


def demand(holds, what, exit_code=1):
    if not holds:
        raise Fault(exit_code, what)


def sha(data):
    return hashlib.sha256(data).hexdigest()


# --- ECDSA over P-256 (FIPS 186-5, SP 800-186) -------------------------------------------------------------------------
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def double(p):
    x, y, z = p
    if not z or not y:
        return (0, 1, 0)
    s, zz = 4 * x * y * y % P, z * z % P
    m = 3 * (x - zz) * (x + zz) % P
    nx = (m * m - 2 * s) % P
    return (nx, (m * (s - nx) - 8 * pow(y, 4, P)) % P, 2 * y * z % P)


def plus(p, q):
    if not p[2]:
        return q
    if not q[2]:
        return p
    zp, zq = p[2] * p[2] % P, q[2] * q[2] % P
    u, v = p[0] * zq % P, q[0] * zp % P
    s, t = p[1] * zq * q[2] % P, q[1] * zp * p[2] % P
    if u == v:
        return double(p) if s == t else (0, 1, 0)
    h, r = (v - u) % P, (t - s) % P
    hh, hhh = h * h % P, h * h * h % P
    x = (r * r - hhh - 2 * u * hh) % P
    return (x, (r * (u * hh - x) - s * hhh) % P, h * p[2] * q[2] % P)


def number(der, at):
    demand(at + 2 <= len(der) and der[at] == 2, "signature: not DER")
    end = at + 2 + der[at + 1]
    raw = der[at + 2:end]
    demand(0 < len(raw) <= 33 and end <= len(der) and raw[0] < 128 and (len(raw) == 1 or raw[0] or raw[1] >= 128), "signature: not DER")
    return int.from_bytes(raw, "big"), end


def check_signature(key, message, der):
    demand(8 <= len(der) <= 72 and der[0] == 0x30 and der[1] == len(der) - 2, "signature: not DER")
    r, at = number(der, 2)
    s, end = number(der, at)
    demand(end == len(der) and 0 < r < N and 0 < s <= N // 2, "signature: not DER with low s")
    e, w = int.from_bytes(hashlib.sha256(message).digest(), "big"), pow(s, -1, N)
    a, b = e * w % N, r * w % N
    g, q = (*G, 1), (*key["point"], 1)
    both, sum_ = plus(g, q), (0, 1, 0)
    for bit in range(255, -1, -1):
        sum_ = double(sum_)
        pick = (a >> bit & 1) + 2 * (b >> bit & 1)
        if pick:
            sum_ = plus(sum_, (None, g, q, both)[pick])
    demand(sum_[2] and sum_[0] * pow(sum_[2], -2, P) % P % N == r, "signature: not by this key")


def read_key(pem):
    lines = pem.decode("ascii", "replace").split("\n")
    demand(lines[0] == "-----BEGIN PUBLIC KEY-----" and lines[-2:] == ["-----END PUBLIC KEY-----", ""], "key: not a PEM")
    der = strict_base64("".join(lines[1:-2]))
    demand(pem == pem_of(der), "key: not a PEM in lines of 64")
    demand(der.startswith(SPKI) and len(der) == 91, "key: not P-256")
    x, y = int.from_bytes(der[27:59], "big"), int.from_bytes(der[59:], "big")
    demand(x < P and y < P and (y * y - x**3 + 3 * x - B) % P == 0, "key: not on the curve")
    return {"id": sha(der), "point": (x, y), "der": der}


def pem_of(der):
    text = base64.b64encode(der).decode()
    return ("-----BEGIN PUBLIC KEY-----\n" + "".join(text[i:i + 64] + "\n" for i in range(0, len(text), 64)) + "-----END PUBLIC KEY-----\n").encode()


def strict_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Fault(1, "base64")
    demand(base64.b64encode(data).decode() == text, "base64 with another spelling")
    return data


# --- JSON in its canonical form (RFC 8785; no number but whole ones is in what is signed) --------------------------------
def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed_json(data):
    def once(pairs):
        demand(len({name for name, _ in pairs}) == len(pairs), "JSON: a member twice")
        return dict(pairs)

    try:
        value = json.loads(data.decode("utf8"), object_pairs_hook=once, parse_float=lambda _: demand(False, "JSON: a fraction"))
        demand(canonical(value) == data, "JSON: not canonical")
    except (ValueError, RecursionError, UnicodeError) as error:
        raise Fault(1, f"JSON: {error}")
    return value


def members(value, names, what):
    demand(isinstance(value, dict) and sorted(value) == sorted(names.split()), f"{what}: other members")
    return value


# --- files of a folder, or of a ZIP in its one form -----------------------------------------------------------------------
PART = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?\Z")
DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)")


def check_name(path):
    parts = path.split("/")
    demand(len(path) <= 200 and ".." not in path and all(PART.match(p) and not DEVICE.match(p) for p in parts), f"name: {path!a}")


def files_of(path):
    if not os.path.lexists(path):
        raise Fault(2, "nothing there")
    if not os.path.isdir(path):
        return unzipped(open(path, "rb").read())
    files = {}

    def walk(folder, prefix):
        names = sorted(os.listdir(folder))
        demand(names or prefix == b"", f"an empty folder: {prefix!a}")
        for name in names:
            full, inner = os.path.join(folder, name), prefix + name
            mode = os.lstat(full).st_mode
            demand(stat.S_ISDIR(mode) or stat.S_ISREG(mode), f"no plain file: {inner!a}")
            check_name(inner.decode("latin1"))
            if stat.S_ISDIR(mode):
                walk(full, inner + b"/")
            else:
                files[inner.decode("ascii")] = open(full, "rb").read()

    walk(os.fsencode(path), b"")
    return files


def unzipped(data):
    demand(len(data) >= 22 and data[:2] == b"PK", "no ZIP", 2)
    files, central, at, last, top = {}, b"", 0, "", None
    while data[at:at + 4] == b"PK\3\4" and at + 30 <= len(data):
        size, length = struct.unpack("<IH", data[at + 22:at + 28])
        name = data[at + 30:at + 30 + length].decode("latin1")
        content = data[at + 30 + length:at + 30 + length + size]
        demand(len(content) == size, "zip: lengths")
        check_name(name)
        demand(name > last, "zip: order")
        last = name
        if top is None:
            found = re.match(r"[a-z0-9-]+-r[1-9][0-9]*/", name)
            top = found.group() if found else ""
        demand(name.startswith(top), "zip: beside the folder")
        common = struct.pack("<HHHHHIIIHH", 10, 0, 0, 0, 0x21, zlib.crc32(content), size, size, length, 0)
        raw = name.encode()
        demand(data[at:at + 30] == b"PK\3\4" + common, "zip: header")
        central += b"PK\1\2" + struct.pack("<H", 0x0314) + common + struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, at) + raw
        files[name[len(top):]] = content
        at += 30 + length + size
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(central), at, 0)
    demand(data[at:] == central + end, "zip: directory")
    for path in files:
        demand(not any(other.startswith(path + "/") for other in files), "both a file and a folder")
    if top:
        files["\0top"] = top.encode()
    return files


# --- bag, statement, signature ------------------------------------------------------------------------------------------
ATTESTED = ["attestation/bundle.sigstore.json", "attestation/statement.json", "attestation/statement.sig"]
LEDGER = ["ledger/case.tlog-proof", "ledger/consistency.txt", "ledger/entry.json", "ledger/previous-checkpoint"]
HEX = re.compile(r"[0-9a-f]{64}\Z")


def manifest(data, belongs):
    demand(data.endswith(b"\n"), "manifest: no last line feed")
    listed, last = {}, ""
    for line in data[:-1].decode("latin1").split("\n"):
        digest, path = line[:64], line[66:]
        demand(HEX.match(digest) and line[64:66] == "  " and path > last and belongs(path), f"manifest: {line!a}")
        check_name(path)
        listed[path] = digest
        last = path
    return listed


def held(files, path):
    demand(path in files, f"missing: {path}")
    return files[path]


def is_tag(path):
    return not path.startswith(("data/", "attestation/", "ledger/")) and path != "tagmanifest-sha256.txt"


def compare(files, listed, belongs):
    here = {path for path in files if belongs(path)}
    demand(here <= listed.keys(), f"not listed: {sorted(here - listed.keys())[:1]}")
    for path, digest in listed.items():
        demand(sha(held(files, path)) == digest, f"digest: {path}")


ABOUT = "caseId deployment exercise ledgerHead payload producer result revision sealedAt supersedes"
TYPES = {"evidence-bundle", "redacted-copy"}


def whole(value, least=0):
    return type(value) is int and least <= value < 2**53


def instant(text):
    try:
        demand(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z", text), "an instant")
        return datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise Fault(1, "an instant")


def check_predicate(about):
    members(about, ABOUT, "predicate")
    line = lambda text: type(text) is str and re.match(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?\Z", text)
    demand(type(about["caseId"]) is str and re.match(r"[a-z0-9][a-z0-9-]{0,99}\Z", about["caseId"]), "predicate: case")
    demand(whole(about["revision"], 1) and type(about["exercise"]) is bool, "predicate: revision")
    instant(about["sealedAt"])
    place = members(about["deployment"], "accountId ledgerOrigin region", "deployment")
    demand(type(place["accountId"]) is str and re.match(r"\d{12}\Z", place["accountId"], re.A) and line(place["region"]) and line(place["ledgerOrigin"]), "deployment")
    size = members(about["payload"], "bytes files", "payload")
    demand(whole(size["files"], 1) and whole(size["bytes"]), "payload")
    demand(all(line(text) for text in members(about["producer"], "name sourceDigest version", "producer").values()), "producer")
    result = members(about["result"], "contained openActions verdict", "result")
    demand(line(result["verdict"]) and type(result["contained"]) is bool and whole(result["openActions"]), "result")
    if about["supersedes"] is not None:
        before = members(about["supersedes"], "digest revision", "supersedes")
        demand(whole(before["revision"], 1) and before["revision"] < about["revision"] and type(before["digest"]) is str and HEX.match(before["digest"]), "supersedes")
    if about["ledgerHead"] is not None:
        head = members(about["ledgerHead"], "rootSha256 size", "ledgerHead")
        demand(type(head["size"]) is str and re.match(r"(0|[1-9]\d{0,15})\Z", head["size"], re.A) and type(head["rootSha256"]) is str and HEX.match(head["rootSha256"]), "ledgerHead")


def read_statement(files, folder, key, kinds):
    data, der = held(files, folder + "attestation/statement.json"), held(files, folder + "attestation/statement.sig")
    check_signature(key, b"DSSEv1 28 application/vnd.in-toto+json %d " % len(data) + data, der)
    said = members(signed_json(data), "_type predicate predicateType subject", "statement")
    kind = re.match(r"https://cordon\.dev/([a-z-]+)/v1\Z", str(said["predicateType"]))
    demand(said["_type"] == "https://in-toto.io/Statement/v1" and kind and kind.group(1) in kinds, "statement: type")
    demand(isinstance(said["subject"], list) and len(said["subject"]) == 1, "statement: subject")
    subject = members(said["subject"][0], "digest name", "subject")
    digest = members(subject["digest"], "sha256", "subject")["sha256"]
    demand(subject["name"] == "tagmanifest-sha256.txt" and digest == sha(held(files, folder + "tagmanifest-sha256.txt")), "subject: another tag manifest")
    check_predicate(said["predicate"])
    return kind.group(1), said["predicate"], digest


def check_sigstore(files, folder):
    value = signed_json(held(files, folder + "attestation/bundle.sigstore.json"))
    envelope = {"payload": base64.b64encode(files[folder + "attestation/statement.json"]).decode(),
                "payloadType": "application/vnd.in-toto+json",
                "signatures": [{"sig": base64.b64encode(files[folder + "attestation/statement.sig"]).decode()}]}
    stamps = value.get("verificationMaterial", {}).get("timestampVerificationData") if isinstance(value, dict) and isinstance(value.get("verificationMaterial"), dict) else None
    more = {} if stamps is None else {"timestampVerificationData": stamps}
    if stamps is not None:
        tokens = members(stamps, "rfc3161Timestamps", "stamps")["rfc3161Timestamps"]
        demand(isinstance(tokens, list) and len(tokens) == 1, "stamps")
        demand(strict_base64(str(members(tokens[0], "signedTimestamp", "stamp")["signedTimestamp"])), "stamps: empty")
    demand(value == {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"publicKey": {"hint": ""}, **more}, "dsseEnvelope": envelope}, "sigstore: says something else")


def check_bag(files, about):
    demand(held(files, "bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bagit.txt")
    payload = [data for path, data in files.items() if path.startswith("data/")]
    demand(about["payload"] == {"bytes": sum(map(len, payload)), "files": len(payload)}, "payload: counts")
    place, made, size = about["deployment"], about["producer"], about["payload"]
    info = (f"Source-Organization: AWS account {place['accountId']} ({place['region']})\nBagging-Date: {about['sealedAt'][:10]}\n"
            f"Bag-Software-Agent: {made['name']} {made['version']}\nExternal-Identifier: {about['caseId']}/r{about['revision']}\n"
            f"Payload-Oxum: {size['bytes']}.{size['files']}\n")
    demand(held(files, "bag-info.txt") == info.encode(), "bag-info.txt")


def salted_digest(salt, digest):
    return sha(f"{salt} {digest}\n".encode())


def check_salts(files, payload):
    salted, salts = files.get("salted-digests.txt"), files.get("data/salts.txt")
    demand((salted is None) == (salts is None), "salts: one without the other")
    if salted is None:
        return
    with_salts = manifest(salts, lambda path: path.startswith("data/"))
    expected = {path: salted_digest(with_salts.get(path, ""), payload[path]) for path in payload if path != "data/salts.txt"}
    demand(with_salts.keys() == expected.keys() and manifest(salted, lambda path: path.startswith("data/")) == expected, "salts: do not fit")


# --- ledger -----------------------------------------------------------------------------------------------------------
def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def open_checkpoint(data, origin, keys):
    text, _, signatures = data.partition(b"\n\n")
    lines = text.decode("utf8", "replace").split("\n")
    demand(len(lines) == 3, "checkpoint: form")
    demand(re.match(r"(0|[1-9]\d{0,15})\Z", lines[1], re.A), "checkpoint: size")
    demand(signatures.endswith(b"\n"), "checkpoint: no signature")
    size, root = int(lines[1]), strict_base64(lines[2])
    known = False
    for line in signatures[:-1].decode("utf8", "replace").split("\n"):
        found = re.match("\u2014 (\\S+) (\\S+)\\Z", line)
        demand(found, "checkpoint: signature line")
        blob = strict_base64(found.group(2))
        for key in keys or []:
            hint = hashlib.sha256(key["der"]).digest()[:4]
            if found.group(1) != origin or blob[:4] != hint:
                continue
            check_signature(key, text + b"\n", blob[4:])
            demand(size == 0 or key["ledgerFrom"] <= size - 1, "checkpoint: key not yet valid")
            demand(size == 0 or key["ledgerTo"] is None or size - 1 <= key["ledgerTo"], "checkpoint: key ended")
            known = True
    demand(known or keys is None, "checkpoint: by no key that counts", 3)
    demand(lines[0] == origin, "checkpoint: another log")
    return size, root


def included(index, size, hash_, path, root):
    demand(index < size, "proof: beyond the tree")
    last = size - 1
    for other in path:
        demand(last > 0, "proof: too long")
        if index % 2 or index == last:
            hash_ = node(other, hash_)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            hash_ = node(hash_, other)
        index, last = index >> 1, last >> 1
    demand(last == 0 and hash_ == root, "proof: does not lead to the root")


def consistent(first, second, old, new, path):
    if first == 0:
        return
    if first == second:
        demand(not path and old == new, "consistency")
        return
    path = list(path) if first & (first - 1) else [old, *path]
    demand(path, "consistency: empty")
    a, b = first - 1, second - 1
    while a & 1:
        a, b = a >> 1, b >> 1
    one = two = path[0]
    for other in path[1:]:
        demand(b, "consistency: too long")
        if a & 1 or a == b:
            one, two = node(other, one), node(other, two)
            while a and not a & 1:
                a, b = a >> 1, b >> 1
        else:
            two = node(two, other)
        a, b = a >> 1, b >> 1
    demand(b == 0 and one == old and two == new, "consistency")


TYPES_OF_ENTRIES = "case-opened plan decision execution review bundle-sealed policy-changed key-rotated break-glass heartbeat".split()


def entry_of(data):
    entry = signed_json(data)
    names = "at case digest prevCase seq type v"
    demand(isinstance(entry, dict) and entry.get("v") in (1, 2), "entry: version")
    members(entry, names + (" statement" if entry["v"] == 2 else ""), "entry")
    demand(entry["v"] == 1 or entry["type"] in ("case-opened", "bundle-sealed"), "entry: version of another type")
    demand(entry["type"] in TYPES_OF_ENTRIES and whole(entry["seq"]), "entry")
    for name in ("case", "digest", "prevCase", "statement"):
        value = entry.get(name)
        demand(value is None and name != "statement" or "statement" not in entry and name == "statement" or type(value) is str and HEX.match(value), f"entry: {name}")
    whole_deployment = entry["type"] in ("policy-changed", "key-rotated", "heartbeat")
    demand(entry["type"] == "break-glass" or (entry["case"] is None) == whole_deployment, "entry: case")
    demand(entry["case"] is not None or entry["prevCase"] is None, "entry: prevCase")
    instant(entry["at"])
    return entry


def read_proof(data, root):
    head, _, checkpoint = data.partition(b"\n\n")
    lines = head.decode("utf8", "replace").split("\n")
    demand(len(lines) >= 2 and lines[0] == "c2sp.org/tlog-proof@v1" and re.match(r"index (0|[1-9]\d{0,15})\Z", lines[1], re.A), "proof: form")
    size, tree = open_checkpoint(checkpoint, root["origin"], root["ledger"])
    return int(lines[1][6:]), size, tree, [strict_base64(line) for line in lines[2:]]


def check_ledger(files, folder, about, digest, root):
    if not all(path in files for path in [folder + p for p in LEDGER[:3:2]]):
        raise Fault(1, "missing: the ledger proof")
    keys = root["ledger"]
    origin, entry_data = root["origin"], files[folder + "ledger/entry.json"]
    entry = entry_of(entry_data)
    demand(entry["type"] == "bundle-sealed" and entry["digest"] == digest, "entry: of another bundle")
    demand(entry["case"] == opaque(origin, about["caseId"]) and about["deployment"]["ledgerOrigin"] == origin, "entry: of another case")
    demand(entry["v"] == 1 or entry["statement"] == sha(files[folder + "attestation/statement.json"]), "entry: of another statement")
    index, size, tree, path = read_proof(files[folder + "ledger/case.tlog-proof"], root)
    demand(index == entry["seq"], "entry: at another index")
    included(index, size, leaf(entry_data), path, tree)
    said = about["ledgerHead"]
    if said is None:
        demand(not any(folder + name in files for name in ("ledger/previous-checkpoint", "ledger/consistency.txt")), "previous checkpoint: of no head")
    elif int(said["size"]) > 0:
        before = held(files, folder + "ledger/previous-checkpoint")
        old_size, old = open_checkpoint(before, origin, keys)
        demand(str(old_size) == said["size"] and old.hex() == said["rootSha256"], "previous checkpoint: another")
        demand(old_size <= index, "previous checkpoint: not before the sealing")
        text = held(files, folder + "ledger/consistency.txt").decode("latin1")
        lines = text.split("\n")
        demand(lines[:2] == ["cordon-consistency@v1", f"from {old_size} to {size}"] and lines[-1] == "", "consistency: form")
        consistent(old_size, size, old, tree, [strict_base64(line) for line in lines[2:-1]])
    return index, entry


def opaque(origin, case):
    return sha(f"cordon/case\n{origin}\n{case}".encode())


SKEW = timedelta(minutes=5)


def check_history(files, path, about, sealing, root):
    sealed = instant(about["sealedAt"])
    demand(sealing is None or sealed <= instant(sealing["at"]) + SKEW, "history: sealed after its entry")
    parts = [f"data/ledger/{name}" in files for name in ("entries.jsonl", "opened.tlog-proof", "latest.tlog-proof")]
    demand(not path.startswith("data/ledger/") or all(parts) or not any(parts), "history: in parts")
    if path not in files:
        return
    demand(files[path].endswith(b"\n"), "history: no last line feed")
    leaves = files[path][:-1].split(b"\n")
    entries = [entry_of(line) for line in leaves]
    subject = opaque(about["deployment"]["ledgerOrigin"], about["caseId"])
    for at, entry in enumerate(entries):
        demand(entry["case"] == subject, "history: another case")
        if at == 0:
            demand(entry["prevCase"] is None and entry["type"] in ("case-opened", "break-glass"), "history: no opening")
        else:
            demand(entry["prevCase"] == leaf(leaves[at - 1]).hex() and entry["seq"] > entries[at - 1]["seq"], "history: chain")
    opened = next((entry["statement"] for entry in entries if entry["type"] == "case-opened" and entry["v"] == 2), None)
    if opened is not None and path.startswith("data/ledger/"):
        received = [sha(data) for name, data in files.items() if re.match(r"data/findings/[0-9a-f]{16}\.json$", name)]
        demand(opened in received, "history: opened on another finding")
    seals = [entry for entry in entries if entry["type"] == "bundle-sealed"]
    before = about["supersedes"]
    demand(len(seals) == about["revision"] - 1 and (before["revision"] if before else 0) == len(seals), "history: revisions")
    demand((before["digest"] if before else None) == (seals[-1]["digest"] if seals else None), "history: supersedes another")
    demand(sealed >= instant(entries[0]["at"]) and (not seals or sealed >= instant(seals[-1]["at"])), "history: sealed before")
    demand(all(instant(entry["at"]) <= sealed + SKEW for entry in entries), "history: dated behind the sealing")
    if not path.startswith("data/ledger/") or sealing is not None and sealing["prevCase"] == leaf(leaves[-1]).hex():
        return
    root = root or {"origin": about["deployment"]["ledgerOrigin"], "ledger": None}
    # The sealing does not name the last entry: then the proofs beside the history must hold it.
    for name, data, entry in (("opened", leaves[0], entries[0]), ("latest", leaves[-1], entries[-1])):
        index, size, tree, path_ = read_proof(held(files, f"data/ledger/{name}.tlog-proof"), root)
        demand(index == entry["seq"], "history: an entry at another index")
        included(index, size, leaf(data), path_, tree)


# --- keys.json and the verdict --------------------------------------------------------------------------------------------
def read_trust(given):
    if not (len(given) == 1 and given[0].endswith(".json")):
        return {"evidence": set(given), "root": None}
    try:
        value, keys = read_keys(given[0])
    except Fault as fault:
        raise Fault(2, str(fault))
    ledger = [key for key in keys if key["purpose"] == "ledger" and key["revokedAt"] is None]
    return {"evidence": {key["id"] for key in keys if key["purpose"] == "evidence"},
            "root": {"origin": value["origin"], "ledger": ledger, "keys": {key["id"]: key for key in keys}}}


def read_keys(path):
    value = members(signed_json(open(path, "rb").read()), "issuedAt keys origin previous schema version", "keys.json")
    demand(value["schema"] == "cordon/keys/v1" and type(value["version"]) is int and value["version"] >= 1, "keys.json: version")
    demand((value["previous"] is None) == (value["version"] == 1), "keys.json: previous")
    keys = []
    for one in value["keys"]:
        members(one, "holder id ledgerFrom ledgerTo opensshFingerprint pem purpose reason revokedAt validFrom validTo", "keys.json: key")
        key = {**one, **read_key(one["pem"].encode())}
        demand(key["id"] == one["id"] and one["purpose"] in ("evidence", "ledger", "approver"), "keys.json: id or purpose")
        demand((one["holder"] is None) == (one["purpose"] != "approver"), "keys.json: holder")
        demand(type(one["ledgerFrom"]) is int and one["ledgerFrom"] >= 0, "keys.json: ledgerFrom")
        demand(one["ledgerTo"] is None or type(one["ledgerTo"]) is int and one["ledgerTo"] >= 0, "keys.json: ledgerTo")
        keys.append(key)
    demand(len({key["id"] for key in keys}) == len(keys), "keys.json: a key twice")
    return value, keys


def judge_key(root, key_id, at, index):
    key = root["keys"].get(key_id)
    if key is None:
        return
    demand(key["purpose"] == "evidence", "key: for another purpose")
    if key["revokedAt"] is not None:
        demand(index is not None and key["ledgerTo"] is not None and index <= key["ledgerTo"], "key: revoked")
    demand(at >= key["validFrom"] and (index is None or index >= key["ledgerFrom"]), "key: not yet valid")
    demand(key["validTo"] is None or at < key["validTo"], "key: ended")
    demand(index is None or key["ledgerTo"] is None or index <= key["ledgerTo"], "key: ended")


def verify(path, given):
    trust = read_trust(given)
    files = files_of(path)
    top = files.pop("\0top", b"").decode()
    demand(any(name in files for name in ("bagit.txt", ATTESTED[1], "tagmanifest-sha256.txt", "manifest-sha256.txt")), "no bundle", 2)
    key = read_key(held(files, "evidence-key.pem"))
    kind, about, digest = read_statement(files, "", key, TYPES)
    demand(top in ("", f"{about['caseId']}-r{about['revision']}/"), "zip: folder of another name")
    check_sigstore(files, "")
    compare(files, manifest(files["tagmanifest-sha256.txt"], is_tag), is_tag)
    payload = manifest(held(files, "manifest-sha256.txt"), lambda name: name.startswith("data/"))
    compare(files, payload, lambda name: name.startswith("data/"))
    demand(not any(re.match(r"(tag)?manifest-(?!sha256\.txt)", name) for name in files), "a second manifest")
    for folder, allowed in (("attestation/", ATTESTED), ("ledger/", LEDGER)):
        demand(all(name in allowed for name in files if name.startswith(folder)), f"not listed: in {folder}")
    check_bag(files, about)
    demand(about["sealedAt"] <= (datetime.now(timezone.utc) + SKEW).strftime("%Y-%m-%dT%H:%M:%S.999Z"), "sealed in the future")
    if kind == "redacted-copy":
        check_copy(files, about, key, trust)
    else:
        check_salts(files, payload)
        check_place(files, "", about, digest, key, trust, "data/ledger/entries.jsonl")
    demand(key["id"] in trust["evidence"], "signer: not trusted", 3)


def check_place(files, folder, about, digest, key, trust, history):
    """Ledger, history, and whether the key counted; without keys.json the ledger's signatures are not judged."""
    index, entry = None, None
    later = None
    if trust["root"] is not None:
        try:
            index, entry = check_ledger(files, folder, about, digest, trust["root"])
        except Fault as fault:
            if fault.exit_code != 3:
                raise
            later = fault
        judge_key(trust["root"], key["id"], about["sealedAt"], index)
    elif any(folder + name in files for name in LEDGER):
        # Whoever signed it: it must fit.
        index, entry = check_ledger(files, folder, about, digest, {"origin": about["deployment"]["ledgerOrigin"], "ledger": None})
    check_history(files, history, about, entry, trust["root"])
    if later is not None:
        raise later


RECORD = "caseId files original redactedAt revision schema tokens"


def check_copy(files, about, key, trust):
    demand(not any(name.startswith("ledger/") for name in files), "a copy with ledger files of its own")
    folder = "data/original/"
    maker = read_key(held(files, folder + "evidence-key.pem"))
    _, first, digest = read_statement(files, folder, maker, {"evidence-bundle"})
    record = members(signed_json(held(files, "data/redaction.json")), RECORD, "redaction.json")
    demand(record["schema"] in ("cordon/redaction/v1", "cordon/redaction/v2"), "redaction.json: version")
    salted = record["schema"].endswith("v2")
    own = lambda it: {name: value for name, value in it.items() if name not in ("payload", "sealedAt")}
    demand(own(first) == own(about), "the copy says other things than the original")
    demand((record["caseId"], record["revision"], record["redactedAt"]) == (about["caseId"], about["revision"], about["sealedAt"]), "redaction.json: of another bundle")
    demand(members(record["original"], "digest", "original")["digest"] == digest, "redaction.json: of another original")
    tokens = members(record["tokens"], "algorithm count mapSha256", "tokens")
    demand(type(tokens["mapSha256"]) is str and HEX.match(tokens["mapSha256"]), "tokens")
    listing = "salted-digests.txt" if salted else "manifest-sha256.txt"
    tags = manifest(files[folder + "tagmanifest-sha256.txt"], is_tag)
    for name in (listing, "evidence-key.pem"):
        demand(tags.get(name) == sha(held(files, folder + name)), f"digest: original's {name}")
    listed = manifest(files[folder + listing], lambda name: name.startswith("data/"))
    named = {}
    for one in record["files"]:
        members(one, "copy original path state" + (" salt" if salted else ""), "file")
        demand(one["path"] not in named, "a file twice")
        named[one["path"]] = one
    demand(named.keys() == listed.keys(), "redaction.json: other files than the original")
    allowed = {"data/redaction.json", *(folder + name for name in [listing, "tagmanifest-sha256.txt", "evidence-key.pem", ATTESTED[1], ATTESTED[2], *LEDGER])}
    allowed |= {folder + ATTESTED[0]} if salted else set()
    for name, one in named.items():
        here = "data/copy/" + name[len("data/"):]
        allowed.add(here)
        found = sha(files[here]) if here in files else None
        demand(one["original"] == listed[name] and one["copy"] == found, f"redaction.json: {name}")
        proven = salted_digest(one["salt"] or "", found) if salted and found else found
        same = proven == listed[name]
        demand({"withheld": found is None, "same": found is not None and same, "redacted": found is not None and not same}.get(one["state"], False), f"redaction.json: state of {name}")
    demand({name for name in files if name.startswith("data/")} <= allowed, "not named in redaction.json")
    check_place(files, folder, first, digest, maker, trust, "data/copy/ledger/entries.jsonl")
    if trust["root"] is not None:
        judge_key(trust["root"], key["id"], about["sealedAt"], None)
    demand(maker["id"] in trust["evidence"], "signer of the original: not trusted", 3)


def verdict(path, given):
    try:
        verify(path, given)
        return 0, "proven"
    except Fault as fault:
        return fault.exit_code, str(fault)
    except OSError as error:
        return 2, str(error)


def corpus(folder):
    for name in sorted(os.listdir(folder)):
        case = os.path.join(folder, name)
        if not os.path.isdir(case):
            continue
        said = json.load(open(os.path.join(case, "expect.json")))
        given = said["trust"] if said["keys"] is None else [os.path.join(case, said["keys"])]
        exit_code, why = verdict(os.path.join(case, said["form"]), given)
        print(json.dumps({"name": name, "exitCode": exit_code, "why": why}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--corpus"]:
        corpus(sys.argv[2])
    else:
        code, why = verdict(sys.argv[1], sys.argv[2:])
        print(why)
        sys.exit(code)
