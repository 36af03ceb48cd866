"""Where one is signed in, and signing out from elsewhere."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from community.accounts.changing_pin import change_pin
from community.accounts.devices import device_of
from community.accounts.models import User
from community.accounts.sessions import Session
from community.accounts.signing_out import devices_of, sign_out_device, sign_out_everywhere
from community.accounts.unlocking import NotAllowed, may_help, unlock_user
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.cooperatives.models import Membership
from tests.cast import LAN_PIN, Cast, make_member, sign_in
from tests.harness.chance import without_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
PHONE = "Mozilla/5.0 (Linux; Android 10; SM-A105F) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
PAGE = "/tai-khoan/thiet-bi/"


def signed_in(agent: str = PHONE) -> Client:
    cache.clear()
    client = Client(headers={"user-agent": agent})
    client.post("/dang-nhap/", {"login": "0912345678", "password": LAN_PIN})
    return client


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Android · SM-A105F · Chrome"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/138.0 Mobile Safari/537.36", "Android · Chrome"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "iPhone · Safari"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Windows · Edge"),
        (
            "Mozilla/5.0 (Linux; Android 9; vivo 1904 Build/PPR1; wv) Chrome/99 Zalo android/1",
            "Android · vivo 1904 · Zalo",
        ),
        ("", ""),
        ("<script>alert(1)</script>" * 90, ""),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(agent: str, words: str) -> None:
    assert device_of(agent) == words


def test_a_session_knows_whose_it_is_and_on_what(cast: Cast) -> None:
    client = signed_in()
    (device,) = devices_of(cast.lan, this_key=client.session.session_key)
    assert (device.words, device.is_this) == ("Android · SM-A105F · Chrome", True)
    assert not devices_of(cast.son)
    html = client.get(PAGE).content.decode()
    assert "SM-A105F" in html and client.session.session_key not in html


def test_pages_without_a_membership_say_where_one_signs_out_too(cast: Cast) -> None:
    """Red before: what was typed and not sent stayed on the phone when one signed out there (unsent.js)."""
    client, out = signed_in(), reverse("account_logout")
    Membership.objects.filter(user=cast.lan).delete()
    for page in (PAGE, out):
        assert f'data-out="{out}"' in client.get(page).content.decode()


def test_one_signs_another_phone_out_and_stays(cast: Cast) -> None:
    lost, here = signed_in(), signed_in()
    (other,) = (one for one in devices_of(cast.lan, this_key=here.session.session_key) if not one.is_this)
    assert here.post(PAGE, {"code": other.code}).status_code == 302
    assert lost.get("/ban-hang/").status_code == 302 and here.get("/ban-hang/").status_code == 200
    assert AuditEntry.objects.about(cast.lan).filter(action="user.device_signed_out").count() == 1


def test_all_others_at_once(cast: Cast) -> None:
    others, here = [signed_in(), signed_in()], signed_in()
    here.post(PAGE, {"others": "1"})
    assert [one.get("/ban-hang/").status_code for one in others] == [302, 302]
    assert here.get("/ban-hang/").status_code == 200
    assert AuditEntry.objects.about(cast.lan).get(action="user.signed_out_everywhere").facts == {"devices": 2}


def test_nobody_ends_a_strangers_session(cast: Cast) -> None:
    lan, son = signed_in(), Client()
    son.force_login(cast.son)
    (hers,) = devices_of(cast.lan)
    son.post(PAGE, {"code": hers.code})
    assert lan.get("/ban-hang/").status_code == 200
    for actor in (cast.son_acts, cast.other_acts, Actor.buyer()):
        with pytest.raises(NotAllowed):
            sign_out_everywhere(user=cast.lan, actor=actor)
        with pytest.raises(NotAllowed):
            sign_out_device(user=cast.lan, code=hers.code, actor=actor)
    assert Session.objects.filter(user=cast.lan).count() == 1


def test_an_empty_code_ends_nothing(cast: Cast) -> None:
    here = signed_in()
    Session.objects.create(session_key="x" * 32, session_data="", expire_date="2030-01-01T00:00Z", user=cast.lan)
    here.post(PAGE, {"code": ""})
    assert Session.objects.filter(user=cast.lan).count() == 2
    assert not sign_out_device(user=cast.lan, code="", actor=cast.lan_acts)


def test_a_new_pin_ends_other_sessions_at_once(cast: Cast) -> None:
    other, here = signed_in(), signed_in()
    here.post("/tai-khoan/ma-pin/", {"present": LAN_PIN, "new": "605928", "again": "605928"})
    assert [one.words for one in devices_of(cast.lan)] == ["Android · SM-A105F · Chrome"]
    assert other.get("/ban-hang/").status_code == 302 and here.get("/ban-hang/").status_code == 200


def test_a_manager_does_not_get_at_an_owners_account(cast: Cast) -> None:
    """Who may set a PIN can sign in with it."""
    manager = make_member(cast.huong_que, "manager", "Bùi Văn Tám", "+84356789012", "184736")
    with pytest.raises(NotAllowed):
        sign_out_everywhere(user=cast.lan, actor=Actor.of(manager, cast.huong_que))
    owner_elsewhere = cast.other_seller
    owner_elsewhere.memberships.create(cooperative=cast.huong_que, role="packer")
    with pytest.raises(NotAllowed):
        sign_out_everywhere(user=owner_elsewhere, actor=Actor.of(manager, cast.huong_que))
    assert sign_out_everywhere(user=cast.son, actor=Actor.of(manager, cast.huong_que)) == 0


@pytest.mark.parametrize("role", ["manager", "recorder", "viewer"])
def test_who_invites_a_neighbours_member_gets_nothing_of_the_account(cast: Cast, role: str) -> None:
    """A sham seller invites somebody as viewer; a PIN set there would open the other cooperative."""
    person = make_member(cast.huong_que, role, "Bùi Văn Tám", "+84356789012", "184736")
    seen = person.memberships.create(cooperative=cast.other_cooperative, role="viewer")
    User.objects.filter(pk=person.pk).update(locked_at="2026-11-01T00:00Z", failed_pins=5)
    Session.objects.create(session_key="x" * 32, expire_date="2030-01-01T00:00Z", user=person, code="X1", device="Vivo")
    person.refresh_from_db()
    before = (person.password, person.locked_at)
    for act in (
        lambda: change_pin(user=person, pin="730164", actor=cast.other_acts),
        lambda: unlock_user(user=person, actor=cast.other_acts),
        lambda: sign_out_everywhere(user=person, actor=cast.other_acts),
        lambda: sign_out_device(user=person, code="X1", actor=cast.other_acts),
    ):
        with pytest.raises(NotAllowed):
            act()
    page = sign_in(Client(), cast.other_seller).get(f"/ban-hang/thanh-vien/{seen.code}/").content.decode()
    assert "Vivo" not in without_tokens(page) and "/mo-khoa/" not in page and "/ma-pin/" not in page
    person.refresh_from_db()
    assert (person.password, person.locked_at) == before and Session.objects.filter(user=person).exists()
    change_pin(user=person, pin="730164", actor=cast.hoa_acts)


def test_who_runs_both_cooperatives_helps(cast: Cast) -> None:
    cast.son.memberships.create(cooperative=cast.other_cooperative, role="viewer")
    cast.lan.memberships.create(cooperative=cast.other_cooperative, role="manager")
    assert may_help(user=cast.son, actor=cast.lan_acts) and not may_help(user=cast.son, actor=cast.other_acts)
