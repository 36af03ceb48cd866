"""Who comes in as an owner with the number that buyers would call is asked about it once; nobody else is."""

from __future__ import annotations

import pytest
from django.test import Client

from community.consents.models import ConsentRecord
from community.consents.showing import shown_phone
from community.cooperatives.models import Cooperative
from community.members.inviting import invite_member
from community.onboarding.applying import ask_to_sell
from tests.cast import Cast
from tests.community.members.test_inviting import PHONE, token_sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
ASKED, TICKED = 'name="show_phone"', 'name="show_phone" value="1" checked'
TYPED = {"name": "Chu Thị Sáu", "new": "730164", "again": "730164"}


def page_sent(phone: str) -> str:
    return f"/loi-moi/{token_sent(phone)}/"


@pytest.mark.parametrize("says_yes", [True, False])
def test_who_founds_a_seller_is_asked_once_whether_buyers_see_the_own_number(cast: Cast, says_yes: bool) -> None:
    told = {"name": "THT Bánh pía", "legal_form": "group", "person": "Chu Thị Sáu", "phone": "0977111222"}
    new, client = ask_to_sell(commune=cast.tran_de, **told), Client()
    page = page_sent(PHONE)
    shown = client.get(page).content.decode()
    assert ASKED in shown and TICKED not in shown, "silence is no yes"
    typed = TYPED | ({"show_phone": "1"} if says_yes else {})
    again = client.post(page, typed | {"again": "1"})
    assert again.status_code == 400 and (TICKED in again.content.decode()) == says_yes
    assert not ConsentRecord.objects.exists()
    assert client.post(page, typed).status_code == 302
    said = [(one.person.name, one.purpose, one.channel) for one in ConsentRecord.objects.all()]
    assert said == ([("Chu Thị Sáu", "phone", "own")] if says_yes else [])
    assert shown_phone(Cooperative.objects.get(pk=new.pk)) == (PHONE if says_yes else "")


def test_with_an_account_the_same_is_asked_before_joining(cast: Cast) -> None:
    told = {"name": "THT Bánh pía", "legal_form": "group", "person": cast.son.name, "phone": cast.son.phone}
    new, client = ask_to_sell(commune=cast.tran_de, **told), Client()
    page = page_sent(cast.son.phone)
    client.force_login(cast.son)
    assert ASKED in client.get(page).content.decode()
    assert client.post(f"{page}nhan/", {"show_phone": "1"}).status_code == 302
    assert shown_phone(Cooperative.objects.get(pk=new.pk)) == cast.son.phone


def test_members_and_owners_of_another_number_are_not_asked(cast: Cast) -> None:
    for role, phone in (("packer", "0977111222"), ("owner", "0977111333")):
        client = Client()
        invite_member(cooperative=cast.huong_que, phone=phone, name="Sáu", role=role, actor=cast.lan_acts)
        page = page_sent(f"+84{phone[1:]}")
        assert ASKED not in client.get(page).content.decode()
        assert client.post(page, TYPED | {"show_phone": "1"}).status_code == 302
    assert not ConsentRecord.objects.exists()
