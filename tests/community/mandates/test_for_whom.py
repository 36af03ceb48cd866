"""A form is written for whom it was opened, or not at all: never into another desk of the same person."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from community.cooperatives.joining import add_member
from community.mandates.ending import revoke_mandate
from community.mandates.models import KeptForm, Mandate
from community.teams.models import TeamMember
from tests.cast import Cast
from tests.community.mandates.stage import STAFF, Helped, acting, give, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
HOLIDAY = "/ban-hang/nghi/"
TYPED = {"from": "2026-11-23", "until": "2026-11-29", "reason": "Giỗ tổ"}


@pytest.fixture
def helped(cast: Cast) -> Helped:
    """Tuấn helps Hương Quê and has a cooperative of his own."""
    helped = make_team(cast.huong_que)
    add_member(cooperative=cast.other_cooperative, user=helped.tuan, role="manager", actor=STAFF)
    return helped


def opened_for(phone: Client) -> str:
    """What each form of the page says it was opened for, beside its token."""
    page = phone.get(HOLIDAY).content.decode()
    told = re.findall(r'name="for" value="([^"]+)"', page)
    assert len(told) == page.count("csrfmiddlewaretoken") > 0 and len(set(told)) == 1
    return told[0]


def answers_conflict(phone: Client, whom: str) -> str:
    answer = phone.post(HOLIDAY, TYPED | {"for": whom})
    assert answer.status_code == 409
    return answer.content.decode()


def test_the_end_of_a_mandate_leads_into_no_other_desk(helped: Helped, cast: Cast) -> None:
    """Refused, pressed again: still refused, until the helper says to be oneself again."""
    mandate = give(helped)
    phone = acting(mandate)
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    assert [phone.post(HOLIDAY, TYPED).status_code for _press in range(2)] == [403, 403]
    page = phone.get("/ban-hang/")
    assert page.status_code == 403 and "/giup/dung/" in page.content.decode()
    phone.post("/giup/dung/")
    assert cast.other_cooperative.name in phone.get("/ban-hang/").content.decode()


def test_a_form_opened_for_one_is_not_written_for_another(helped: Helped, cast: Cast) -> None:
    """After "Stop", and in a second tab: 409 until it is sent where it was opened."""
    mandate = give(helped)
    phone = acting(mandate)
    whom = opened_for(phone)
    assert whom == mandate.code
    phone.post("/giup/dung/")
    assert cast.huong_que.name in answers_conflict(phone, whom)
    own = opened_for(phone)
    phone.post(f"/giup/uy-quyen/{mandate.code}/lam-thay/")
    answers_conflict(phone, own)
    assert not KeptForm.objects.exists()
    assert phone.post(HOLIDAY, TYPED | {"for": whom}).status_code != 409


def test_what_was_typed_for_a_mandate_that_ended_is_kept_at_the_wrong_desk_too(helped: Helped, cast: Cast) -> None:
    mandate = give(helped)
    phone = acting(mandate)
    phone.post("/giup/dung/")
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    answers_conflict(phone, mandate.code)
    kept = KeptForm.objects.get()
    assert kept.mandate == mandate and ["reason", "Giỗ tổ"] in kept.fields
    assert not [name for name, _text in kept.fields if name == "for"]


def test_another_helpers_mandate_is_not_named(helped: Helped, cast: Cast) -> None:
    mandate = give(helped)
    Mandate.objects.filter(pk=mandate.pk).update(helper=helped.hanh)
    phone = Client()
    phone.force_login(helped.tuan)
    assert cast.huong_que.name not in answers_conflict(phone, mandate.code)


def test_who_left_the_team_can_stop_too(helped: Helped, cast: Cast) -> None:
    phone = acting(give(helped))
    TeamMember.objects.filter(pk=helped.place.pk).delete()
    assert phone.get("/ban-hang/").status_code == 403
    assert phone.post("/giup/dung/").status_code == 302
    assert cast.other_cooperative.name in phone.get("/ban-hang/").content.decode()
