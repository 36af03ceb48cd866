"""The staff's admin under /quan-tri/: guests go to the sign-in, members are refused in plain words, staff come in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from community.accounts.models import User
from config.policies import ADMIN_PREFIX
from tests.cast import HOA_PASSWORD
from tests.permissions.asking import watched
from tests.permissions.world import BUYER_SHOWN, World

pytestmark = pytest.mark.django_db

OPEN = {
    "quan-tri/login/": "leads to our own sign-in",
    "quan-tri/logout/": "there is nobody to sign out",
    "quan-tri/jsi18n/": "words for scripts",
    "quan-tri/sprite/": "icons",
}
OWN = ("orders:index", "parcels:index", "payment_exceptions:index", "certificates:index", "style_guide")
OWN += ("wagtailsnippets_marketplace_listing:list", "wagtailusers_users:index", "wagtailadmin_explore_root")


def admin_paths(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address under the admin with "1" for whatever it asks; only plain routes, Wagtail has few others."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from admin_paths(one, route)
        elif route.startswith(ADMIN_PREFIX.lstrip("/")) and isinstance(one, URLPattern) and "(" not in route:
            yield re.sub(r"<[^>]+>", "1", route)


PATHS = sorted({path for path in admin_paths(get_resolver()) if "^" not in path} - set(OPEN))


def is_sign_in(location: str) -> bool:
    return urlsplit(location).path.removeprefix("/en") in ("/dang-nhap/", "/dang-nhap/can-bo/")


def test_guests_are_sent_to_the_sign_in_from_everywhere() -> None:
    client = Client(raise_request_exception=False)
    assert len(PATHS) > 200
    with watched() as writes:
        answers = {path: client.get(f"/{path}") for path in PATHS}
    assert not {path: answer.status_code for path, answer in answers.items() if not is_refused(answer, path)}
    assert not writes


def is_refused(answer, path: str) -> bool:
    """To the sign-in and back here afterwards; or nothing there at all."""
    if answer.status_code == 404:
        return True
    where = answer.headers.get("Location", "")
    return answer.status_code == 302 and is_sign_in(where) and parse_qs(urlsplit(where).query)["next"] == [f"/{path}"]


def test_members_are_refused_everywhere(world: World) -> None:
    client = world.client("owner")
    client.raise_request_exception = False
    with watched() as writes:
        answers = {path: client.get(f"/{path}").status_code for path in PATHS}
    assert not {path: status for path, status in answers.items() if status not in (302, 403, 404)}
    assert not writes


def test_a_member_is_told_so_instead_of_being_sent_in_circles(world: World) -> None:
    answer = world.client("owner").get(ADMIN_PREFIX)
    assert answer.status_code == 403


def test_a_guest_comes_to_the_sign_in_of_staff() -> None:
    """The other one asks for a phone and a PIN, which staff do not have."""
    assert urlsplit(Client().get(ADMIN_PREFIX).headers["Location"]).path == reverse("account_login_staff")


@pytest.mark.parametrize("path", ["/_util/login/", "/en/_util/login/"])
def test_wagtails_own_sign_in_opens_nothing(world: World, path: str) -> None:
    """There is one sign-in for staff, the one that counts wrong passwords and asks for a second factor."""
    client = Client()
    client.post(path, {"username": "hoa@example.org", "password": HOA_PASSWORD})
    assert "_auth_user_id" not in client.session
    answer = client.get(path)
    assert answer.status_code == 302 and is_sign_in(answer.headers["Location"])


def test_staff_come_in(world: World) -> None:
    client = world.client("staff")
    assert {name: client.get(reverse(name)).status_code for name in ("wagtailadmin_home", *OWN)} == dict.fromkeys(
        ("wagtailadmin_home", *OWN), 200
    )


def test_an_editor_of_pages_reads_no_buyers(world: World) -> None:
    """Of the groups only moderators look at orders; editors write stories."""
    editor = User.objects.create_user("bien-tap@example.org", "mot-mat-khau-dai-9", name="Mai", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editors"))
    client = Client()
    client.force_login(editor)
    assert client.get(ADMIN_PREFIX).status_code == 200
    for name in ("orders:index", "parcels:index", "payment_exceptions:index", "wagtailusers_users:index"):
        answer = client.get(reverse(name))
        assert answer.status_code in (302, 403), name
        assert not [word for word in BUYER_SHOWN if word in answer.content.decode()]
