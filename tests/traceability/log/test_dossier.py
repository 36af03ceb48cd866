"""A stranger takes a dossier, turns the network off and runs verify.py: whole it says OK, changed it names the first
thing that does not fit."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4, uuid5

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from community import clock
from tests.harness import guards
from tests.making import make_certificate
from tests.traceability.log.telling import MORNING, told_batch
from traceability.balance.certifying import revoke_certificate
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.events.logged import event_leaf, sign_and_tell
from traceability.events.matching import Matching
from traceability.events.models import Event, EventItem
from traceability.events.selling import record_sale
from traceability.events.writing import CAPTURED
from traceability.exchange import dossier as dossiers
from traceability.exchange import dossier_views
from traceability.log import verify as verifier
from traceability.log.appending import append
from traceability.log.auditing import audit_log
from traceability.log.models import Checkpoint

pytestmark = pytest.mark.django_db
NO_NETWORK = "import socket; socket.socket = None; socket.create_connection = None; "


@pytest.fixture
def batch(cast) -> Batch:
    """Five steps, two with photos; signed after three, and at the end."""
    batch = told_batch(cast, events=3, photos=2)
    sign_and_tell()
    told_batch(cast, events=2, day=MORNING + timedelta(days=1))
    paper = make_certificate(batch.product)
    revoke_certificate(certificate=paper, on=clock.today(), actor=cast.hoa_acts)
    sign_and_tell()
    Batch.objects.filter(pk=batch.pk).update(status="published")
    return batch


@pytest.fixture
def dossier(batch: Batch, client: Client) -> dict[str, bytes]:
    return download(client, batch)


def download(client: Client, batch: Batch) -> dict[str, bytes]:
    answer = client.get(f"/t/{batch.public_code}/ho-so.zip")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip" and answer.streaming
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def verdict(files: dict[str, bytes], folder: Path, *options: str) -> tuple[int, str]:
    """As a stranger: a folder of one's own, the program out of the dossier, no network, none of our code."""
    (folder / "verify.py").write_bytes(verifier_of(files))
    with zipfile.ZipFile(folder / "ho-so.zip", "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    run = NO_NETWORK + "import sys, runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-c", run, "verify.py", "ho-so.zip", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    return done.returncode, done.stdout + done.stderr


def verifier_of(files: dict[str, bytes]) -> bytes:
    return files.get("verify.py") or Path(verifier.__file__).read_bytes()


def test_an_untouched_dossier_is_whole(dossier, batch, tmp_path: Path) -> None:
    code, said = verdict(dossier, tmp_path)
    assert code == 0, said
    assert f"5 records are in the signed tree, word for word, 3 about {batch_uri(batch)}" in said and "2 photos" in said
    assert "0 records are not yet" in said and b"# signs from " in dossier["vkeys.txt"]
    manifest = json.loads(dossier["dossier.json"])
    assert manifest["size"] == 7 and not manifest["truncated"] and manifest["notYetInACheckpoint"] == []
    assert "Người vận hành có thể viết lại cả sổ" in dossier["README.txt"].decode()


def test_it_goes_on_from_an_older_checkpoint_that_somebody_kept(dossier, tmp_path: Path) -> None:
    (tmp_path / "older.txt").write_text(Checkpoint.objects.get(size=3).note, encoding="utf-8")
    (tmp_path / "key.txt").write_bytes(dossier["vkeys.txt"])
    code, said = verdict(dossier, tmp_path, "--checkpoint", "older.txt", "--vkey", "key.txt")
    assert code == 0 and "goes on from older.txt" in said and "the key you gave" in said


def test_a_rewritten_log_does_not_go_on_from_the_older_checkpoint(dossier, batch, client, tmp_path: Path) -> None:
    from django.db import connection

    from traceability.events.logged import enter_missing

    (tmp_path / "older.txt").write_text(Checkpoint.objects.get(size=3).note, encoding="utf-8")
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE traceability_event SET body = replace(body, 'lần 1', 'lần 7')")
        for table in ("checkpoint", "privatepart", "logentry", "loghead"):
            cursor.execute(f"DELETE FROM traceability_{table}")
    enter_missing()
    sign_and_tell()
    new = download(client, batch)
    assert verdict(new, tmp_path)[0] == 0, "seen alone all is well: the operator may rewrite what nobody else kept"
    new["consistency/3.json"] = dossier["consistency/3.json"]
    code, said = verdict(new, tmp_path, "--checkpoint", "older.txt")
    assert code == 1 and "FAIL  older.txt" in said


def change_document(files: dict[str, bytes]) -> None:
    files["events.json"] = files["events.json"].replace("lần 1".encode(), "lần 7".encode())


def change_document_and_leaf(files: dict[str, bytes]) -> None:
    change_document(files)
    files["leaves/1.json"] = files["leaves/1.json"].replace("lần 1".encode(), "lần 7".encode())


def change_photo(files: dict[str, bytes]) -> None:
    name = next(each for each in files if each.startswith("evidence/"))
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])


