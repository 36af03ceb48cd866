#!/usr/bin/env python3
"""Checks a batch's dossier with the network off: python verify.py dossier.zip [--checkpoint older.txt]
Needs Python 3.9 and `cryptography`. Names the first thing that does not fit, with code 1, or says OK: records are their
leaves', word for word; leaves are in the tree that the newest key signed; photos are those that records name; nothing
was changed since --checkpoint (one that somebody kept). Not: that records were true, or that none was left out."""

import argparse
import json
import sys
import zipfile
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(fits: object, where: str, words: str) -> None:
    if not fits:
        sys.exit(f"FAIL  {where}: {words}")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len(dict(pairs)) == len(pairs), "JSON", f"a name stands twice among {sorted(name for name, _ in pairs)}")
    return dict(pairs)


def signers(note: str, vkeys: list[str], kind: int, where: str) -> Any:
    """Names of the keys (name+id+key; kind 1: logs, 4: witnesses) whose signature holds; one that does not ends all."""
    text, _, signatures = note.rpartition("\n\n")
    for name, key_id, encoded in (vkey.strip().split("+", 2) for vkey in vkeys):
        key = b64decode(encoded)
        fits = len(key) == 33 and key[0] == kind and sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_id
        need(fits, name, "not an Ed25519 key of this kind whose id fits")
        given = [b64decode(line.split(" ")[2]) for line in signatures.split("\n") if line.startswith(f"— {name} ")]
        for each in (each[4:] for each in given if each[:4].hex() == key_id):
            said = f"cosignature/v1\ntime {int.from_bytes(each[:8], 'big')}\n" if kind == 4 else ""
            try:
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(each[kind * 2 & 8 :], f"{said}{text}\n".encode())
            except InvalidSignature:
                sys.exit(f"FAIL  {where}: the signature does not hold: it was changed after {name} signed it")
            yield name


def read_checkpoint(note: str, vkeys: list[str], where: str) -> Any:  # of which log, how many leaves, root
    log, size, root = [*note.rpartition("\n\n")[0].split("\n"), "", ""][:3]
    need(root and size.isdigit(), where, "not a checkpoint")
    known = [vkey for vkey in vkeys if vkey.startswith(f"{log}+")]
    need([*signers(note, known, 1, where)], where, "no known key signed it (for checkpoint.txt: not the newest key)")
    return log, int(size), b64decode(root)


def climb(place: int, last: int, steps: list[bytes], start: bytes, where: str) -> tuple[bytes, bytes]:
    """RFC 9162, 2.1.3.2 and 2.1.4.2: the roots of the smaller and of the larger tree to which the steps lead."""
    inner = (place ^ last).bit_length()  # below this level a neighbour may stand on the right, above only on the left
    need(len(steps) == inner + bin(place >> inner).count("1"), where, "the proof is too short or too long")
    old = new = start
    for level, step in enumerate(steps):
        if level >= inner or place >> level & 1:
            old, new = sha256(b"\x01" + step + old).digest(), sha256(b"\x01" + step + new).digest()
        else:
            new = sha256(b"\x01" + new + step).digest()
    return old, new


def check_goes_on(old: Any, new: Any, steps: list[bytes], where: str) -> None:
    (log, size, root), (log_now, size_now, root_now) = old, new
    need(log == log_now and 0 < size <= size_now, where, "of another log, or newer than this dossier: load it again")
    low = (size & -size).bit_length() - 1  # the old tree ends with a complete subtree of this height
    start, *rest = steps if size != 1 << low and steps else [root, *steps]
    roots = climb(size - 1 >> low, size_now - 1 >> low, rest, start, where) if size < size_now else (root, root)
    need(roots == (root, root_now), where, "the log of today does not go on from it: it was rewritten")


def check_record(files: dict[str, bytes], record: dict[str, Any], tree: Any) -> Any:
    """It is its leaf, word for word, and the leaf is in the tree; answers the leaf."""
    seq, kind, document = record["seq"], record["kind"], record["document"]
    where, raw = f"record {seq} ({document.get('eventID', kind)})", files[f"leaves/{seq}.json"]
    leaf = json.loads(raw, object_pairs_hook=once)
    need((leaf["seq"], leaf["kind"], leaf["log"]) == (seq, kind, tree[0]), where, "its leaf is of another record")
    need(repr(leaf["payload"]) == repr(document), where, "events.json says something else than the log")
    head, _, note = files[f"proofs/{seq}.tlog-proof"].partition(b"\n\n")
    steps = head.decode().split("\n")
    need(steps[:2] == ["c2sp.org/tlog-proof@v1", f"index {seq}"], where, "its proof is of another record")
    need(note == files["checkpoint.txt"] and 0 <= seq < tree[1], where, "its proof leads to another checkpoint")
    hashes, start = [b64decode(step) for step in steps[2:]], sha256(b"\x00" + raw).digest()
    need(climb(seq, tree[1] - 1, hashes, start, where)[1] == tree[2], where, "it is not in the tree that was signed")
    return leaf


