"""Publishing and answering hold the lots they depend on first, so that no lock of the balance slips in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Event as Flag
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.audit.models import AuditEntry
from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from tests.traceability.balance.test_checking import BEFORE_DRYING, chain, locked, open_checks
from traceability.balance.certifying import check_certificate, revoke_certificate
from traceability.balance.claiming import claim
from traceability.balance.models import Check
from traceability.balance.settling import explain
from traceability.batches import publishing
from traceability.batches.models import Batch, PostingKind
from traceability.batches.publishing import NotReady, publish_batch, readiness
from traceability.log.models import LogEntry

pytestmark = pytest.mark.django_db


def published_leaves() -> list[str]:
    return list(LogEntry.objects.filter(kind="batch-published").order_by("pk").values_list("subject", flat=True))


def test_steps_of_the_lots_it_was_made_of_count_and_each_publication_has_its_leaf(garden: Garden) -> None:
    leaf, tea, packs = chain(garden)
    assert set(packs.events.values_list("stage", flat=True)) == {"pack"} and readiness(packs).is_ready
    publish_batch(batch=packs, actor=garden.cast.lan_acts)
    assert published_leaves()[0] == f"batch:{packs.pk}"
    assert sorted(published_leaves()[1:]) == sorted([f"batch:{leaf.pk}", f"batch:{tea.pk}"])
    publish_batch(batch=packs, actor=garden.cast.lan_acts)
    assert len(published_leaves()) == 3


def test_steps_only_on_lots_of_other_goods_do_not_count(garden: Garden) -> None:
    _leaf, _tea, _packs = chain(garden)
    alone = garden.packs_of(garden.bought(1_000), 1_000, 10)
    assert readiness(alone).missing_steps and not readiness(alone).is_ready


def test_a_lock_between_look_and_write_keeps_the_batch_a_draft(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    leaf, _tea, packs = chain(garden)
    really = publishing.readiness

    def look_and_be_overtaken(batch: Batch) -> Any:
        answer = really(batch)
        monkeypatch.setattr(publishing, "readiness", really)
        garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
        return answer

    monkeypatch.setattr(publishing, "readiness", look_and_be_overtaken)
    with pytest.raises(NotReady) as refused:
        publish_batch(batch=packs, actor=garden.cast.lan_acts)
    assert refused.value.facts["readiness"].is_locked
    assert Batch.objects.get(pk=packs.pk).status == "draft" and not published_leaves()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("is_held", "acts"),
    [
        # SQLite lets one write at a time: nobody slips in there, guarded or not.
        pytest.param(False, ["batch.locked"], marks=pytest.mark.postgresql),
        (True, ["batch.published", "batch.locked"]),
    ],
)
def test_a_record_on_the_raw_lot_waits_for_the_publication(
    garden: Garden, site_ready: None, monkeypatch: pytest.MonkeyPatch, is_held: bool, acts: list[str]
) -> None:
    """Unguarded it slips in behind the look, and only the write notices. Held, it comes after the publication."""
    if not is_held:
        monkeypatch.setattr(publishing, "_hold", lambda _batch: None)
    leaf, _tea, packs = chain(garden)
    looked, recorded = Flag(), Flag()
    really = publishing.readiness

    def look_and_wait(batch: Batch) -> Any:
        answer = really(batch)
        looked.set()
        recorded.wait(timeout=1)  # runs out: whoever records stands before the lots
        return answer

    def record() -> None:
        try:
            looked.wait(timeout=60)
            garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
            recorded.set()
        finally:
            connection.close()

    def publish() -> None:
        try:
            with suppress(NotReady):
                publish_batch(batch=packs, actor=garden.cast.lan_acts)
        finally:
            connection.close()

    monkeypatch.setattr(publishing, "readiness", look_and_wait)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(record), pool.submit(publish)]:
            done.result()
    about = AuditEntry.objects.about(packs).filter(action__in=["batch.published", "batch.locked"]).order_by("pk")
    assert [one.action for one in about] == acts
    assert locked(packs) == [True]


def _holds_lots(sql: str) -> bool:
    return 'FROM "traceability_batch" WHERE "traceability_batch"."id" IN' in sql and "ORDER BY 1 ASC" in sql


def test_an_answer_holds_the_lots_before_it_touches_their_check(garden: Garden) -> None:
    leaf = garden.harvest(3_000_000)
    tea = garden.dry(leaf, 1_000_000, 250_000)
    with CaptureQueriesContext(connection) as told:
        explain(check=Check.objects.get(batch=tea), note="Lá già, ít nước", actor=garden.cast.lan_acts)
    queries = [one["sql"] for one in told.captured_queries]
    held = next(n for n, sql in enumerate(queries) if _holds_lots(sql))
    written = next(n for n, sql in enumerate(queries) if sql.startswith('UPDATE "traceability_check"'))
    assert held < written
    assert connection.vendor != "postgresql" or "FOR UPDATE" in queries[held]


def test_a_certificate_taken_back_stops_the_claims_on_it_at_once(garden: Garden) -> None:
    paper = garden.certificate("vietgap", checked_at=None)
    leaf, later = garden.harvest(1_000), garden.harvest(2_000, at=HARVEST_DAY + timedelta(days=1))
    claim(batch=leaf, certificate=paper, mass_base=1_000, model="SG", actor=garden.cast.lan_acts)
    assert locked(leaf, later) == [True, False]  # nobody has looked at the paper yet
    check_certificate(certificate=paper, actor=garden.cast.hoa_acts)
    assert locked(leaf, later) == [False, False]
    revoke_certificate(certificate=paper, on=HARVEST_DAY.date(), actor=garden.cast.hoa_acts)
    assert [one.split()[:2] for one in open_checks(leaf)] == [["MB-5", "block"]]
    assert locked(leaf, later) == [True, False]
