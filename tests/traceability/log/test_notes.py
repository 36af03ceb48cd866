"""Signed notes, keys and proof files as C2SP writes them."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors import load_vectors
from traceability.log.notes import (
    BadNote,
    Tree,
    Vkey,
    checkpoint_text,
    parse_checkpoint,
    parse_proof_file,
    parse_vkey,
    proof_file,
    sign_note,
    verify_note,
)

ROOT = bytes(range(32))


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


def vkey_of(key: Ed25519PrivateKey, name: str = "example.vn/tlog") -> Vkey:
    return Vkey(name, key.public_key().public_bytes_raw())


def test_the_example_of_the_specification_verifies() -> None:
    case = load_vectors("merkle/signed_note_example.json")
    vkey = parse_vkey(case["vkey"])
    assert str(vkey) == case["vkey"] and vkey.key_id.hex() == "530d903a"
    assert verify_note(case["note"], [vkey]) == "This is an example message.\n"


@pytest.mark.parametrize("place", range(0, 28, 3))
def test_one_changed_letter_breaks_the_signature(place: int) -> None:
    case = load_vectors("merkle/signed_note_example.json")
    note = case["note"][:place] + "#" + case["note"][place + 1 :]
    with pytest.raises(BadNote):
        verify_note(note, [parse_vkey(case["vkey"])])


def test_a_note_is_signed_verified_and_read_again(key) -> None:
    tree = Tree("example.vn/tlog", 1234, ROOT)
    note = sign_note(checkpoint_text(tree), name="example.vn/tlog", key=key)
    assert note.startswith(f"example.vn/tlog\n1234\n{base64.b64encode(ROOT).decode()}\n\n— example.vn/tlog ")
    assert parse_checkpoint(verify_note(note, [vkey_of(key)])) == tree


def test_a_stranger_s_signature_beside_ours_is_passed_over_and_alone_refused(key) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    text = checkpoint_text(Tree("example.vn/tlog", 1, ROOT))
    ours = sign_note(text, name="example.vn/tlog", key=key)
    theirs = sign_note(text, name="witness.vn", key=stranger)
    assert verify_note(ours + theirs.rpartition("\n\n")[2], [vkey_of(key)]) == text
    with pytest.raises(BadNote, match="no known key"):
        verify_note(theirs, [vkey_of(key)])
    with pytest.raises(BadNote, match="no known key"):
        verify_note(ours, [vkey_of(key, "other.vn/tlog")])


@pytest.mark.parametrize(
    "text",
    ["", "x", "a+b+c", "name+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a b+530d903a+AQ==", "n+1+é"],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_vkey(text)


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\n" + "A" * 44 + "\n", "\n1\nAA==\n"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(text)


def test_a_proof_file_is_read_as_it_was_written() -> None:
    text = proof_file(7, [ROOT, ROOT[::-1]], "a\n9\nroot\n\n— a sig\n")
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 7\n")
    read = parse_proof_file(text)
    assert (read.index, read.hashes, read.checkpoint) == (7, (ROOT, ROOT[::-1]), "a\n9\nroot\n\n— a sig\n")
    for bad in ("", "x\nindex 1\n\n", "c2sp.org/tlog-proof@v1\n\n", text.replace("index 7", "index -7")):
        with pytest.raises(BadNote):
            parse_proof_file(bad)
