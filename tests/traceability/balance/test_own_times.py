"""MB-8 with a cooperative's own season and durations: said with a reason, counting once staff has accepted it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from community.cooperatives.models import Membership
from tests.cast import Cast, sign_in
from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from tests.traceability.balance.reading import read
from tests.traceability.balance.test_checking import open_checks
from traceability.balance.models import OwnTimes
from traceability.balance.own_times import BadTimes, Times, answer_times, ask_times
from traceability.fieldwork.time_words import span_words
from traceability.products.bands import YieldBand

pytestmark = pytest.mark.django_db
WHY = "Chè trên núi cao hái muộn hơn."


def ask(garden: Garden, step: str = "", **said: Any) -> OwnTimes:
    times = Times(**said)
    cast = garden.cast
    return ask_times(
        cooperative=cast.huong_que, line=garden.product.line, step=step, said=times, reason=WHY, actor=cast.lan_acts
    )


def accept(garden: Garden, asked: OwnTimes, *, is_accepted: bool = True) -> OwnTimes:
    return answer_times(asked=asked, is_accepted=is_accepted, note="", actor=garden.cast.hoa_acts)


def test_an_own_season_counts_once_staff_has_accepted_it(garden: Garden) -> None:
    type(garden.product).objects.filter(pk=garden.product.pk).update(season_months=[8])
    leaf = garden.harvest(1_000)
    refused, asked = ask(garden, months=(3, 4)), ask(garden, months=(4, 5))
    assert open_checks(leaf) == ["MB-8 review season"]
    refused.refresh_from_db()
    assert refused.answer == "replaced"
    accept(garden, asked)
    assert open_checks(leaf) == []
    accept(garden, ask(garden, months=(10,)))
    assert open_checks(garden.harvest(1_000)) == ["MB-8 review season"]
    accept(garden, ask(garden))  # nothing said: as with everybody
    type(garden.product).objects.filter(pk=garden.product.pk).update(season_months=[])
    assert open_checks(garden.harvest(1_000)) == []
    acts = AuditEntry.objects.filter(action__startswith="times.").values_list("action", flat=True)
    assert sorted(acts) == ["times.accepted"] * 3 + ["times.asked"] * 4


def test_what_staff_does_not_accept_changes_nothing(garden: Garden) -> None:
    type(garden.product).objects.filter(pk=garden.product.pk).update(season_months=[8])
    accept(garden, ask(garden, months=(4,)), is_accepted=False)
    assert open_checks(garden.harvest(1_000)) == ["MB-8 review season"]


@pytest.mark.parametrize(("hours", "own", "found"), [(10, None, True), (10, 8 * 60, False), (7, 8 * 60, True)])
def test_an_own_duration_stands_for_the_line_s(garden: Garden, hours: int, own: int | None, found: bool) -> None:
    """The yields of the band stay what they are; the line's own least is twelve hours here."""
    YieldBand.objects.filter(line=garden.product.line, step="dry").update(least_minutes=12 * 60, most_minutes=None)
    if own is not None:
        accept(garden, ask(garden, "dry", least_minutes=own))
    leaf = garden.harvest(1_000_000)
    tea = garden.dry(leaf, 500_000, 110_000, hours=hours)
    assert ([each.split()[0] for each in open_checks(tea)] == ["MB-8"]) is found
    assert any(each.startswith("MB-1") for each in open_checks(garden.dry(leaf, 500_000, 490_000, hours=20)))


def test_it_counts_for_that_cooperative_alone(garden: Garden, cast: Cast) -> None:
    type(garden.product).objects.filter(pk=garden.product.pk).update(season_months=[8])
    asked = ask_times(
        cooperative=cast.other_cooperative,
        line=garden.product.line,
        step="",
        said=Times((4,)),
        reason=WHY,
        actor=cast.other_acts,
    )
    accept(garden, asked)
    assert open_checks(garden.harvest(1_000)) == ["MB-8 review season"]


