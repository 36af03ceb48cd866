"""Certificates in the log: every act is a leaf that names no person; a page that shows another paper is red."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import clock
from tests.making import make_certificate
from tests.traceability.log.telling import told_batch
from traceability.balance import certifying
from traceability.balance.certifying import check_certificate, judge_certificate, uncheck_certificate
from traceability.batches.models import Batch
from traceability.certificates.logged import CertificateMatching
from traceability.events.logged import sign_and_tell
from traceability.log.leaves import CERTIFICATE, commit_to
from traceability.log.models import LogEntry
from traceability.passport.facts import passport_of
from traceability.passport.finding import public_batches
from traceability.passport.proof import State

pytestmark = pytest.mark.django_db


def told() -> list[dict[str, object]]:
    return [json.loads(entry.leaf) for entry in LogEntry.objects.filter(kind=CERTIFICATE)]


@pytest.fixture
def batch(cast) -> Batch:
    batch = told_batch(cast, events=1)
    Batch.objects.filter(pk=batch.pk).update(status="published")
    return batch


def test_each_act_is_one_leaf_and_doing_it_again_none(cast, batch) -> None:
    paper = make_certificate(batch.product, checked_at=None)
    for _ in range(2):
        check_certificate(certificate=paper, actor=cast.hoa_acts)
    for revoked_on in (clock.today(), clock.today(), None):
        judge_certificate(certificate=paper, counts=True, revoked_on=revoked_on, actor=cast.hoa_acts)
    uncheck_certificate(certificate=paper, actor=cast.hoa_acts)
    acts = [leaf["payload"]["act"] for leaf in told()]
    assert acts == ["recorded", "accepted", "revoked", "restored", "refused"]


def test_a_paper_checked_and_revoked_at_once_is_known_to_have_counted(cast, batch, client: Client) -> None:
    paper = make_certificate(batch.product, checked_at=None)
    judge_certificate(certificate=paper, counts=True, revoked_on=clock.today(), actor=cast.hoa_acts)
    acts = [(leaf["payload"]["act"], leaf["payload"]["revokedOn"]) for leaf in told()]
    assert acts == [("recorded", None), ("accepted", None), ("revoked", clock.today().isoformat())]
    seq = LogEntry.objects.filter(kind=CERTIFICATE).last().seq
    assert client.get(f"/tlog/entry/{seq}.json").status_code == 200, "its page shows it, so the world may read it"


def _locks(sql: str) -> str:
    for name, begins in {
        "lots": 'FROM "traceability_batch" WHERE "traceability_batch"."id" IN',
        "head": 'FROM "traceability_loghead"',
    }.items():
        if begins in sql and sql.startswith("SELECT"):
            return name
    return "paper" if sql.startswith('UPDATE "traceability_certificate"') else ""


def test_lots_are_held_before_the_paper_and_the_log_last(cast, batch) -> None:
    paper = make_certificate(batch.product, checked_at=None)
    with CaptureQueriesContext(connection) as queries:
        judge_certificate(certificate=paper, counts=True, revoked_on=clock.today(), actor=cast.hoa_acts)
    order = [kind for one in queries.captured_queries if (kind := _locks(one["sql"]))]
    assert order.index("lots") < order.index("paper") and set(order[order.index("head") :]) == {"head"}


def test_many_lots_are_told_in_parts_the_newest_at_once(cast, batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what one transaction may hold, pages change when the log is signed."""
    monkeypatch.setattr(certifying, "TOLD_AT_ONCE", 1)
    newer = Batch.objects.create(
        cooperative=batch.cooperative,
        product=batch.product,
        pack=batch.pack,
        lot_code="NEWER",
        base_unit=batch.base_unit,
        status="published",
    )
    paper = make_certificate(batch.product, checked_at=None)
    sign_and_tell()
    before = dict(Batch.objects.values_list("lot_code", "page_version"))
    check_certificate(certificate=paper, actor=cast.hoa_acts)
    at_once = dict(Batch.objects.values_list("lot_code", "page_version"))
    assert {lot for lot in at_once if at_once[lot] > before[lot]} == {newer.lot_code}
    sign_and_tell()
    assert all(version > before[lot] for lot, version in Batch.objects.values_list("lot_code", "page_version"))


def test_a_site_that_moves_to_another_address_still_has_the_papers_it_told_of(cast, batch, settings) -> None:
    check_certificate(certificate=make_certificate(batch.product, checked_at=None), actor=cast.hoa_acts)
    settings.ID_BASE_URL = "https://elsewhere.example.vn"
    assert list(CertificateMatching().left_over()) == []


def test_who_looked_is_only_committed_to(cast, batch) -> None:
    check_certificate(certificate=make_certificate(batch.product, checked_at=None), actor=cast.hoa_acts)
    entry = LogEntry.objects.filter(kind=CERTIFICATE).last()
    part = entry.private_part
    assert cast.hoa.name not in entry.leaf and cast.hoa.name in part.body
    assert json.loads(entry.leaf)["private"] == commit_to(json.loads(part.body), bytes(part.salt))


def test_a_paper_nobody_accepted_is_not_told_to_the_world(cast, batch, client: Client) -> None:
    paper = make_certificate(batch.product, checked_at=None)
    seq = LogEntry.objects.get(kind=CERTIFICATE).seq
    assert client.get(f"/tlog/entry/{seq}.json").status_code == 403
    check_certificate(certificate=paper, actor=cast.hoa_acts)
    assert client.get(f"/tlog/entry/{seq}.json").status_code == 200


@pytest.mark.parametrize("forged", ["expires_on = '2090-01-01'", "number = 'X'", "checked_at = '2020-01-01 00:00:00'"])
def test_a_page_that_shows_another_paper_than_the_log_is_red(cast, batch, forged: str) -> None:
    paper = make_certificate(batch.product)
    assert passport_of(public_batches().get(), language="vi").proof.state is State.WAITING
    sign_and_tell()
    assert passport_of(public_batches().get(), language="vi").proof.state is State.VERIFIED
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE traceability_certificate SET {forged}")
    shown = passport_of(public_batches().get(), language="vi")
    assert (shown.proof.state, [each.pk for each in shown.broken_papers]) == (State.MISMATCH, [paper.pk])