def drop_photo(files: dict[str, bytes]) -> None:
    del files[next(each for each in files if each.startswith("evidence/"))]


def add_photo(files: dict[str, bytes]) -> None:
    files[f"evidence/{'0' * 64}.jpg"] = b"x"


def swap_records(files: dict[str, bytes]) -> None:
    files["leaves/0.json"], files["leaves/1.json"] = files["leaves/1.json"], files["leaves/0.json"]


def change_checkpoint(files: dict[str, bytes]) -> None:
    files["checkpoint.txt"] = files["checkpoint.txt"].replace(b"\n7\n", b"\n8\n")


def change_key(files: dict[str, bytes]) -> None:
    files["vkeys.txt"] = b"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n"


def change_proof(files: dict[str, bytes]) -> None:
    name = "proofs/1.tlog-proof"
    head, gap, rest = files[name].partition(b"\n\n")
    files[name] = b"\n".join(head.split(b"\n")[:-1]) + gap + rest


def drop_leaf(files: dict[str, bytes]) -> None:
    del files["leaves/2.json"]


def hide_record(files: dict[str, bytes]) -> None:
    records: list[Any] = json.loads(files["events.json"])
    files["events.json"] = json.dumps(records[:-1]).encode()


def drop_every_record(files: dict[str, bytes]) -> None:
    for name in [each for each in files if each.startswith(("leaves/", "evidence/"))]:
        del files[name]
    files["events.json"] = b"[]"
    files["dossier.json"] = json.dumps(json.loads(files["dossier.json"]) | {"records": 0, "photos": []}).encode()


def tell_of_another_lot(files: dict[str, bytes]) -> None:
    files["dossier.json"] = files["dossier.json"].replace(b"/t/", b"/t/X")


def repeat_record(files: dict[str, bytes]) -> None:
    records: list[Any] = json.loads(files["events.json"])
    files["events.json"] = json.dumps([*records, records[0]]).encode()


def two_meanings(files: dict[str, bytes]) -> None:
    files["events.json"] = files["events.json"].replace(b'[{"seq":0,', b'[{"seq":0,"document":{},', 1)


def retired_key(files: dict[str, bytes]) -> None:
    files["vkeys.txt"] += b"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n"


def empty_events(files: dict[str, bytes]) -> None:
    files["events.json"] = b"[{}]"


CHANGES = {
    change_document: "record 1 ",
    change_document_and_leaf: "record 1 ",
    change_photo: "record ",
    drop_photo: "record ",
    add_photo: "evidence/000",
    swap_records: "record 0 ",
    change_checkpoint: "checkpoint.txt: the signature does not hold",
    change_key: "checkpoint.txt: no known key signed it",
    change_proof: "record 1 ",
    drop_leaf: "leaves/2.json",
    hide_record: "leaves/",
    empty_events: "'seq': it is missing",
    drop_every_record: "events.json: one stands twice, is missing or added",
    tell_of_another_lot: "no record is about this lot",
    repeat_record: "events.json: one stands twice",
    two_meanings: "a name stands twice",
    retired_key: "not the newest key",
}