def check_photos(files: dict[str, bytes], listed: dict[str, Any], named: dict[str, str]) -> str:
    inside = [name for name in files if name.startswith("evidence/")]
    for name in inside:
        need(name[9:73] in named and listed.get(name[9:73]) == name, name, "a photo that no record names")
        need(sha256(files[name]).hexdigest() == name[9:73], named[name[9:73]], f"its photo {name} was changed")
    for digest, record in named.items():
        need(not listed.get(digest) or listed[digest] in inside, record, f"its photo {digest} is missing")
    away, strange = len(named.keys() & listed) - len(inside), len(named.keys() - listed)
    return f"{len(inside)} photos are the ones the records name; {away} are not in the file, {strange} not ours to show"


def verify(options: argparse.Namespace) -> Any:
    with zipfile.ZipFile(options.dossier) as file:
        need(len(set(file.namelist())) == len(file.namelist()), options.dossier, "a file stands in it twice")
        need(sum(each.file_size for each in file.infolist()) <= 200 * 1024 * 1024, options.dossier, "too large")
        files = {name: file.read(name) for name in file.namelist()}
    manifest, records = (json.loads(files[name], object_pairs_hook=once) for name in ("dossier.json", "events.json"))
    given = {"vkeys.txt": options.vkey, "witnesses.txt": options.witness}
    texts = [Path(kept).read_text("utf-8") if kept else files.get(name, b"").decode() for name, kept in given.items()]
    keys, watching = ([line for line in text.split("\n") if line.strip() and line[0] != "#"] for text in texts)
    notes = {"checkpoint.txt": files["checkpoint.txt"].decode()}
    tree = read_checkpoint(notes["checkpoint.txt"], keys[-1:], "checkpoint.txt")
    whose = "the key you gave" if options.vkey else "the key in the dossier; compare it with one you got elsewhere"
    yield f"OK    checkpoint of {tree[0]} at {tree[1]} records: signature of the newest key holds ({whose})"
    leaves = {record["seq"]: check_record(files, record, tree) for record in records}
    extra = [name for name in files if name.startswith("leaves/") and name[7:-5] not in map(str, leaves)]
    need(not extra, "".join(extra[:1]), "a leaf that events.json does not tell of")
    need(len(leaves) == len(records) == manifest["records"] > 0, "events.json", "one stands twice, is missing or added")
    about = sum(manifest["batch"] in leaf["subjects"] for leaf in leaves.values())
    need(about, manifest["batch"], "no record is about this lot")
    yield f"OK    {len(leaves)} records are in the signed tree, word for word, {about} about {manifest['batch']}"
    told = {seq: json.dumps(leaf["payload"].get("ocop:evidence", [])) for seq, leaf in leaves.items()}
    named = {part[:64]: f"record {seq}" for seq, text in told.items() for part in text.split("ni:///sha-256;")[1:]}
    yield "OK    " + check_photos(files, {each["sha256"]: each.get("file") for each in manifest["photos"]}, named)
    if where := options.checkpoint:
        notes[where] = Path(where).read_text("utf-8")
        old = read_checkpoint(notes[where], keys, where)
        stored = options.consistency and Path(options.consistency).read_bytes()
        proof = stored or files.get(f"consistency/{old[1]}.json", b"")
        need(proof or old[1] >= tree[1], where, f"give /tlog/consistency?from={old[1]}&to={tree[1]} as --consistency")
        check_goes_on(old, tree, [b64decode(each) for each in json.loads(proof or '{"proof": []}')["proof"]], where)
        yield f"OK    the log of today goes on from {where} ({old[1]} records)"
    unknown = "no witness" if watching else "nobody known: no witness was checked (give their keys with --witness)"
    for where, note in notes.items():
        yield f"NOTE  {where} was cosigned by {', '.join(sorted({*signers(note, watching, 4, where)})) or unknown}"
    cut = "; more was left out: it was too much" * manifest["truncated"]
    yield f"NOTE  {len(manifest['notYetInACheckpoint'])} records are not yet in a checkpoint{cut}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("dossier", "--checkpoint", "--consistency", "--vkey", "--witness"):
        parser.add_argument(option, help="a file")
    try:
        print("\n".join(verify(parser.parse_args())))
    except (OSError, zipfile.BadZipFile, LookupError, TypeError, AttributeError, ValueError, RuntimeError) as fault:
        sys.exit(f"FAIL  {fault}: it is missing, or cannot be read")
