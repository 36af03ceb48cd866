from __future__ import annotations

import pytest
from django.db import transaction

from community.append_only import AppendOnlyError
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_which_for_whom(cast: Cast) -> None:
    entry = record(actor=cast.lan_acts, action="price.changed", subject=cast.huong_que, old_dong=100, new_dong=120)
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_label, entry.cooperative) == (cast.lan, "Hồ Thị Lan", cast.huong_que)
    assert (entry.subject_type, entry.subject_id) == ("community.cooperative", cast.huong_que.pk)
    assert entry.subject_code == cast.huong_que.code
    assert entry.facts == {"old_dong": 100, "new_dong": 120}


def test_machines_and_buyers_have_a_label_and_no_person(cast: Cast) -> None:
    labels = [
        record(actor=actor, action="x.done", subject=cast.huong_que).actor_label
        for actor in (Actor.system("worker"), Actor.buyer())
    ]
    assert labels == ["system:worker", "buyer"]


def test_entries_are_never_changed_nor_deleted(cast: Cast) -> None:
    entry = record(actor=cast.lan_acts, action="x.done", subject=cast.huong_que)
    entry.action = "y.done"
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="y.done"),
        lambda: AuditEntry.objects.bulk_update([entry], ["action"]),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["x.done"]


def test_an_entry_leaves_with_the_transaction_it_belongs_to(cast: Cast) -> None:
    with transaction.atomic():
        record(actor=cast.lan_acts, action="x.done", subject=cast.huong_que)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
