"""Signed notes as C2SP writes them (c2sp.org/signed-note, tlog-checkpoint, tlog-proof), with Ed25519. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from traceability.log.merkle import HASH_BYTES

ED25519 = b"\x01"
DASH = "— "
PROOF_HEADER = "c2sp.org/tlog-proof@v1"


class BadNote(ValueError):
    """A note, key or proof that cannot be read, or whose signature does not hold; the text says which."""


@dataclass(frozen=True, slots=True)
class Vkey:
    """The public half of a key as others keep it: "name+530d903a+Aekye…"."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ LF ‖ 0x01 ‖ public)[:4]."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_text64(ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class Tree:
    """What a checkpoint says: the log's name, its size, and the root over so many leaves."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class InclusionFile:
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str


def parse_vkey(text: str) -> Vkey:
    """Raises :class:`BadNote` for anything but an Ed25519 key whose id fits."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    material = _bytes64(encoded)
    if not _is_name(name) or material[:1] != ED25519 or len(material) != 1 + HASH_BYTES:
        raise BadNote("not an Ed25519 verifier key")
    vkey = Vkey(name, material[1:])
    if vkey.key_id.hex() != key_id:
        raise BadNote("the key's id does not fit the key")
    return vkey


def sign_note(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """``text`` (ends with a line break) with its signature line."""
    if not text.endswith("\n") or not _is_name(name):
        raise ValueError("a note ends with a line break, and its signer's name has neither space nor plus")
    vkey = Vkey(name, key.public_key().public_bytes_raw())
    return f"{text}\n{DASH}{name} {_text64(vkey.key_id + key.sign(text.encode()))}\n"


def verify_note(note: str, vkeys: Sequence[Vkey]) -> str:
    """The signed text. At least one known key must have signed, and no known key may have signed badly."""
    text, lines = split_note(note)
    known = {(vkey.name, vkey.key_id): vkey for vkey in vkeys}
    verified = False
    for line in lines:
        name, signature = _signature(line)
        vkey = known.get((name, signature[:4]))
        if vkey is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(vkey.public).verify(signature[4:], text.encode())
        except InvalidSignature as fault:
            raise BadNote("the signature does not hold") from fault
        verified = True
    if not verified:
        raise BadNote("no known key signed this")
    return text


def split_note(note: str) -> tuple[str, list[str]]:
    """The text with its last line break, and the signature lines."""
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not text or not signatures.endswith("\n"):
        raise BadNote("a note has a text, an empty line and signatures")
    return text + "\n", signatures[:-1].split("\n")


def checkpoint_text(tree: Tree) -> str:
    return f"{tree.origin}\n{tree.size}\n{_text64(tree.root)}\n"


def parse_checkpoint(text: str) -> Tree:
    """The text of a checkpoint (not yet verified: see :func:`verify_note`). Lines after the third are passed over."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0]:
        raise BadNote("a checkpoint has a name, a size and a root")
    size, root = lines[1], _bytes64(lines[2])
    if not (size.isascii() and size.isdigit()) or (size[0] == "0" and size != "0") or len(root) != HASH_BYTES:
        raise BadNote("a checkpoint has a name, a size and a root")
    return Tree(lines[0], int(size), root)


def proof_file(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """One record's inclusion proof as c2sp.org/tlog-proof@v1, with the checkpoint it leads to."""
    lines = [PROOF_HEADER, f"index {index}", *(_text64(each) for each in hashes)]
    return "\n".join(lines) + "\n\n" + checkpoint


def parse_proof_file(text: str) -> InclusionFile:
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != PROOF_HEADER or len(lines) < 2:
        raise BadNote("not a tlog-proof")
    if lines[1].startswith("extra "):
        del lines[1]
    word, _, index = lines[1].partition(" ") if len(lines) > 1 else ("", "", "")
    if word != "index" or not (index.isascii() and index.isdigit()):
        raise BadNote("a tlog-proof names the index of its record")
    hashes = tuple(_bytes64(line) for line in lines[2:])
    if any(len(each) != HASH_BYTES for each in hashes):
        raise BadNote("a hash has 32 bytes")
    return InclusionFile(int(index), hashes, checkpoint)


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    signature = _bytes64(encoded)
    if not line.startswith(DASH) or not _is_name(name) or len(signature) < 5:
        raise BadNote("a signature line has a dash, a name and a signature")
    return name, signature


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(each.isspace() for each in name)


def _text64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes64(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError, UnicodeEncodeError) as fault:
        raise BadNote("not base64") from fault
