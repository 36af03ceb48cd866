"""The staff's admin pages of this floor."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative, Membership
from tests.cast import Cast, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
PASSWORD = "hai-con-trau-den-7"


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.hoa)


def test_people_are_listed_and_found_by_name_or_phone(desk: Client) -> None:
    assert "Hồ Thị Lan" in desk.get("/quan-tri/users/").content.decode()
    found = desk.get("/quan-tri/users/?q=912345678").content.decode()
    assert "Hồ Thị Lan" in found and "Trần Văn Sơn" not in found


def test_who_is_made_in_the_admin_is_staff_and_keeps_the_name(desk: Client) -> None:
    new = {"email": "Tu@example.org", "name": "Phan Văn Tú", "password1": PASSWORD, "password2": PASSWORD}
    assert desk.post("/quan-tri/users/new/", new).status_code == 302
    tu = User.objects.get(email="tu@example.org")
    assert tu.is_staff and tu.name == "Phan Văn Tú" and tu.check_password(PASSWORD)


def test_a_members_phone_is_corrected_but_not_her_pin(desk: Client, cast: Cast) -> None:
    page = f"/quan-tri/users/edit/{cast.lan.pk}/"
    assert 'name="password1"' not in desk.get(page).content.decode()
    told = {
        "name": "Hồ Thị Lan",
        "phone": "0355 111 222",
        "email": "",
        "is_active": "on",
        "password1": "x",
        "is_staff": "on",
    }
    assert desk.post(page, told).status_code == 302
    cast.lan.refresh_from_db()
    assert cast.lan.phone == "+84355111222" and cast.lan.check_password("482915") and not cast.lan.is_staff


@pytest.mark.parametrize("phone", ["", "123", "0987654321"])
def test_a_wrong_or_taken_phone_changes_nothing(desk: Client, cast: Cast, phone: str) -> None:
    told = {"name": "Lan", "phone": phone, "email": "", "is_active": "on"}
    assert desk.post(f"/quan-tri/users/edit/{cast.lan.pk}/", told).status_code == 200
    cast.lan.refresh_from_db()
    assert (cast.lan.phone, cast.lan.name) == ("+84912345678", "Hồ Thị Lan")


def test_nobody_is_deleted(desk: Client, cast: Cast) -> None:
    assert desk.post(f"/quan-tri/users/delete/{cast.lan.pk}/").status_code in (302, 403)
    desk.post(f"/quan-tri/cooperatives/delete/{cast.huong_que.pk}/")
    assert User.objects.filter(pk=cast.lan.pk).exists() and Cooperative.objects.filter(pk=cast.huong_que.pk).exists()


def test_staff_unlock_a_member(desk: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.lan.pk).update(failed_pins=5, locked_at="2026-11-01T00:00Z")
    assert f"/quan-tri/mo-khoa/{cast.lan.pk}/" in desk.get("/quan-tri/users/").content.decode()
    assert "0912 345 678" in desk.get(f"/quan-tri/mo-khoa/{cast.lan.pk}/").content.decode()
    assert desk.post(f"/quan-tri/mo-khoa/{cast.lan.pk}/").status_code == 302
    cast.lan.refresh_from_db()
    assert not cast.lan.is_locked and AuditEntry.objects.about(cast.lan).get().actor == cast.hoa


def test_members_do_not_reach_the_admin(client: Client, cast: Cast) -> None:
    sign_in(client, cast.lan)
    for page in ("users/", "cooperatives/", "memberships/", f"mo-khoa/{cast.son.pk}/"):
        assert client.get(f"/quan-tri/{page}").status_code in (302, 403)


def test_cooperatives_are_founded_and_changed_through_the_verbs(desk: Client, cast: Cast) -> None:
    told = {"name": "HTX Mới", "legal_form": "group", "status": "active", "commune_code": "05200"}
    assert 'name="status"' not in desk.get("/quan-tri/cooperatives/new/").content.decode()
    assert desk.post("/quan-tri/cooperatives/new/", told).status_code == 302
    new = Cooperative.objects.get(name="HTX Mới")
    assert new.status == "applied", "only the desk for sellers admits"
    assert (new.slug, new.commune.code, len(new.code)) == ("htx-moi", "05200", 8)
    told |= {"commune_code": "05089", "intro": "Chè shan tuyết"}
    assert desk.post(f"/quan-tri/cooperatives/edit/{new.pk}/", told).status_code == 302
    new.refresh_from_db()
    assert (new.status, new.commune.code, new.intro) == ("applied", "05089", "Chè shan tuyết")
    acts = [entry.action for entry in AuditEntry.objects.about(new)]
    assert acts == ["cooperative.edited", "cooperative.created"]
    assert desk.get(f"/quan-tri/cooperatives/inspect/{new.pk}/").status_code == 200
    assert desk.get("/quan-tri/cooperatives/").status_code == 200


def test_a_province_is_no_commune(desk: Client) -> None:
    before = Cooperative.objects.count()
    told = {"name": "HTX Mới", "legal_form": "group", "status": "applied", "commune_code": "00092"}
    assert desk.post("/quan-tri/cooperatives/new/", told).status_code == 200
    assert Cooperative.objects.count() == before


def test_memberships_start_and_end_through_the_verbs(desk: Client, cast: Cast) -> None:
    join = {"cooperative": cast.huong_que.pk, "user": cast.other_seller.pk, "role": "viewer"}
    assert desk.post("/quan-tri/memberships/new/", join).status_code == 302
    assert desk.post("/quan-tri/memberships/new/", join).status_code == 200  # twice is refused in words
    membership = Membership.objects.get(user=cast.other_seller, cooperative=cast.huong_que)
    assert desk.post(f"/quan-tri/memberships/edit/{membership.pk}/", {"ends_now": "on"}).status_code == 302
    membership.refresh_from_db()
    assert not membership.is_active
    last = cast.lan.memberships.get()
    assert desk.post(f"/quan-tri/memberships/edit/{last.pk}/", {"ends_now": "on"}).status_code == 200
    last.refresh_from_db()
    assert last.is_active and desk.get("/quan-tri/memberships/").status_code == 200


def test_people_in_several_choose_where_to_work(client: Client, cast: Cast) -> None:
    Membership.objects.create(user=cast.lan, cooperative=cast.other_cooperative, role="viewer")
    sign_in(client, cast.lan)
    page = client.get("/chon-hop-tac-xa/").content.decode()
    assert cast.huong_que.name in page and cast.other_cooperative.name in page
    assert client.post("/chon-hop-tac-xa/", {"code": cast.other_cooperative.code}).status_code == 302
    assert client.session["cooperative"] == cast.other_cooperative.code


def test_anothers_cooperative_cannot_be_chosen(client: Client, cast: Cast) -> None:
    sign_in(client, cast.lan)
    assert client.post("/chon-hop-tac-xa/", {"code": cast.other_cooperative.code}).status_code == 404


def test_staff_change_the_language_of_the_desk_by_choosing_it_and_nothing_else(desk: Client, cast: Cast) -> None:
    """Wagtail's page wants a first and a last name beside it, which nobody here has."""
    page = desk.get("/quan-tri/account/").content.decode()
    sent = dict(re.findall(r'<input type="hidden" name="(name_email-\w+)" value="([^"]*)"', page))
    assert set(sent) == {"name_email-first_name", "name_email-last_name"}
    sent["name_email-email"] = "another@example.org"  # nobody changes the address he signs in with by himself
    sent |= {"locale-preferred_language": "en", "theme-theme": "system", "theme-contrast": "system"}
    sent |= {"theme-density": "default", "avatar-avatar": ""}
    assert desk.post("/quan-tri/account/", sent).status_code == 302
    assert "Preferred language" in desk.get("/quan-tri/account/").content.decode()
    before = (cast.hoa.name, cast.hoa.email)
    cast.hoa.refresh_from_db()
    assert (cast.hoa.name, cast.hoa.email) == before