def cosigned(note: str, name: str, key: Ed25519PrivateKey, *, at: int = 1_770_000_000) -> tuple[str, str]:
    """The note with the line of a witness (c2sp.org/tlog-cosignature), and the witness's key as others keep it."""
    public = b"\x04" + key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    said = f"cosignature/v1\ntime {at}\n{note.rpartition(chr(10) * 2)[0]}\n".encode()
    line = base64.b64encode(key_id + at.to_bytes(8, "big") + key.sign(said)).decode()
    return f"{note}— {name} {line}\n", f"{name}+{key_id.hex()}+{base64.b64encode(public).decode()}\n"


def test_witnesses_are_checked_when_their_keys_are_known_and_else_it_says_that_none_was(dossier, tmp_path) -> None:
    code, said = verdict(dossier, tmp_path)
    assert code == 0 and "no witness was checked" in said
    older = Checkpoint.objects.get(size=3).note
    kept, key = cosigned(older, "witness.example/w1", Ed25519PrivateKey.generate())
    (tmp_path / "older.txt").write_text(kept, encoding="utf-8")
    (tmp_path / "witness.txt").write_text(key, encoding="utf-8")
    options = ("--checkpoint", "older.txt", "--witness", "witness.txt")
    code, said = verdict(dossier, tmp_path, *options)
    assert code == 0 and "older.txt was cosigned by witness.example/w1" in said, said
    assert "checkpoint.txt was cosigned by no witness" in said
    assert (
        "older.txt was cosigned by witness"
        in verdict(dossier | {"witnesses.txt": key.encode()}, tmp_path, *options[:2])[1]
    )
    forged, _ = cosigned(older.replace("\n3\n", "\n4\n"), "witness.example/w1", Ed25519PrivateKey.generate())
    line = forged.split("\n")[-2].split(" ")
    line[2] = base64.b64encode(parse_vkey_id(key) + base64.b64decode(line[2])[4:]).decode()
    (tmp_path / "older.txt").write_text(older + " ".join(line) + "\n", encoding="utf-8")
    code, said = verdict(dossier, tmp_path, *options)
    assert code == 1 and "older.txt: the signature does not hold" in said and "witness.example/w1" in said
    (tmp_path / "witness.txt").write_text(dossier["vkeys.txt"].decode(), encoding="utf-8")
    code, said = verdict(dossier, tmp_path, *options)
    assert code == 1 and "not an Ed25519 key of this kind" in said


def parse_vkey_id(vkey: str) -> bytes:
    return bytes.fromhex(vkey.split("+")[1])


def test_each_change_is_named_and_fails(dossier, tmp_path: Path) -> None:
    """In one test, for downloading takes longer than verifying."""
    for change, named in CHANGES.items():
        files = dict(dossier)
        change(files)
        code, said = verdict(files, tmp_path)
        assert code == 1 and said.startswith("FAIL") and named in said, (change.__name__, said)


def test_a_captured_record_with_other_numbers_and_others_photos_is_whole(cast, batch, client, tmp_path: Path) -> None:
    document = {"type": "ObjectEvent", "x:weight": 5.0, "ocop:evidence": [f"ni:///sha-256;{'ab' * 32}"]}
    event = Event.objects.filter(batch=batch).first()
    copy = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    body = json.dumps(document)
    changed = {"id": None, "client_uuid": uuid5(CAPTURED, "ni:///1"), "event_id": "ni:///1", "body": body}
    captured = Event.objects.create(**copy | changed | {"body_sha256": hashlib.sha256(body.encode()).hexdigest()})
    append([event_leaf(captured, document=document, about=[batch_uri(batch)], party="")])
    sign_and_tell()
    code, said = verdict(download(client, batch), tmp_path)
    assert code == 0 and "1 not ours to show" in said, said
    assert [each for each in audit_log(rooms=[Matching()]).findings if each.code == "evidence"] == []


