#!/usr/bin/env python3
"""Checks a batch's dossier with the network off: python verify.py dossier.zip [--checkpoint older.txt]

Needs Python 3.9 or newer and the package `cryptography`; nothing of the site that made the dossier. It says what it
checked, or names the first thing that does not fit and ends with code 1.

OK means: each record in events.json is the one in its leaf; each leaf is in the tree that the checkpoint signs; the
photos are those the records name. With --checkpoint (one that somebody else kept): nothing up to there was changed
since. It cannot show that a record was true when it was written, or that none was left out of the dossier.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EVIDENCE = re.compile(r"ni:///sha-256;([0-9a-f]{64})")
LARGEST = 200 * 1024 * 1024
sha256 = lambda *parts: hashlib.sha256(b"".join(parts)).digest()  # noqa: E731


class Misfit(Exception):
    """The first thing that does not fit."""


def need(fits: bool, where: str, words: str) -> None:
    if not fits:
        raise Misfit(f"{where}: {words}")


def bytes64(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as fault:
        raise Misfit(f"{where}: not base64") from fault


def read_json(data: bytes, where: str) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise Misfit(f"{where}: not JSON") from fault


def same(one: object, other: object) -> bool:
    """The same JSON: 1 and true are two things, the order of members is not one."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def read_vkeys(text: str, where: str) -> dict[tuple[str, bytes], Ed25519PublicKey]:
    """ "name+keyid+key" lines; lines that begin with # are for people."""
    found = {}
    for line in text.split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = bytes64(encoded, where)
        fits = len(key) == 33 and key[:1] == b"\x01" and sha256(name.encode(), b"\n", key)[:4].hex() == key_id
        need(fits, where, "not an Ed25519 key whose id fits")
        found[name, bytes.fromhex(key_id)] = Ed25519PublicKey.from_public_bytes(key[1:])
    need(bool(found), where, "no key")
    return found


def read_checkpoint(note: str, keys: dict, where: str) -> tuple[str, int, bytes]:
    """(name, size, root), once the signature holds."""
    text, gap, signatures = note.rpartition("\n\n")
    need(bool(gap) and bool(text), where, "not a signed note")
    verified = False
    for line in signatures.rstrip("\n").split("\n"):
        name, _, encoded = line.removeprefix("— ").partition(" ")
        signature = bytes64(encoded, where)
        key = keys.get((name, signature[:4]))
        if key is None:
            continue
        try:
            key.verify(signature[4:], (text + "\n").encode())
        except InvalidSignature as fault:
            raise Misfit(f"{where}: the signature does not hold") from fault
        verified = True
    need(verified, where, "no known key signed it")
    lines = text.split("\n")
    need(len(lines) >= 3 and lines[1].isdigit(), where, "not a checkpoint")
    return lines[0], int(lines[1]), bytes64(lines[2], where)


def climb(place: int, last: int, proof: list[bytes], where: str) -> Iterator[tuple[bytes, bool]]:
    """Each step from a leaf to the root, and whether it stands on the left."""
    for step in proof:
        need(last > 0, where, "the proof is too long")
        left = bool(place & 1) or place == last
        yield step, left
        while left and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    need(last == 0, where, "the proof is too short")


def check_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes, where: str) -> None:
    need(0 <= index < size, where, "outside the signed tree")
    found = leaf
    for step, left in climb(index, size - 1, proof, where):
        found = sha256(b"\x01", step, found) if left else sha256(b"\x01", found, step)
    need(found == root, where, "it is not in the tree that was signed")


def check_consistency(first: int, second: int, old: bytes, new: bytes, proof: list[bytes], where: str) -> None:
    need(0 < first <= second, where, "the older checkpoint is not the older one")
    if first == second:
        need(old == new, where, "two different trees were signed for one size")
        return
    steps = [old, *proof] if first & (first - 1) == 0 else proof
    need(bool(steps), where, "the proof is too short")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step, left in climb(place, last, steps[1:], where):
        older = sha256(b"\x01", step, older) if left else older
        newer = sha256(b"\x01", step, newer) if left else sha256(b"\x01", newer, step)
    need((older, newer) == (old, new), where, "the log of today does not go on from it: it was rewritten")


class Dossier:
    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)
        names = self.zip.namelist()
        need(len(set(names)) == len(names), path, "a file stands in it twice")
        need(sum(each.file_size for each in self.zip.infolist()) <= LARGEST, path, "too large")
        self.names = set(names)

    def data(self, name: str) -> bytes:
        need(name in self.names, name, "it is missing")
        return self.zip.read(name)

    def text(self, name: str) -> str:
        return self.data(name).decode("utf-8")


