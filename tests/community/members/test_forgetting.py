"""Names and telephones of people who never came are not kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from community.cooperatives.founding import create_cooperative
from community.members.accepting import accept_with_new_account
from community.members.forgetting import KEPT, forget_old_invitations
from community.members.inviting import HOLDS, invite_member, withdraw_invitation
from community.members.models import Invitation
from community.onboarding.applying import ask_to_sell
from community.onboarding.clearing import end_unconfirmed
from community.outbox.models import OutboxMessage
from community.outbox.sending import send_due
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


def test_an_invitation_that_is_over_is_forgotten_after_a_month(cast: Cast) -> None:
    told = {"cooperative": cast.huong_que, "name": "Chu Thị Sáu", "role": "packer", "actor": cast.lan_acts}
    for number in (1, 2):  # two that expire: emptied, they are the same for the index of those that wait
        invite_member(phone=f"097711122{number}", **told)
    withdraw_invitation(invitation=invite_member(phone="0977111223", **told), actor=cast.lan_acts)
    send_due(send=lambda message: None)
    start = clock.now()
    assert forget_old_invitations(now=start + KEPT - timedelta(days=1)) == 0
    assert forget_old_invitations(now=start + KEPT + timedelta(minutes=1)) == 1
    assert forget_old_invitations(now=start + KEPT + HOLDS + timedelta(minutes=1)) == 2
    assert set(Invitation.objects.values_list("name", "phone", "status")) == {("", "", "withdrawn")}
    assert set(OutboxMessage.objects.values_list("to", "text")) == {("", "")}
    assert forget_old_invitations(now=start + KEPT + HOLDS + timedelta(days=40)) == 0


def test_a_seller_nobody_confirmed_is_ended_after_a_month_and_no_other(cast: Cast) -> None:
    told = {"legal_form": "household", "commune": cast.tran_de}
    never = ask_to_sell(name="HKD Sáu", person="Chu Thị Sáu", phone="0977111222", **told)
    came = ask_to_sell(name="HKD Bảy", person="Bảy", phone="0977111333", **told)
    token = OutboxMessage.objects.get(to="+84977111333").text.rstrip("/").rpartition("/")[2]
    accept_with_new_account(token=token, name="Bảy", pin="730164")
    by_staff = create_cooperative(name="HTX Mới", commune=cast.tran_de, actor=cast.hoa_acts)
    late = clock.now() + KEPT + timedelta(minutes=1)
    assert end_unconfirmed(now=late - timedelta(days=1)) == 0
    assert (end_unconfirmed(now=late), end_unconfirmed(now=late)) == (1, 0)
    for seller in (never, came, by_staff):
        seller.refresh_from_db()
    assert (never.status, never.name, never.phone, never.application.representative) == ("ceased", never.code, "", "")
    assert (came.status, came.name, by_staff.status) == ("applied", "HKD Bảy", "applied")
