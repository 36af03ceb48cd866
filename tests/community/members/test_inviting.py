"""An invitation by telephone: one secret link, once, for three days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.cooperatives.joining import CannotLeave, change_role, end_membership
from community.cooperatives.models import Cooperative, Membership
from community.members.accepting import CannotAccept, accept_invitation, accept_with_new_account, find_invitation
from community.members.inviting import (
    HOLDS,
    MOST_A_DAY,
    MOST_OF_APPLICANT,
    MOST_SENDS,
    PAUSE,
    CannotInvite,
    invite_member,
    send_again,
    withdraw_invitation,
)
from community.members.models import Invitation
from community.outbox.models import OutboxMessage
from community.text.phones import InvalidPhone
from tests.cast import MINH_PIN, Cast, make_member
from tests.harness.chance import without_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
PHONE = "+84977111222"


def invite(cast: Cast, *, phone: str = "0977 111 222", role: str = "packer", actor: Actor | None = None) -> Invitation:
    return invite_member(
        cooperative=cast.huong_que, phone=phone, name="Chu Thị Sáu", role=role, actor=actor or cast.lan_acts
    )


def token_sent(phone: str = PHONE) -> str:
    text = OutboxMessage.objects.filter(to=phone).order_by("-pk")[0].text
    return text.rstrip("/").rpartition("/")[2]


def state() -> tuple[object, ...]:
    return (
        list(Invitation.objects.values_list("pk", "status", "sends", "token_hash")),
        list(Membership.objects.values_list("pk", "role", "ended_at")),
        User.objects.count(),
        OutboxMessage.objects.count(),
        AuditEntry.objects.count(),
    )


def test_a_link_goes_to_the_telephone_and_nowhere_else(cast: Cast) -> None:
    invitation = invite(cast)
    message = OutboxMessage.objects.get()
    assert (message.to, message.kind, message.channel) == (PHONE, "invitation", "sms")
    token = token_sent()
    assert find_invitation(token) == invitation and invitation.token_hash != token and len(token) == 20
    assert "977" not in message.text.replace(token, ""), "an address never names a telephone"
    entry = AuditEntry.objects.about(invitation).get()
    assert (entry.actor, entry.facts) == (cast.lan, {"role": "packer"})


@pytest.mark.parametrize(
    ("facts", "error", "code"),
    [
        ({"phone": "12"}, InvalidPhone, "not_a_phone"),
        ({"phone": "0987654321"}, CannotInvite, "already_member"),
        ({"actor": "son"}, CannotInvite, "not_allowed"),
        ({"actor": "other_seller"}, CannotInvite, "not_allowed"),
        ({"actor": "manager", "role": "owner"}, CannotInvite, "not_allowed"),
    ],
)
def test_a_refused_invitation_sends_nothing(cast: Cast, facts: dict[str, str], error: type, code: str) -> None:
    make_member(cast.huong_que, "manager", "Bùi Văn Tám", "+84356789012", "184736")
    who = {"manager": User.objects.get(phone="+84356789012"), "son": cast.son, "other_seller": cast.other_seller}
    told = facts | ({"actor": Actor.of(who[facts["actor"]], cast.huong_que)} if "actor" in facts else {})
    before = state()
    with pytest.raises(error) as refused:
        invite(cast, **told)
    assert refused.value.code == code and state() == before


def test_one_waits_at_a_time_and_an_expired_one_makes_room(cast: Cast) -> None:
    invite(cast)
    with pytest.raises(CannotInvite, match="already_invited"):
        invite(cast)
    with clock.at(clock.now() + HOLDS + timedelta(minutes=1)):
        assert invite(cast).status == "waiting"
    assert sorted(Invitation.objects.values_list("status", flat=True)) == ["waiting", "withdrawn"]


def test_sent_again_only_the_new_link_opens(cast: Cast) -> None:
    invitation = invite(cast)
    old = token_sent()
    with pytest.raises(CannotInvite, match="too_soon"):
        send_again(invitation=invitation, actor=cast.lan_acts)
    with clock.at(clock.now() + PAUSE):
        send_again(invitation=invitation, actor=cast.lan_acts)
    assert token_sent() != old and find_invitation(old) is None and find_invitation(token_sent()) is not None


def test_a_telephone_is_not_written_to_without_end(cast: Cast) -> None:
    """Of one invitation and, a day, from all cooperatives together."""
    invitation, start = invite(cast), clock.now()
    for again in range(1, MOST_SENDS):
        with clock.at(start + again * PAUSE):
            send_again(invitation=invitation, actor=cast.lan_acts)
    with clock.at(start + timedelta(days=2)), pytest.raises(CannotInvite, match="too_often"):
        send_again(invitation=invitation, actor=cast.lan_acts)
    before = state()
    with pytest.raises(CannotInvite, match="too_often"):
        invite_member(cooperative=cast.other_cooperative, phone=PHONE, name="Sáu", role="packer", actor=cast.other_acts)
    assert MOST_A_DAY == MOST_SENDS and state() == before


def test_an_applicant_does_not_write_to_the_whole_country(cast: Cast) -> None:
    """Inviting and calling off again sends a message each time: so what left is counted, not what waits."""
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="applied")
    cast.huong_que.refresh_from_db()
    for number in range(MOST_OF_APPLICANT):
        withdraw_invitation(invitation=invite(cast, phone=f"097711130{number}"), actor=cast.lan_acts)
    before = state()
    with pytest.raises(CannotInvite, match="too_many_today"):
        invite(cast)
    assert state() == before
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert invite(cast).status == "waiting"


def test_a_closed_account_neither_joins_nor_invites(cast: Cast, client: Client) -> None:
    invite(cast, phone=cast.other_seller.phone or "")
    token = token_sent(cast.other_seller.phone or "")
    User.objects.filter(pk__in=[cast.other_seller.pk, cast.hoa.pk]).update(is_active=False)
    cast.other_seller.refresh_from_db()
    cast.hoa.refresh_from_db()
    before = state()
    for act in (
        lambda: accept_invitation(token=token, user=cast.other_seller),
        lambda: accept_with_new_account(token=token, name="Minh", pin="730164"),
    ):
        with pytest.raises(CannotAccept, match="closed_account"):
            act()
    with pytest.raises(CannotInvite, match="not_allowed"):
        invite(cast, actor=cast.hoa_acts)
    page = client.get(f"/loi-moi/{token}/").content.decode()
    assert "người hỗ trợ" in page and "/dang-nhap/" not in page.partition("<main")[2].partition("</main")[0]
    assert state() == before


def test_withdrawn_used_or_late_it_opens_nothing(cast: Cast) -> None:
    invitation = invite(cast)
    token = token_sent()
    with clock.at(clock.now() + HOLDS):
        assert find_invitation(token) is None
    withdraw_invitation(invitation=invitation, actor=cast.lan_acts)
    before = state()
    with pytest.raises(CannotAccept, match="gone"):
        accept_with_new_account(token=token, name="Chu Thị Sáu", pin="730164")
    for verb in (withdraw_invitation, send_again):
        with clock.at(clock.now() + PAUSE), pytest.raises(CannotInvite, match="closed"):
            verb(invitation=invitation, actor=cast.lan_acts)
    assert state() == before


def test_a_new_person_opens_an_account_and_joins_once(cast: Cast) -> None:
    invite(cast)
    token = token_sent()
    membership = accept_with_new_account(token=token, name="Chu Thị Sáu", pin="730164")
    assert (membership.role, membership.user.phone, membership.cooperative) == ("packer", PHONE, cast.huong_que)
    before = state()
    with pytest.raises(CannotAccept, match="gone"):
        accept_with_new_account(token=token, name="Kẻ khác", pin="730164")
    with pytest.raises(CannotAccept, match="gone"):
        accept_invitation(token=token, user=membership.user)
    assert state() == before


def test_who_has_an_account_joins_with_it(cast: Cast) -> None:
    invite(cast, phone=cast.other_seller.phone or "")
    token = token_sent(cast.other_seller.phone or "")
    before = state()
    with pytest.raises(CannotAccept, match="other_phone"):
        accept_invitation(token=token, user=cast.son)
    with pytest.raises(CannotAccept, match="has_account"):
        accept_with_new_account(token=token, name="Minh", pin="730164")
    assert state() == before
    assert accept_invitation(token=token, user=cast.other_seller).cooperative == cast.huong_que
    assert cast.other_seller.memberships.count() == 2


def test_an_invitation_falls_with_the_right_of_who_gave_it(cast: Cast) -> None:
    manager = make_member(cast.huong_que, "manager", "Bùi Văn Tám", "+84356789012", "184736")
    invite(cast, actor=Actor.of(manager, cast.huong_que))
    end_membership(membership=manager.memberships.get(), actor=cast.lan_acts)
    before = state()
    with pytest.raises(CannotAccept, match="gone"):
        accept_with_new_account(token=token_sent(), name="Chu Thị Sáu", pin="730164")
    assert state() == before


def test_roles_change_but_never_the_last_owners(cast: Cast) -> None:
    son = cast.son.memberships.get()
    assert change_role(membership=son, role="recorder", actor=cast.lan_acts).role == "recorder"
    entry = AuditEntry.objects.get(action="membership.role_changed")
    assert (entry.actor, entry.facts) == (cast.lan, {"before": "packer", "role": "recorder"})
    before = state()
    for role, actor, code in (("viewer", cast.lan_acts, "last_owner"), ("viewer", cast.son_acts, "not_allowed")):
        with pytest.raises(CannotLeave, match=code):
            change_role(membership=cast.lan.memberships.get(), role=role, actor=actor)
    assert state() == before
    change_role(membership=son, role="owner", actor=cast.lan_acts)
    assert change_role(membership=cast.lan.memberships.get(), role="viewer", actor=cast.son_acts).role == "viewer"


def test_on_the_telephone_a_new_person_is_in_after_one_page(cast: Cast, client: Client) -> None:
    invite(cast)
    path = f"/loi-moi/{token_sent()}/"
    page = client.get(path).content.decode()
    assert "HTX Hương Quê Trần Đề" in page and "Hồ Thị Lan" in page and "977 111" not in page and "977111" not in page
    wrong = client.post(path, {"name": "", "new": "123456", "again": "1"})
    assert wrong.status_code == 400 and not User.objects.filter(phone=PHONE).exists()
    done = client.post(path, {"name": "Chu Thị Sáu", "new": "730164", "again": "730164"})
    assert done["Location"] == "/ban-hang/" and client.get("/ban-hang/don/").status_code == 200
    gone = Client().get(path)
    assert gone.status_code == 404 and "HTX" not in without_tokens(gone.content.decode())


def test_a_known_person_types_the_pin_and_joins(cast: Cast, client: Client) -> None:
    invite(cast, phone=cast.other_seller.phone or "")
    path = f"/loi-moi/{token_sent(cast.other_seller.phone or '')}/"
    assert 'name="new"' not in client.get(path).content.decode()
    cache.clear()
    assert client.post(f"{path}dang-nhap/", {"password": MINH_PIN})["Location"] == path
    assert client.post(f"{path}nhan/")["Location"] == "/ban-hang/"
    assert "HTX Hương Quê" in client.get("/ban-hang/").content.decode()


def test_somebody_else_signed_in_is_told_so(cast: Cast, client: Client) -> None:
    invite(cast)
    client.force_login(cast.son)
    path = f"/loi-moi/{token_sent()}/"
    before = state()
    assert client.post(f"{path}nhan/").status_code == 302 and 'name="new"' not in client.get(path).content.decode()
    told = {"name": "Chu Thị Sáu", "new": "730164", "again": "730164"}
    assert client.post(path, told).status_code == 409, "the session of the other one stays"
    assert client.session["_auth_user_id"] == str(cast.son.pk)
    assert state() == before


def test_links_are_not_guessed_without_end(cast: Cast, client: Client) -> None:
    answers = [client.get(f"/loi-moi/{'X' * 20}/").status_code for _ in range(61)]
    assert answers[-1] == 429 and set(answers[:-1]) == {404}