def test_the_program_stands_alone() -> None:
    source = Path(verifier.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 150
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported - set(sys.stdlib_module_names) - {"__future__"} == {"cryptography"}


def test_only_public_lots_have_one_and_nothing_signed_is_said(cast, client: Client) -> None:
    draft = told_batch(cast, events=1)
    assert client.get(f"/t/{draft.public_code}/ho-so.zip").status_code == 404
    assert client.get("/t/ABCDEFGH23/ho-so.zip").status_code == 404
    Batch.objects.filter(pk=draft.pk).update(status="published")
    answer = client.get(f"/t/{draft.public_code}/ho-so.zip")
    assert answer.status_code == 503 and answer["Retry-After"] == "600"
    assert client.post(f"/t/{draft.public_code}/ho-so.zip").status_code == 405


def test_what_is_not_yet_signed_is_named_and_heavy_photos_only_listed(
    cast, batch: Batch, client: Client, tmp_path: Path, monkeypatch
) -> None:
    late = Event.objects.filter(batch=batch).first()
    from tests.traceability.log.telling import one_more

    newer = one_more(cast, batch)
    monkeypatch.setattr(dossiers, "MOST_PHOTO_BYTES", 10)
    files = download(client, batch)
    manifest = json.loads(files["dossier.json"])
    assert manifest["notYetInACheckpoint"] == [newer.event_id] and late.event_id != newer.event_id
    assert [sorted(each) for each in manifest["photos"]] == [["sha256", "url"]] * 2
    assert not any(name.startswith("evidence/") for name in files)
    code, said = verdict(files, tmp_path)
    assert code == 0 and "2 are not in the file" in said


def test_the_number_of_queries_does_not_grow_with_the_records(
    cast, batch: Batch, client: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(40):
        download(client, batch)


def test_sales_and_drafts_beside_it_are_in_no_dossier(cast, batch: Batch, client: Client) -> None:
    sale = record_sale(batch=batch, quantity_base=100, reference="CN-7", client_uuid=uuid4(), actor=cast.lan_acts)
    beside = told_batch(cast, events=1, day=MORNING + timedelta(days=2))
    shared = Event.objects.filter(batch=batch).exclude(pk=sale.pk).first()
    EventItem.objects.create(event=shared, batch=beside, epc_uri="https://example.org/1", role=EventItem.Role.OUTPUT)
    sign_and_tell()
    told = (files := download(client, batch))["events.json"].decode()
    assert sale.event_id not in told and shared.event_id not in told and "CN-7" not in told
    assert [each["kind"] for each in json.loads(told)] == ["epcis-event"] * 2 + ["certificate"] * 2
    assert not {each.sha256 for each in shared.evidence.all()} & {name[9:73] for name in files}
    public = client.get(f"/api/lots/{batch.public_code}/epcis").content.decode()
    assert sale.event_id not in public and shared.event_id not in public


def test_it_is_made_only_for_who_needs_it_and_not_too_often(cast, batch: Batch, client: Client, monkeypatch) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("it was made")

    path = f"/t/{batch.public_code}/ho-so.zip"
    monkeypatch.setattr(dossier_views, "PER_MINUTE", 1)
    etag = client.get(path)["ETag"]
    monkeypatch.setattr(dossier_views, "dossier_of", refuse)
    assert client.head(path).status_code == 200 and client.head(path)["ETag"] == etag
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    refused = client.get(path)
    assert refused.status_code == 429 and refused["Retry-After"] == "60"
    told_batch(cast, events=1)
    assert client.head(path)["ETag"] != etag
