#!/usr/bin/env python3
"""Checks a batch's dossier with the network off: python verify.py dossier.zip [--checkpoint older.txt]

Needs Python 3.9 or newer and the package `cryptography`; nothing of the site that made the dossier. It says what it
checked, or names the first thing that does not fit and ends with code 1. OK means: each record in events.json is its
leaf's; each leaf is in the tree that the newest key signed; the photos are those the records name. With --checkpoint
(one that somebody else kept): nothing up to there was changed since. It cannot show that a record was true when it was
written, or that none was left out of the dossier.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EVIDENCE = re.compile(r"ni:///sha-256;([0-9a-f]{64})")
LARGEST = 200 * 1024 * 1024


class Misfit(Exception):
    """The first thing that does not fit."""


def need(fits: object, where: str, words: str) -> None:
    if not fits:
        raise Misfit(f"{where}: {words}")


class Files(dict[str, bytes]):
    def __missing__(self, name: str) -> bytes:
        raise Misfit(f"{name}: it is missing")


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def bytes64(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), validate=True)


def read_json(data: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), "JSON", f"a name stands twice among {sorted(name for name, _ in pairs)}")
        return dict(pairs)

    return json.loads(data.decode("utf-8"), object_pairs_hook=once)


def read_vkeys(text: str, where: str) -> dict[tuple[str, bytes], Ed25519PublicKey]:
    """Lines of name+keyid+key, the newest last; lines that begin with # are for people: each key's period."""
    found = {}
    for line in (line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")):
        name, key_id, encoded = line.split("+", 2)
        key = bytes64(encoded)
        fits = len(key) == 33 and key[:1] == b"\x01" and sha256(name.encode(), b"\n", key)[:4].hex() == key_id
        need(fits, where, "not an Ed25519 key whose id fits")
        found[name, bytes.fromhex(key_id)] = Ed25519PublicKey.from_public_bytes(key[1:])
    need(found, where, "no key")
    return found


def read_checkpoint(note: str, keys: dict[tuple[str, bytes], Ed25519PublicKey], where: str) -> tuple[str, int, bytes]:
    """(log, size, root), once the signature of one of the keys holds."""
    text, _, signatures = note.rpartition("\n\n")
    lines, verified = text.split("\n"), False
    need(len(lines) >= 3 and lines[1].isdigit(), where, "not a checkpoint")
    for line in signatures.rstrip("\n").split("\n"):
        name, _, encoded = line[2:].partition(" ")
        signature = bytes64(encoded)
        if line.startswith("— ") and name == lines[0] and (name, signature[:4]) in keys:
            try:
                keys[name, signature[:4]].verify(signature[4:], (text + "\n").encode())
            except InvalidSignature:
                raise Misfit(f"{where}: the signature does not hold") from None
            verified = True
    need(verified, where, "no known key signed it (for checkpoint.txt: not the newest key)")
    return lines[0], int(lines[1]), bytes64(lines[2])


def climb(place: int, last: int, steps: list[bytes], old: bytes, new: bytes, where: str) -> tuple[bytes, bytes]:
    """RFC 9162, 2.1.3.2 and 2.1.4.2: the roots of the smaller and of the larger tree to which the steps lead."""
    for step in steps:
        need(last > 0, where, "the proof is too long")
        if place & 1 or place == last:
            old, new = sha256(b"\x01", step, old), sha256(b"\x01", step, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = sha256(b"\x01", new, step)
        place, last = place >> 1, last >> 1
    need(last == 0, where, "the proof is too short")
    return old, new


def check_consistency(first: int, second: int, old: bytes, new: bytes, steps: list[bytes], where: str) -> None:
    need(0 < first <= second, where, "it is newer than this dossier; download the dossier again")
    steps = [old, *steps] if first & (first - 1) == 0 else steps
    need(steps, where, "the proof is too short")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    fits = climb(place, last, steps[1:], steps[0], steps[0], where) == (old, new)
    need(fits, where, "the log of today does not go on from it: it was rewritten")


def check_records(
    files: Files, manifest: Any, tree: tuple[str, int, bytes], note: str
) -> tuple[dict[str, str], list[str]]:
    """Every leaf is in the tree and says what events.json says; answers which records name which photo."""
    records, about = read_json(files["events.json"]), 0
    named: dict[str, str] = {}
    seen: set[int] = set()
    for record in records:
        seq, kind, document = record["seq"], record["kind"], record["document"]
        name, raw = f"record {seq} ({document.get('eventID', kind)})", files[f"leaves/{seq}.json"]
        leaf = read_json(raw)
        need(type(seq) is int and seq not in seen, name, "it stands twice in events.json")
        need((leaf["seq"], leaf["kind"], leaf["log"]) == (seq, kind, tree[0]), name, "its leaf is of another record")
        same = json.dumps(leaf["payload"], sort_keys=True) == json.dumps(document, sort_keys=True)
        need(same, name, "events.json says something else than the log")
        head, _, inner = files[f"proofs/{seq}.tlog-proof"].decode("utf-8").partition("\n\n")
        lines = head.split("\n")
        need(lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {seq}"], name, "its proof is of another record")
        need(inner == note and 0 <= seq < tree[1], name, "its proof leads to another checkpoint")
        steps, hashed = [bytes64(line) for line in lines[2:]], sha256(b"\x00", raw)
        found = climb(seq, tree[1] - 1, steps, hashed, hashed, name)[1]
        need(found == tree[2], name, "it is not in the tree that was signed")
        for digest in EVIDENCE.findall(json.dumps(document.get("ocop:evidence", []))):
            named.setdefault(digest, name)
        seen.add(seq)
        about += manifest["batch"] in leaf["subjects"]
    extra = [each for each in files if each.startswith("leaves/") and each[7:-5] not in map(str, seen)]
    need(not extra, "".join(extra[:1]), "a leaf that events.json does not tell of")
    need(seen and len(seen) == manifest["records"], "events.json", "not as many records as dossier.json says")
    need(about, manifest["batch"], "no record is about this lot")
    lot = f"lot {manifest['batch']}: {about} of the records are about it, the others about what it was made of"
    return named, [lot, f"{len(seen)} records are in the signed tree, word for word"]


def check_photos(files: Files, manifest: Any, named: dict[str, str]) -> str:
    listed = {each["sha256"]: each.get("file") for each in manifest["photos"]}
    inside = sorted(each for each in files if each.startswith("evidence/"))
    for name in inside:
        digest = name[9:73]
        need(digest in named and listed.get(digest) == name, name, "a photo that no record names")
        fits = hashlib.sha256(files[name]).hexdigest() == digest
        need(fits, named[digest], f"its photo {name} was changed")
    for digest in named:
        need(not listed.get(digest) or listed[digest] in inside, named[digest], f"its photo {digest} is missing")
    away, strange = len(set(listed) & set(named)) - len(inside), len(set(named) - set(listed))
    return f"{len(inside)} photos are the ones the records name; {away} are not in the file, {strange} not ours to show"


def verify(options: argparse.Namespace) -> tuple[list[str], str]:
    with zipfile.ZipFile(options.dossier) as file:
        need(len(set(file.namelist())) == len(file.namelist()), options.dossier, "a file stands in it twice")
        need(sum(each.file_size for each in file.infolist()) <= LARGEST, options.dossier, "too large")
        files = Files((name, file.read(name)) for name in file.namelist())
    manifest, note = read_json(files["dossier.json"]), files["checkpoint.txt"].decode("utf-8")
    given = Path(options.vkey).read_text("utf-8") if options.vkey else ""
    keys = read_vkeys(given or files["vkeys.txt"].decode("utf-8"), options.vkey or "vkeys.txt")
    tree = read_checkpoint(note, dict([list(keys.items())[-1]]), "checkpoint.txt")
    whose = "the key you gave" if given else "the key in the dossier; compare it with one you got elsewhere"
    said = [f"checkpoint of {tree[0]} at {tree[1]} records: signature of the newest key holds ({whose})"]
    named, lines = check_records(files, manifest, tree, note)
    said += [*lines, check_photos(files, manifest, named)]
    if options.checkpoint:
        where = options.checkpoint
        name, first, old = read_checkpoint(Path(where).read_text("utf-8"), keys, where)
        need(name == tree[0], where, "it is of another log")
        stored = f"consistency/{first}.json"
        asked = f"no proof from it; save /tlog/consistency?from={first}&to={tree[1]} and give it as --consistency"
        need(options.consistency or stored in files or first >= tree[1], where, asked)
        raw = Path(options.consistency).read_bytes() if options.consistency else files.get(stored, b'{"proof": []}')
        steps = [bytes64(each) for each in read_json(raw)["proof"]]
        check_consistency(first, tree[1], old, tree[2], steps, where)
        said.append(f"the log of today goes on from {where} ({first} records)")
    late, cut = len(manifest["notYetInACheckpoint"]), "; more was left out: it was too much" * manifest["truncated"]
    return said, f"certificates.json is not proved; {late} records are not yet in a checkpoint{cut}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a dossier with the network off.")
    parser.add_argument("dossier")
    parser.add_argument("--checkpoint", help="an older checkpoint that you or somebody else kept")
    parser.add_argument("--consistency", help="the proof between both, when the dossier has none")
    parser.add_argument("--vkey", help="a file with the log's public keys, got from somewhere else")
    try:
        said, rest = verify(parser.parse_args())
    except Misfit as fault:
        print(f"FAIL  {fault}")
        return 1
    except (OSError, zipfile.BadZipFile, LookupError, TypeError, AttributeError, ValueError, RuntimeError) as fault:
        print(f"FAIL  the dossier cannot be read: {fault!r}")
        return 1
    print("\n".join([*(f"OK    {line}" for line in said), f"NOTE  {rest}"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
