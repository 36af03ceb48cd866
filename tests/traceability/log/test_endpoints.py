"""/tlog/…: what anybody may ask, what is refused, and how long answers may be kept; the page for people."""

from __future__ import annotations

import base64

import pytest
from django.test import Client

from traceability.log.appending import append
from traceability.log.checkpoints import make_checkpoint
from traceability.log.keys import published_vkeys
from traceability.log.leaves import Leaf
from traceability.log.merkle import check_consistency, check_inclusion, leaf_hash
from traceability.log.models import Checkpoint, LogEntry
from traceability.log.notes import parse_checkpoint, parse_proof_file, parse_vkey, verify_note

pytestmark = pytest.mark.django_db
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def log() -> None:
    """Three entries signed, then 300 more signed, then one that is not."""
    for count in (3, 300, 1):
        append([Leaf("recall", f"recall:{number}", {"n": number}) for number in range(count)])
        if count > 1:
            make_checkpoint()


def test_the_newest_checkpoint_verifies_with_the_published_key(client: Client, log) -> None:
    answer = client.get("/tlog/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer["Cache-Control"] == "public, max-age=60"
    lines = client.get("/tlog/vkey").content.decode().splitlines()
    vkeys = [parse_vkey(line) for line in lines if not line.startswith("#")]
    assert vkeys == published_vkeys() and lines[0].startswith("# signs from ")
    assert parse_checkpoint(verify_note(answer.content.decode(), vkeys)).size == 303
    older = client.get("/tlog/checkpoint/3")
    assert older.content.decode() == Checkpoint.objects.get(size=3).note and older["Cache-Control"] == FOR_EVER


@pytest.mark.parametrize("seq", [0, 2, 3, 255, 256, 302])
def test_a_leaf_and_its_proof_fit_the_checkpoint_they_lead_to(client: Client, log, seq: int) -> None:
    leaf = client.get(f"/tlog/entry/{seq}.json")
    assert leaf.content.decode() == LogEntry.objects.get(seq=seq).leaf and leaf["Cache-Control"] == FOR_EVER
    answer = client.get(f"/tlog/proof/{seq}.tlog-proof")
    proof = parse_proof_file(answer.content.decode())
    tree = parse_checkpoint(verify_note(proof.checkpoint, published_vkeys()))
    assert tree.size == (3 if seq < 3 else 303) and answer["Cache-Control"] == FOR_EVER
    check_inclusion(index=seq, size=tree.size, leaf=leaf_hash(leaf.content), proof=proof.hashes, root=tree.root)


def test_consistency_between_two_checkpoints(client: Client, log) -> None:
    said = client.get("/tlog/consistency?from=3&to=303").json()
    first, second = Checkpoint.objects.all()
    check_consistency(
        first=3,
        second=303,
        first_root=bytes(first.root),
        second_root=bytes(second.root),
        proof=[base64.b64decode(each) for each in said["proof"]],
    )
    assert client.get("/tlog/consistency?from=3").json() == said


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tlog/entry/304.json", 404),
        ("/tlog/entry/-1.json", 404),
        ("/tlog/entry/01.json", 404),
        ("/tlog/entry/9999999999999999999999.json", 404),
        ("/tlog/entry/x.json", 404),
        ("/tlog/proof/303.tlog-proof", 404),
        ("/tlog/proof/999.tlog-proof", 404),
        ("/tlog/checkpoint/4", 404),
        ("/tlog/consistency", 400),
        ("/tlog/consistency?from=0&to=3", 400),
        ("/tlog/consistency?from=4&to=3", 400),
        ("/tlog/consistency?from=x", 400),
        ("/tlog/consistency?from=1&from=2", 400),
        ("/tlog/consistency?from=٣", 400),
        ("/tlog/consistency?from=3&to=304", 404),
        ("/tlog/consistency?from=3&to=" + "9" * 5000, 400),
    ],
)
def test_bad_questions_are_told_what_is_wrong(client: Client, log, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status and answer["Content-Type"] == "application/problem+json"
    assert answer["Access-Control-Allow-Origin"] == "*" and answer["Cache-Control"] == "no-store"
    assert answer.json()["status"] == status and answer.json()["detail"]


def test_any_site_may_ask_and_nobody_may_write(client: Client, log) -> None:
    for path in ("/tlog/checkpoint", "/tlog/vkey", "/tlog/entry/1.json", "/tlog/proof/1.tlog-proof"):
        whole, head = client.get(path), client.head(path)
        assert whole.status_code == head.status_code == 200 and head.content == b""
        assert whole["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in whole
        assert client.get(path, headers={"If-None-Match": whole["ETag"]}).status_code == 304
        assert client.options(path).status_code == 204
        refused = client.post(path)
        assert refused.status_code == 405 and refused["Allow"] == "GET, HEAD, OPTIONS"


def test_a_proof_costs_few_reads(client: Client, log, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(8):
        client.get("/tlog/proof/2.tlog-proof")
    with django_assert_max_num_queries(8):
        client.get("/tlog/consistency?from=3&to=303")


def test_before_anything_is_signed_there_is_nothing_to_give(client: Client) -> None:
    assert client.get("/tlog/checkpoint").status_code == 404
    assert client.get("/tlog/consistency?from=1").status_code == 404
    assert client.get("/tlog/vkey").status_code == 200


@pytest.mark.parametrize(
    ("path", "words"), [("/nhat-ky/", "Cách chúng tôi chứng minh"), ("/en/nhat-ky/", "How we prove it")]
)
def test_the_page_says_what_is_proved_and_lists_checkpoints(
    site_ready, client: Client, log, path: str, words: str
) -> None:
    page = client.get(path).content.decode()
    assert words in page and "/tlog/checkpoint/303" in page
    assert base64.b64encode(bytes(Checkpoint.objects.get(size=303).root)).decode() in page
    assert published_vkeys()[0].public and str(published_vkeys()[0]) in page


def test_the_page_is_paged(site_ready, client: Client, django_assert_max_num_queries) -> None:
    for number in range(23):
        append([Leaf("recall", "recall:1", {"n": number})])
        make_checkpoint()
    client.get("/nhat-ky/")
    with django_assert_max_num_queries(12):
        page = client.get("/nhat-ky/?page=2").content.decode()
    assert page.count("/tlog/checkpoint/") == 3
