"""Every page of the second sign-in step is ours: in our frame and language, with nothing fetched from elsewhere."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from community.accounts.models import User
from tests.cast import HOA_PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]

HOME = "/tai-khoan/bao-mat/"
# What stands in allauth's own pages and in none of ours.
STOCK = ("Two-Factor", "Authenticator App", "Recovery Codes", "Are you sure", "reauthenticate to", "Menu:")


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def staff(client: Client, hoa: User) -> Client:
    """By password, just now: nothing is asked again."""
    client.post("/dang-nhap/can-bo/", {"login": "hoa@example.org", "password": HOA_PASSWORD})
    client.post("/tai-khoan/xac-nhan/", {"password": HOA_PASSWORD})
    return client


def code_now(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def read(client: Client, path: str, heading: str, english: str) -> str:
    """The page in both languages; answers with the Vietnamese one."""
    pages = []
    for prefix, language, wanted in (("", "vi", heading), ("/en", "en", english)):
        answer = client.get(prefix + path)
        text = answer.content.decode()
        assert answer.status_code == 200, (path, answer.get("Location"))
        assert f'<html lang="{language}">' in text and "css/account.css" in text
        assert re.search(r"<h1>\s*([^<]+?)\s*</h1>", text)[1] == wanted
        assert not [words for words in STOCK if words in text]
        assert not re.findall(r'(?:src|href)="https?://(?!localhost|testserver)', text)
        pages.append(text)
    return pages[0]


def test_setting_up_the_app_shows_a_code_to_scan_that_comes_from_nowhere_else(staff: Client) -> None:
    assert "Chưa cài" in read(staff, HOME, "Bước đăng nhập thứ hai", "Second sign-in step")
    page = read(staff, f"{HOME}totp/activate/", "Cài ứng dụng", "Set up the app")
    assert 'src="data:image/svg+xml;base64,' in page
    wrong = staff.post(f"{HOME}totp/activate/", {"code": "000000"}).content.decode()
    assert "Mã không đúng" in wrong and not Authenticator.objects.exists()


def test_with_the_app_on_it_can_be_turned_off_and_has_spare_codes(staff: Client, hoa: User) -> None:
    secret = staff.get(f"{HOME}totp/activate/").context["form"].secret
    answer = staff.post(f"{HOME}totp/activate/", {"code": code_now(secret)})
    assert answer["Location"] == f"{HOME}recovery-codes/"
    page = read(staff, f"{HOME}recovery-codes/", "Mã dự phòng", "Spare codes")
    codes = RecoveryCodes(Authenticator.objects.get(user=hoa, type="recovery_codes")).get_unused_codes()
    assert codes and all(code in page for code in codes)
    assert f"Còn {len(codes)} mã dự phòng" in read(staff, HOME, "Bước đăng nhập thứ hai", "Second sign-in step")
    read(staff, f"{HOME}recovery-codes/generate/", "Tạo mã dự phòng mới?", "Make new spare codes?")
    read(staff, f"{HOME}totp/deactivate/", "Tắt ứng dụng?", "Turn the app off?")
    assert staff.post(f"{HOME}totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=hoa, type="totp").exists()


def test_the_door_itself_asks_in_our_words(client: Client, hoa: User) -> None:
    totp.TOTP.activate(hoa, totp.generate_totp_secret())
    client.post("/dang-nhap/can-bo/", {"login": "hoa@example.org", "password": HOA_PASSWORD})
    read(client, f"{HOME}authenticate/", "Bước đăng nhập thứ hai", "Second sign-in step")
    wrong = client.post(f"{HOME}authenticate/", {"code": "000000"}).content.decode()
    assert "Mã không đúng" in wrong


def test_asking_once_more_offers_the_other_way(client: Client, hoa: User) -> None:
    totp.TOTP.activate(hoa, totp.generate_totp_secret())
    client.force_login(hoa)
    page = read(client, f"{HOME}reauthenticate/", "Có đúng là bạn không?", "Is it you?")
    assert "Dùng mật khẩu" in page
    assert "Mật khẩu của bạn" in read(client, "/tai-khoan/xac-nhan/", "Có đúng là bạn không?", "Is it you?")


def test_security_keys_are_listed_named_and_removed_in_our_words(staff: Client, hoa: User) -> None:
    read(staff, f"{HOME}webauthn/add/", "Thêm khóa bảo mật", "Add a security key")
    read(staff, f"{HOME}webauthn/", "Khóa bảo mật của tôi", "My security keys")
