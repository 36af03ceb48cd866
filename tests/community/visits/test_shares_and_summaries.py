"""What is done alone rises or not; what was done for a seller is told once a day and mandate."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.outbox.models import OutboxMessage
from community.visits.acts import COUNTED, PARTS, counted_words, is_act
from community.visits.shares import Counts, shares_of
from community.visits.summaries import KIND, send_summaries, window_of
from tests.harness.team import acted, acts, make_mandate

EVENING = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)  # 19:05 in Viet Nam
NOON = EVENING - timedelta(hours=7)


@pytest.fixture
def mandate(cast, helpers):
    return make_mandate(helpers.tuan, cast.huong_que)


def at(moment, what, *args, **facts) -> None:
    with clock.at(moment):
        what(*args, **facts)


def helped(mandate, action="parcel.accepted", moment=NOON) -> None:
    at(moment, acted, mandate, action, mandate.cooperative)


def alone(cast, action="parcel.accepted", moment=NOON, actor=None) -> None:
    at(moment, record, actor=actor or cast.lan_acts, action=action, subject=cast.huong_que, cooperative=cast.huong_que)


def messages() -> list[str]:
    return list(OutboxMessage.objects.filter(kind=KIND).values_list("text", flat=True))


def test_one_message_a_day_and_mandate_counts_what_was_done(mandate) -> None:
    for action in ["listing.started"] * 6 + ["parcel.accepted", "photo.taken_in", "product.created"]:
        helped(mandate, action)
    assert send_summaries(now=EVENING) == 1
    assert send_summaries(now=EVENING + timedelta(minutes=10)) == 0
    (text,) = messages()
    assert text.startswith("Hôm nay Lâm Văn Tuấn đã làm thay: thêm 6 sản phẩm, nhận 1 đơn.")
    assert "/giup/da-lam-thay/" in text
    assert OutboxMessage.objects.get(kind=KIND).to == mandate.cooperative.phone


def test_before_the_evening_nothing_is_told_and_after_it_counts_for_the_next_day(mandate) -> None:
    helped(mandate)
    assert send_summaries(now=EVENING - timedelta(hours=1)) == 0
    send_summaries(now=EVENING)
    helped(mandate, "parcel.packed", moment=EVENING + timedelta(hours=1))
    assert send_summaries(now=EVENING + timedelta(hours=2)) == 0
    assert send_summaries(now=EVENING + timedelta(days=1)) == 1
    assert ["đóng gói 1 đơn" in text for text in messages()] == [False, True]


def test_a_worker_that_stood_still_tells_what_it_missed_with_the_day(mandate) -> None:
    helped(mandate)
    assert send_summaries(now=EVENING + timedelta(days=2)) == 1
    assert messages()[0].startswith("Ngày 20/11/2026 Lâm Văn Tuấn")


def test_only_parts_and_looks_are_no_message(mandate) -> None:
    for action in ("photo.taken_in", "claim.photo_looked_at", "mandate.given"):
        helped(mandate, action)
    assert send_summaries(now=EVENING) == 0
    assert not AuditEntry.objects.filter(action="message.unaddressed").exists()


def test_days_follow_each_other_without_a_gap() -> None:
    first, second = window_of(date(2026, 11, 20)), window_of(date(2026, 11, 21))
    assert first[1] == second[0]


def test_members_acts_count_alone_and_mandates_as_helped(cast, helpers, mandate, hoa) -> None:
    helped(mandate)
    for _each in range(3):
        alone(cast)
    alone(cast, actor=Actor.system("worker"))
    alone(cast, actor=Actor.of(hoa, cast.huong_que))  # staff
    alone(cast, actor=acts(helpers.tuan))  # no member, no mandate
    alone(cast, action="photo.taken_in")
    alone(cast, action="visit.written")
    share = shares_of([cast.huong_que.pk], since=date(2026, 11, 1))[cast.huong_que.pk]
    assert share.months == {date(2026, 11, 1): Counts(alone=3, helped=1)}
    assert share.whole.percent == 75


def test_after_ninety_days_means_whole_months_that_begin_then(cast, mandate) -> None:
    helped(mandate, moment=datetime(2026, 7, 2, tzinfo=UTC))
    for month, count in ((9, 5), (10, 2), (11, 1)):
        for _each in range(count):
            alone(cast, moment=datetime(2026, month, 15, tzinfo=UTC))
    helped(mandate, moment=datetime(2026, 11, 15, tzinfo=UTC))
    share = shares_of([cast.huong_que.pk], since=date(2026, 1, 1))[cast.huong_que.pk]
    assert share.since == date(2026, 9, 30)
    assert (share.after.alone, share.after.helped) == (3, 1)  # October and November


def test_who_was_never_helped_has_no_after(cast) -> None:
    alone(cast)
    share = shares_of([cast.huong_que.pk], since=date(2026, 11, 1))[cast.huong_que.pk]
    assert (share.since, share.after.percent, share.whole.percent) == (None, None, 100)


def test_months_are_those_of_viet_nam(cast) -> None:
    alone(cast, moment=datetime(2026, 10, 31, 18, tzinfo=UTC))  # one in the morning of 1 November there
    assert list(shares_of([cast.huong_que.pk], since=date(2026, 10, 1))[cast.huong_que.pk].months) == [
        date(2026, 11, 1)
    ]


def test_counting_asks_as_much_for_many_sellers(cast, mandate, django_assert_num_queries) -> None:
    helped(mandate)
    with django_assert_num_queries(2):
        shares_of([cast.huong_que.pk, cast.other_cooperative.pk], since=date(2026, 11, 1))


def test_words_and_parts_do_not_overlap() -> None:
    assert not set(COUNTED) & PARTS
    assert all(is_act(action) for action in COUNTED)
    assert counted_words({"shipping_zone.saved": 2, "photo.taken_in": 9}) in ("did 2 other things", "làm 2 việc khác")