def check_records(dossier: Dossier, origin: str, size: int, root: bytes, note: str) -> dict[str, list[str]]:
    """Every leaf is in the tree and says what events.json says; answers which records name which photo."""
    records = read_json(dossier.data("events.json"), "events.json")
    named: dict[str, list[str]] = {}
    seen = set()
    for record in records:
        seq, kind = record["seq"], record["kind"]
        name = f"record {seq} ({record['document'].get('eventID', kind)})"
        raw = dossier.data(f"leaves/{seq}.json")
        leaf = read_json(raw, f"leaves/{seq}.json")
        need((leaf["seq"], leaf["kind"], leaf["log"]) == (seq, kind, origin), name, "its leaf is of another record")
        need(same(leaf["payload"], record["document"]), name, "events.json says something else than the log")
        head, _, inner = dossier.text(f"proofs/{seq}.tlog-proof").partition("\n\n")
        lines = head.split("\n")
        need(lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {seq}"], name, "its proof is of another record")
        need(inner == note, name, "its proof leads to another checkpoint")
        hashes = [bytes64(line, name) for line in lines[2:]]
        check_inclusion(seq, size, sha256(b"\x00", raw), hashes, root, name)
        for digest in EVIDENCE.findall(json.dumps(record["document"].get("ocop:evidence", []))):
            named.setdefault(digest, []).append(name)
        seen.add(f"leaves/{seq}.json")
    extra = sorted(each for each in dossier.names if each.startswith("leaves/") and each not in seen)
    need(not extra, extra[0] if extra else "", "a leaf that events.json does not tell of")
    return named


def check_photos(dossier: Dossier, named: dict[str, list[str]]) -> tuple[int, int]:
    """(photos hashed, photos only listed)."""
    listed = {each["sha256"]: each for each in read_json(dossier.data("dossier.json"), "dossier.json")["photos"]}
    hashed = 0
    for name in sorted(each for each in dossier.names if each.startswith("evidence/")):
        digest = name.removeprefix("evidence/").partition(".")[0]
        need(digest in named, name, "a photo that no record names")
        need(
            hashlib.sha256(dossier.data(name)).hexdigest() == digest, named[digest][0], f"its photo {name} was changed"
        )
        hashed += 1
    there = {each.removeprefix("evidence/").partition(".")[0] for each in dossier.names}
    for digest, records in named.items():
        need(digest in there or bool(listed.get(digest, {}).get("url")), records[0], f"its photo {digest} is missing")
    return hashed, len(named) - hashed


def verify(options: argparse.Namespace) -> list[str]:
    dossier, said = Dossier(options.dossier), []
    given = Path(options.vkey).read_text("utf-8") if options.vkey else ""
    keys = read_vkeys(given or dossier.text("vkeys.txt"), options.vkey or "vkeys.txt")
    note = dossier.text("checkpoint.txt")
    origin, size, root = read_checkpoint(note, keys, "checkpoint.txt")
    whose = "the key you gave" if given else "the key in the dossier; compare it with one you got elsewhere"
    said.append(f"checkpoint of {origin} at {size} records: signature holds ({whose})")
    named = check_records(dossier, origin, size, root, note)
    said.append(f"{len(read_json(dossier.data('events.json'), ''))} records are in the signed tree, word for word")
    hashed, listed = check_photos(dossier, named)
    said.append(
        f"{hashed} photos are the ones the records name" + (f", {listed} are not in the file" if listed else "")
    )
    if options.checkpoint:
        where = options.checkpoint
        name, first, old = read_checkpoint(Path(where).read_text("utf-8"), keys, where)
        need(name == origin, where, "it is of another log")
        need(first <= size, where, "it is newer than this dossier; download the dossier again")
        stored = f"consistency/{first}.json"
        raw = Path(options.consistency).read_bytes() if options.consistency else b""
        asked = f"no proof from it; save /tlog/consistency?from={first}&to={size} and give it as --consistency"
        need(bool(raw) or first == size or stored in dossier.names, where, asked)
        proof = read_json(raw or dossier.data(stored), stored)["proof"] if first != size else []
        check_consistency(first, size, old, root, [bytes64(each, where) for each in proof], where)
        said.append(f"the log of today goes on from {where} ({first} records)")
    return said


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a dossier with the network off.")
    parser.add_argument("dossier")
    parser.add_argument("--checkpoint", help="an older checkpoint that you or somebody else kept")
    parser.add_argument("--consistency", help="the proof between both, when the dossier has none")
    parser.add_argument("--vkey", help="a file with the log's public key, got from somewhere else")
    try:
        print("\n".join(f"OK    {line}" for line in verify(parser.parse_args())))
    except Misfit as fault:
        print(f"FAIL  {fault}")
        return 1
    except (
        OSError,
        zipfile.BadZipFile,
        KeyError,
        TypeError,
        AttributeError,
        UnicodeDecodeError,
        RuntimeError,
    ) as fault:
        print(f"FAIL  the dossier cannot be read: {fault!r}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
