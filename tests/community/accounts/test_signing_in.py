"""The sign-in page, played through the HTTP client."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from community.accounts.models import User
from community.audit.models import AuditEntry
from tests.cast import HOA_PASSWORD, LAN_PIN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
PAGE = "/dang-nhap/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign(client: Client, phone: str = "0912 345 678", pin: str = LAN_PIN, **more: str) -> HttpResponse:
    return client.post(PAGE, {"login": phone, "password": pin, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def shown_errors(page: HttpResponse) -> str:
    """The page without what differs by nature: the CSRF token and what was typed."""
    return re.sub(r'value="[^"]*"', "", page.content.decode())


@pytest.mark.parametrize(
    "phone", ["0912345678", "0912 345 678", "+84912345678", "84 912 345 678", "０９１２３４５６７８"]
)
def test_a_member_signs_in_by_phone_and_pin(client: Client, lan: User, phone: str) -> None:
    answer = sign(client, phone)
    assert answer.status_code == 302 and answer["Location"] == "/ban-hang/"
    assert client.session["_auth_user_id"] == str(lan.pk)


def test_the_page_is_made_for_a_telephone_keypad(client: Client) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    html = page.content.decode()
    pin = re.search(r'<input[^>]*name="password"[^>]*>', html)
    phone = re.search(r'<input[^>]*name="login"[^>]*>', html)
    assert pin and 'inputmode="numeric"' in pin[0] and 'type="password"' in pin[0] and 'maxlength="6"' in pin[0]
    assert phone and 'type="tel"' in phone[0] and "autofocus" not in html


def test_the_page_speaks_english_too(client: Client, lan: User) -> None:
    page = client.get("/en/dang-nhap/")
    assert page.status_code == 200 and "<h1>Sign in</h1>" in page.content.decode()
    answer = client.post("/en/dang-nhap/", {"login": "0912345678", "password": LAN_PIN})
    assert answer["Location"] == "/en/ban-hang/"


def test_after_signing_in_people_are_where_they_wanted_to_be(client: Client, lan: User) -> None:
    assert sign(client, next="/ban-hang/don/")["Location"] == "/ban-hang/don/"


def test_nobody_is_led_to_another_site(client: Client, lan: User) -> None:
    assert "evil" not in sign(client, next="https://evil.example/")["Location"]


@pytest.mark.parametrize(("phone", "pin"), [("12", LAN_PIN), ("0912345678", "48291"), ("0912345678", "abc"), ("", "")])
def test_a_slip_is_named_at_its_field_and_not_counted(client: Client, lan: User, phone: str, pin: str) -> None:
    page = sign(client, phone, pin)
    lan.refresh_from_db()
    assert page.status_code == 400 and not signed_in(client) and lan.failed_pins == 0
    assert 'aria-invalid="true"' in page.content.decode()


def test_what_was_typed_is_kept_but_never_the_pin(client: Client, lan: User) -> None:
    html = sign(client, "0912 345 678", "111222").content.decode()
    assert 'value="0912 345 678"' in html and "111222" not in html


def test_wrong_pins_are_counted_and_the_right_one_forgives(client: Client, lan: User) -> None:
    for _ in range(4):
        assert sign(client, pin="111222").status_code == 400
    lan.refresh_from_db()
    assert lan.failed_pins == 4 and not lan.is_locked
    assert sign(client).status_code == 302
    lan.refresh_from_db()
    assert lan.failed_pins == 0


def test_five_wrong_pins_lock_and_say_what_to_do(client: Client, lan: User) -> None:
    answers = [sign(client, pin="111222").status_code for _ in range(5)]
    lan.refresh_from_db()
    assert answers == [400, 400, 400, 400, 429]
    assert lan.is_locked and AuditEntry.objects.about(lan).get().action == "user.locked"
    cache.clear()  # even when allauth's limits have run out, the right PIN does not open a locked number
    assert sign(client).status_code == 400 and not signed_in(client)


def test_a_stranger_cannot_tell_an_unknown_number_from_a_known_or_locked_one(client: Client, lan: User) -> None:
    unknown = [sign(Client(), "0355555999", "111222") for _ in range(6)]
    known = [sign(Client(), "0912345678", "111222") for _ in range(6)]
    cache.clear()
    locked_right_pin = sign(Client())
    fresh_unknown = sign(Client(), "0355555999", LAN_PIN)
    assert [page.status_code for page in unknown] == [page.status_code for page in known]
    assert [shown_errors(page) for page in unknown] == [shown_errors(page) for page in known]
    assert shown_errors(locked_right_pin) == shown_errors(fresh_unknown)
    assert locked_right_pin.status_code == fresh_unknown.status_code == 400


def test_known_and_unknown_numbers_cost_one_hash(client: Client, lan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: made.append(password) or encode(self, password, salt)
    )
    counts = []
    for phone in ("0912345678", "0355555999"):
        made.clear()
        sign(Client(), phone, "111222")
        counts.append(len(made))
    User.objects.filter(pk=lan.pk).update(failed_pins=5, locked_at="2026-11-01T00:00Z")
    made.clear()
    sign(Client(), "0912345678", LAN_PIN)
    counts.append(len(made))
    assert counts == [1, 1, 1]


def test_a_closed_account_does_not_open(client: Client, lan: User) -> None:
    User.objects.filter(pk=lan.pk).update(is_active=False)
    sign(client)
    assert not signed_in(client)


def test_numbers_are_limited_each_for_itself(client: Client, lan: User, son: User) -> None:
    for _ in range(5):
        sign(Client(), "0987654321", "111222")
    assert sign(client).status_code == 302


def test_sign_out_is_a_post(client: Client, lan: User) -> None:
    sign(client)
    assert client.get("/dang-xuat/").status_code == 200 and signed_in(client)
    assert client.post("/dang-xuat/").status_code == 302 and not signed_in(client)


def test_sign_up_does_not_exist(client: Client) -> None:
    for path in ("/tai-khoan/signup/", "/signup/", "/dang-ky/", "/tai-khoan/login/"):
        assert client.get(path).status_code == 404


def test_staff_sign_in_by_email(client: Client, hoa: User) -> None:
    page = client.post("/dang-nhap/can-bo/", {"login": "Hoa@Example.org", "password": HOA_PASSWORD})
    assert page.status_code == 302 and page["Location"] == "/quan-tri/"


def test_six_digits_never_open_a_staff_account(client: Client, hoa: User) -> None:
    hoa.set_password("482915")
    hoa.save()
    client.post("/dang-nhap/can-bo/", {"login": "hoa@example.org", "password": "482915"})
    assert not signed_in(client)


def test_wrong_passwords_do_not_lock_staff_out(client: Client, hoa: User) -> None:
    for _ in range(9):
        client.post("/dang-nhap/can-bo/", {"login": "hoa@example.org", "password": "wrong-wrong"})
    hoa.refresh_from_db()
    assert not hoa.is_locked and hoa.failed_pins == 0


def test_a_pin_tried_by_email_is_counted_too(client: Client, lan: User) -> None:
    User.objects.filter(pk=lan.pk).update(email="lan@example.org")
    client.post("/dang-nhap/can-bo/", {"login": "lan@example.org", "password": "111222"})
    lan.refresh_from_db()
    assert lan.failed_pins == 1


def test_a_member_changes_her_pin_and_other_phones_are_signed_out(client: Client, lan: User) -> None:
    other_phone = Client()
    sign(other_phone)
    sign(client)
    answer = client.post("/tai-khoan/ma-pin/", {"present": LAN_PIN, "new": "605928", "again": "605928"})
    assert answer.status_code == 302
    lan.refresh_from_db()
    assert lan.check_password("605928") and lan.failed_pins == 0
    assert client.get("/tai-khoan/ma-pin/").status_code == 200
    assert other_phone.get("/tai-khoan/ma-pin/").status_code == 302


@pytest.mark.parametrize(
    ("present", "new", "again"),
    [("111222", "605928", "605928"), (LAN_PIN, "123456", "123456"), (LAN_PIN, "605928", "605929"), ("", "", "")],
)
def test_a_refused_new_pin_changes_nothing(client: Client, lan: User, present: str, new: str, again: str) -> None:
    sign(client)
    page = client.post("/tai-khoan/ma-pin/", {"present": present, "new": new, "again": again})
    lan.refresh_from_db()
    assert page.status_code == 400 and lan.check_password(LAN_PIN)