def test_nobody_answers_his_own_cooperative_and_nothing_is_answered_twice(garden: Garden, cast: Cast) -> None:
    asked = ask(garden, months=(4,))
    Membership.objects.create(cooperative=cast.huong_que, user=cast.hoa, role="recorder", started_at=HARVEST_DAY)
    for actor in (cast.lan_acts, cast.hoa_acts):
        with pytest.raises(BadTimes, match="another_person"):
            answer_times(asked=asked, is_accepted=True, note="", actor=actor)
    asked.refresh_from_db()
    assert asked.answer == "" and not AuditEntry.objects.filter(action="times.accepted").exists()
    Membership.objects.filter(user=cast.hoa).delete()
    accept(garden, asked)
    with pytest.raises(BadTimes, match="times_answered"):
        accept(garden, asked, is_accepted=False)
    asked.refresh_from_db()
    assert asked.answer == "accepted"


@pytest.mark.parametrize(
    ("step", "said", "code"),
    [
        ("nowhere", {}, "unknown_step"),
        ("", {"months": (13,)}, "unknown_month"),
        ("dry", {"least_minutes": 2, "most_minutes": 1}, "least_over_most"),
        ("dry", {"most_minutes": 10**7}, "time_too_long"),
    ],
)
def test_what_cannot_be_is_refused(garden: Garden, step: str, said: dict[str, Any], code: str) -> None:
    with pytest.raises(BadTimes, match=code):
        ask(garden, step, **said)
    assert not OwnTimes.objects.exists()


def test_it_is_asked_for_on_the_phone_and_accepted_at_the_desk(garden: Garden, cast: Cast, phone: Client) -> None:
    YieldBand.objects.filter(line=garden.product.line, step="dry").update(least_minutes=480, most_minutes=4320)
    assert "8 giờ – 3 ngày" in read(phone, "times")
    url = reverse("fieldwork:ask_times", args=["tea", "dry"])
    for wrong in ({"reason": ""}, {"least": "x"}, {"least": "5"}):
        assert phone.post(url, {"least": "2", "most": "4", "unit": "days", "reason": WHY} | wrong).status_code == 422
    assert not OwnTimes.objects.exists()
    assert phone.post(url, {"least": "1,5", "most": "4", "unit": "days", "reason": WHY}).status_code == 303
    season = reverse("fieldwork:ask_times", args=["tea", "mua-vu"])
    assert phone.post(season, {"months": ["3", "4"], "reason": WHY}).status_code == 303
    assert "đang chờ cán bộ" in read(phone, "times")
    asked = OwnTimes.objects.get(step="dry")
    assert (asked.least_minutes, asked.most_minutes) == (2160, 5760)
    hoa = sign_in(Client(), cast.hoa)
    assert "36 giờ – 4 ngày" in hoa.get(reverse("own_times:index")).content.decode()
    desk = reverse("own_times:edit", args=[asked.pk])
    assert WHY in hoa.get(desk).content.decode()
    assert hoa.post(desk, {"note": "", "decision": ""}).status_code == 200
    assert hoa.post(desk, {"note": "Đã xem lò sấy.", "decision": "yes"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by, asked.note) == ("accepted", cast.hoa, "Đã xem lò sấy.")
    assert hoa.post(desk, {"note": "", "decision": "no"}).status_code == 200
    asked.refresh_from_db()
    assert asked.answer == "accepted" and "cán bộ đã đồng ý" in read(phone, "times")
    assert phone.get(reverse("fieldwork:ask_times", args=["rice", "mua-vu"])).status_code == 404


def test_minutes_are_said_in_the_unit_people_use(garden: Garden, phone: Client) -> None:
    phone.get("/")
    said = [span_words(*each) for each in ((90, 120), (1440, 2880), (None, None), (None, 60), (60, None))]
    assert said == ["90 phút – 2 giờ", "24 giờ – 2 ngày", "chưa ghi", "nhiều nhất 1 giờ", "ít nhất 1 giờ"]
