"""Drafts and single sales stay inside the house, and their places in the log can be proved all the same."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from django.test import Client

from tests.traceability.log.telling import told_batch
from traceability.batches.models import Batch
from traceability.events.logged import sign_and_tell
from traceability.events.selling import record_sale
from traceability.exchange import tlog
from traceability.log.keys import published_vkeys
from traceability.log.merkle import check_inclusion
from traceability.log.models import LogEntry
from traceability.log.notes import parse_checkpoint, parse_proof_file, verify_note

pytestmark = pytest.mark.django_db


def assert_only_its_hash(client: Client, entry: LogEntry) -> None:
    answer = client.get(f"/tlog/entry/{entry.seq}.json")
    assert (answer.status_code, answer["Cache-Control"]) == (403, "no-store")
    said = answer.json()
    assert set(said) == {"type", "title", "status", "detail", "seq", "leaf_hash"} and said["seq"] == entry.seq
    proof = parse_proof_file(client.get(f"/tlog/proof/{entry.seq}.tlog-proof").content.decode())
    tree = parse_checkpoint(verify_note(proof.checkpoint, published_vkeys()))
    leaf = base64.b64decode(said["leaf_hash"])
    check_inclusion(index=entry.seq, size=tree.size, leaf=leaf, proof=proof.hashes, root=tree.root)


def test_a_draft_is_read_only_once_it_is_published(cast, client: Client) -> None:
    batch = told_batch(cast, events=1)
    sign_and_tell()
    entry = LogEntry.objects.get(kind="epcis-event")
    assert_only_its_hash(client, entry)
    Batch.objects.filter(pk=batch.pk).update(status="published")
    assert client.get(f"/tlog/entry/{entry.seq}.json").content.decode() == entry.leaf


def test_a_single_sale_is_never_read(cast, client: Client) -> None:
    batch = told_batch(cast, events=1)
    Batch.objects.filter(pk=batch.pk).update(status="published")
    sale = record_sale(batch=batch, quantity_base=100, reference="CN-7", client_uuid=uuid4(), actor=cast.lan_acts)
    sign_and_tell()
    assert_only_its_hash(client, LogEntry.objects.get(subject=f"event:{sale.pk}"))


def test_leaves_are_given_so_many_times_a_minute(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(tlog, "PER_MINUTE", 2)
    codes = [client.get(f"/tlog/{path}").status_code for path in ("entry/9.json", "proof/9.tlog-proof", "entry/9.json")]
    assert codes == [404, 404, 429]
