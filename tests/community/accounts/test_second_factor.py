from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from community.accounts.models import User
from tests.cast import HOA_PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def by_password(client: Client) -> str:
    answer = client.post("/dang-nhap/can-bo/", {"login": "hoa@example.org", "password": HOA_PASSWORD})
    return str(answer["Location"])


def code_now(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client: Client, hoa: User, settings: Settings) -> None:
    settings.STAFF_MFA_REQUIRED = True
    by_password(client)
    for path in ("/quan-tri/", "/quan-tri/pages/", "/ban-hang/"):
        assert client.get(path)["Location"] == "/tai-khoan/bao-mat/"
    assert client.get("/tai-khoan/bao-mat/").status_code == 200


def test_a_demo_does_not_ask_for_it(client: Client, hoa: User, settings: Settings) -> None:
    settings.STAFF_MFA_REQUIRED = False
    by_password(client)
    assert client.get("/quan-tri/").status_code == 200


def test_members_are_never_asked(client: Client, lan: User, settings: Settings) -> None:
    settings.STAFF_MFA_REQUIRED = True
    client.force_login(lan)
    assert client.get("/ban-hang/").status_code != 302 or "bao-mat" not in client.get("/ban-hang/")["Location"]


def test_setting_it_up_opens_the_admin_at_once(client: Client, hoa: User, settings: Settings) -> None:
    settings.STAFF_MFA_REQUIRED = True
    by_password(client)
    asked = client.get("/tai-khoan/bao-mat/totp/activate/")
    assert asked.status_code == 302 and "xac-nhan" in asked["Location"]
    assert client.post(asked["Location"], {"password": HOA_PASSWORD}).status_code == 302
    form = client.get("/tai-khoan/bao-mat/totp/activate/").context["form"]
    done = client.post("/tai-khoan/bao-mat/totp/activate/", {"code": code_now(form.secret)})
    assert done.status_code == 302 and Authenticator.objects.filter(user=hoa, type="totp").exists()
    assert client.get(done["Location"]).status_code == 200
    assert client.get("/quan-tri/").status_code == 200


def test_a_password_alone_does_not_open_an_account_with_a_second_factor(client: Client, hoa: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(hoa, secret)
    assert by_password(client).startswith("/tai-khoan/bao-mat/authenticate/")
    assert "_auth_user_id" not in client.session
    assert client.post("/tai-khoan/bao-mat/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/tai-khoan/bao-mat/authenticate/", {"code": code_now(secret)}).status_code == 302
    assert client.get("/quan-tri/").status_code == 200


def test_a_session_that_came_round_the_sign_in_page_is_still_asked(client: Client, hoa: User) -> None:
    totp.TOTP.activate(hoa, totp.generate_totp_secret())
    client.force_login(hoa)
    assert client.get("/quan-tri/")["Location"].startswith("/tai-khoan/bao-mat/reauthenticate/?next=")


def test_wagtails_own_sign_in_leads_to_ours(client: Client, hoa: User) -> None:
    answer = client.post("/quan-tri/login/?next=/quan-tri/pages/", {"username": hoa.email, "password": HOA_PASSWORD})
    assert answer["Location"] == "/dang-nhap/can-bo/?next=%2Fquan-tri%2Fpages%2F"
    assert "_auth_user_id" not in client.session


def test_anonymous_pages_do_not_touch_the_session(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = client.get("/quan-tri/login/")
    assert page.status_code == 302
