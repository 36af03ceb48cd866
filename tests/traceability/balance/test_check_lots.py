"""The nightly look at everything finds what nobody recorded: wrong sums, lots below zero, goods past their date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from community import clock
from tests.traceability.balance.conftest import HARVEST_DAY, NOW, Garden
from traceability.balance.models import Check
from traceability.balance.rechecking import drifts, recheck
from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import Movement, post_recorded

pytestmark = pytest.mark.django_db


def test_sound_books_end_with_zero(garden: Garden, capsys: pytest.CaptureFixture[str]) -> None:
    garden.harvest(1_000)
    call_command("check_lots", "--all")
    assert "1 lots checked, 0 open (0 blocks), 0 wrong sums" in capsys.readouterr().out


def test_a_cached_sum_that_is_not_the_sum_is_a_drift(garden: Garden, capsys: pytest.CaptureFixture[str]) -> None:
    lot = garden.harvest(1_000)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE traceability_batch SET on_hand_base = on_hand_base + 7 WHERE id = %s", [lot.pk])
    (drift,) = drifts()
    assert (drift.batch_id, drift.on_hand, drift.available) == (lot.pk, (1_007, 1_000), (1_000, 1_000))
    with pytest.raises(SystemExit) as ended:
        call_command("check_lots")
    assert ended.value.code == 1
    assert f"DRIFT {lot.lot_code}" in capsys.readouterr().out


def test_a_shortfall_is_no_drift(garden: Garden) -> None:
    lot = garden.harvest(1_000)
    post_recorded(batch_id=lot.pk, movement=Movement(PostingKind.WASTE, 1_300, at=NOW))
    assert not list(drifts())


def test_a_lot_below_zero_that_nobody_checked_is_found_and_locked(
    garden: Garden, capsys: pytest.CaptureFixture[str]
) -> None:
    lot = garden.harvest(1_000, at=HARVEST_DAY - timedelta(days=200))
    post_recorded(batch_id=lot.pk, movement=Movement(PostingKind.WASTE, 1_300, at=HARVEST_DAY - timedelta(days=199)))
    assert not Check.objects.exists()  # nobody called the checks, and the lot is too old to be restless
    with pytest.raises(SystemExit):
        call_command("check_lots", "--batch", lot.public_code.lower())
    assert "BLOCK  MB-0" in capsys.readouterr().out
    assert Batch.objects.get(pk=lot.pk).locked_at is not None


def test_goods_past_their_date_are_asked_about_when_the_day_comes(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    packs = garden.packs_of(garden.dry(leaf, 1_000_000, 220_000), 220_000, 2_200)
    assert recheck().open_checks == 0
    with clock.at(NOW + timedelta(days=400)):
        assert recheck().open_checks == 1
        (check,) = Check.objects.open()
        assert (check.batch_id, check.rule, check.severity, check.observed) == (packs.pk, "MB-4", "review", 220_000)


def test_an_unknown_code_is_an_error(db: Any) -> None:
    with pytest.raises(CommandError):
        call_command("check_lots", "--batch", "ABCDEFGH23")


def test_all_sums_and_all_histories_are_two_statements(garden: Garden, django_assert_max_num_queries: Any) -> None:
    for hour in range(5):
        garden.harvest(1_000, at=HARVEST_DAY - timedelta(days=300, hours=hour))
    with django_assert_max_num_queries(7):  # two ask the audit what was changed lately
        assert recheck().lots == 0
