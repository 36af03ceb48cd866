"""The cases E.., T.. and G..: events, the log and the trade's own rules, asked from outside."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.utils import timezone
from epcis_event_hash_generator import hash_generator, json_to_py
from jsonschema import Draft7Validator, FormatChecker

from tests.traceability.exchange.asking import Machine, events_in, machine_of
from tests.traceability.exchange.saying import amount, document, event, transformation, when
from tests.traceability.resolver.asking import Ask
from tests.vectors import load_vectors
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.log import verify
from traceability.log.checkpoints import make_checkpoint

NOBODY = Machine()
ITEMS_OF_THE_RULES = ("Gạo thơm ST25", "túi 5 kg", "HTX Hương Quê Trần Đề", "Xã Trần Đề", "Nhãn hiệu", "Nguồn gốc")
ITEMS_OF_THE_RULES += ("Tiêu chuẩn áp dụng", "Cảnh báo", "Hạn dùng", "Mã truy vết", "Thu hoạch", "Đóng gói")


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def asked_events(ask: Ask) -> list[dict[str, Any]]:
    return events_in(NOBODY.get("events", MATCH_anyEPCClass=batch_uri(ask.batch)))


def e01(ask: Ask) -> None:
    answer = NOBODY.get("events", MATCH_anyEPCClass=batch_uri(ask.batch))
    assert answer.status_code == 200
    assert answer.json()["type"] == "EPCISQueryDocument"
    schema = Draft7Validator(load_vectors("epcis/EPCIS-JSON-Schema.json"), format_checker=FormatChecker())
    assert [error.message for error in schema.iter_errors(answer.json())] == []
    events = events_in(answer)
    assert events
    assert all(batch_uri(ask.batch) in json.dumps(each) for each in events)


def e02(ask: Ask) -> None:
    answer = NOBODY.get("events", MATCH_anyEPCClass=batch_uri(ask.batch))
    assert answer["GS1-EPCIS-Version"].startswith("2.0")
    assert answer["GS1-CBV-Version"].startswith("2.0")
    assert answer["Content-Type"].split(";")[0] in ("application/json", "application/ld+json")


def e03(ask: Ask) -> None:
    """The context they all share stands at the document, where the oracle looks for it. It knows no query document,
    whose frame is taken off; nor does it see a Digital Link under a host without a dot, so ours are given the canonical
    one that the algorithm asks for."""
    answer = NOBODY.get("events", MATCH_anyEPCClass=batch_uri(ask.batch))
    told = json.loads(answer.content.decode().replace("http://localhost:8000/01/", "https://id.gs1.org/01/"))
    events = events_in(answer)
    named = [each["eventID"] for each in events]
    assert all(each.startswith("ni:///sha-256;") for each in named)
    assert not any("@context" in each for each in events)
    alone = {**told, "type": "EPCISDocument", "epcisBody": told["epcisBody"]["queryResults"]["resultsBody"]}
    read = json_to_py.event_list_from_epcis_document_json(alone)
    assert hash_generator.epcis_hashes_from_events(read) == named


def e04(ask: Ask) -> None:
    (one, *_) = asked_events(ask)
    answer = NOBODY.get(f"events/{quote(one['eventID'], safe='')}")
    assert [each["eventID"] for each in events_in(answer)] == [one["eventID"]]
    unknown = NOBODY.get(f"events/{quote('ni:///sha-256;' + '0' * 64 + '?ver=CBV2.0', safe='')}")
    assert (unknown.status_code, unknown["Content-Type"]) == (404, "application/problem+json")


def e07(ask: Ask) -> None:
    answer = NOBODY.get("events", EQ_nosuch="1")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["type"].endswith("QueryParameterException")


def e08(ask: Ask) -> None:
    assert len(events_in(NOBODY.get(f"epcs/{quote(batch_uri(ask.batch), safe='')}/events"))) == len(asked_events(ask))
    told = json.dumps(NOBODY.get("").json())
    for resource in ("epcs", "bizSteps", "bizLocations"):
        assert resource in told
        assert NOBODY.get(resource).status_code in (200, 501)


def e09(ask: Ask) -> None:
    before = Event.objects.count()
    assert NOBODY.post("capture", document(event())).status_code == 401
    assert Event.objects.count() == before


def e12(ask: Ask) -> None:
    machine = machine_of(ask.batch.cooperative)
    said = event(note="x", quantityList=[amount(batch_uri(ask.batch), 5, "KGM")])
    del said["note"]
    assert machine.post("capture", document(said)).status_code == 202
    stored = Event.objects.latest("pk")
    wrong = {**said, "eventID": stored.event_id}
    wrong["errorDeclaration"] = {"declarationTime": when(minutes=1), "reason": "did_not_occur"}
    assert machine.post("capture", document(wrong)).status_code == 202
    assert Event.objects.get(pk=stored.pk).body == stored.body
    (declared,) = events_in(machine.get("events", EXISTS_errorDeclaration="true"))
    assert declared["errorDeclaration"]["reason"] == "did_not_occur"
    assert 'class="gone"' in ask(ask.lot, "text/html").content.decode()


def _checkpoint() -> tuple[int, bytes, str]:
    """Size, root and text of the served checkpoint, its signature checked against the served key (C2SP signed note)."""
    note, vkey = (Client().get(f"/tlog/{name}").content.decode() for name in ("checkpoint", "vkey"))
    text, _, signatures = note.partition("\n\n")
    name, key_id, encoded = vkey.splitlines()[-1].split("+", 2)
    key = base64.b64decode(encoded)
    assert sha256(name.encode(), b"\n", key)[:4].hex() == key_id
    signed = next(line for line in signatures.splitlines() if line.startswith(f"— {name} "))
    signature = base64.b64decode(signed.split(" ")[2])
    assert signature[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], f"{text}\n".encode())
    origin, size, root = text.split("\n")[:3]
    assert origin == name
    return int(size), base64.b64decode(root), note


def t01(ask: Ask) -> None:
    make_checkpoint()
    assert _checkpoint()[0] > 0


def _root_from(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes:
    """RFC 9162 §2.1.3.2, written down here apart from the house's own."""
    place, last, node = index, size - 1, leaf
    for step in proof:
        assert last
        if place & 1 or place == last:
            node = sha256(b"\x01", step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\x01", node, step)
        place, last = place >> 1, last >> 1
    assert last == 0
    return node


def t02(ask: Ask) -> None:
    make_checkpoint()
    size, root, _ = _checkpoint()
    kinds = []
    for seq in range(size):
        leaf = Client().get(f"/tlog/entry/{seq}.json").content
        told = json.loads(leaf)
        assert leaf == json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        kinds.append(told["kind"])
        proof = Client().get(f"/tlog/proof/{seq}.tlog-proof").content.decode()
        head, _, checkpoint = proof.partition("\n\n")
        version, index, *hashes = head.split("\n")
        assert (version, index) == ("c2sp.org/tlog-proof@v1", f"index {seq}")
        assert checkpoint.startswith("localhost")
        assert _root_from(seq, size, sha256(b"\0", leaf), [base64.b64decode(one) for one in hashes]) == root
    assert kinds.count("epcis-event") == Event.objects.filter(batch=ask.batch).count()


def t03(ask: Ask) -> None:
    make_checkpoint()
    first, old_root, _ = _checkpoint()
    machine_of(ask.batch.cooperative).post(
        "capture", document(event(quantityList=[amount(batch_uri(ask.batch), 5, "KGM")]))
    )
    make_checkpoint()
    second, new_root, _ = _checkpoint()
    assert second > first
    answer = Client().get("/tlog/consistency", {"from": first, "to": second})
    assert answer.status_code == 200
    told = (
        answer.json() if answer["Content-Type"].startswith("application/json") else answer.content.decode().split("\n")
    )
    hashes = told if isinstance(told, list) else next(value for value in told.values() if isinstance(value, list))
    proof = [base64.b64decode(one) for one in hashes if one]
    assert _joins(first, second, old_root, new_root, proof)


def _joins(first: int, second: int, old: bytes, new: bytes, proof: list[bytes]) -> bool:
    """RFC 9162 §2.1.4.2."""
    if first & (first - 1) == 0:
        proof = [old, *proof]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    left = right = proof[0]
    for step in proof[1:]:
        if place & 1 or place == last:
            left, right = sha256(b"\x01", step, left), sha256(b"\x01", step, right)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            right = sha256(b"\x01", right, step)
        place, last = place >> 1, last >> 1
    return (left, right, last) == (old, new, 0)


def t07(ask: Ask) -> None:
    make_checkpoint()
    answer = Client().get(f"/t/{ask.batch.public_code}/ho-so.zip")
    assert answer.status_code == 200, answer.content
    body = answer.getvalue() if answer.streaming else answer.content
    source = Path(verify.__file__)
    assert len(source.read_text("utf-8").splitlines()) < 150
    with tempfile.TemporaryDirectory() as folder:
        alone, dossier = Path(folder) / "verify.py", Path(folder) / "dossier.zip"
        alone.write_bytes(source.read_bytes())
        dossier.write_bytes(body)
        done = subprocess.run([sys.executable, "-I", alone, dossier], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OK" in done.stdout


def g01(ask: Ask) -> None:
    """Recorded, never hidden, and stopped: the house refuses sale and claims, not the record (design: mass balance)."""
    other = Batch.objects.create(
        cooperative=ask.batch.cooperative, product=ask.batch.product, lot_code="RAW-1", kind="raw", material="lúa",
        base_unit="g",
    )  # fmt: skip
    machine = machine_of(ask.batch.cooperative)
    answer = machine.post("capture", document(transformation(ask.batch, 10_000, other, 10_000)))
    ask.batch.refresh_from_db()
    assert answer.status_code == 400 or ask.batch.locked_at is not None or ask.batch.shortfall_base > 0


def g03(ask: Ask) -> None:
    before = Event.objects.count()
    late = (timezone.localtime() + timedelta(hours=6)).isoformat(timespec="milliseconds")
    answer = machine_of(ask.batch.cooperative).post("capture", document(event(eventTime=late)))
    assert answer.status_code == 400
    assert Event.objects.count() == before


def g05(ask: Ask) -> None:
    for direction in ("back", "forward"):
        answer = Client().get(f"/api/lots/{ask.batch.public_code}/genealogy", {"direction": direction})
        assert answer.status_code == 200
        assert ask.batch.lot_code in [lot["lot"] for lot in answer.json()["lots"]]
        assert answer.json()["truncated"] is False
    assert Client().get(f"/api/lots/{ask.batch.public_code}/kde.csv").status_code == 200


def g06(ask: Ask) -> None:
    page = ask(ask.lot, "text/html").content.decode()
    for words in (*ITEMS_OF_THE_RULES, ask.batch.lot_code, ask.batch.cooperative.code):
        assert words in page, words
    passport = Client().get(f"/api/dpp{ask.lot}")
    assert passport.status_code == 200
    assert ask.batch.lot_code in passport.content.decode()


CHECKS = {name.upper(): check for name, check in globals().items() if re.fullmatch(r"[etg]\d\d", name)}
