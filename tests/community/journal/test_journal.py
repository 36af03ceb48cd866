"""What was done is found, read and taken along by staff; a member reads her own cooperative's only."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.journal import desk as journal_desk_room
from community.journal.searching import Wanted, found, history_of, leaf, of_cooperative
from community.templatetags.journal import _search_for
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def acts(cast: Cast) -> dict[str, AuditEntry]:
    helps = replace(Actor.of(cast.hoa, cast.huong_que), mandate_code="UQ7K2M4P")
    prices = {"old_dong": 185_000, "new_dong": 190_000}
    return {
        "price": record(actor=cast.lan_acts, action="offer.price_changed", subject=cast.huong_que, **prices),
        "card": record(actor=cast.son_acts, action="card.issued", subject=cast.son),
        "helped": record(actor=helps, action="listing.started", subject=cast.huong_que),
        "other": record(actor=cast.other_acts, action="card.issued", subject=cast.other_cooperative),
    }


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["other", "helped", "card", "price"]),
        (Wanted(person="Sơn"), ["card"]),
        (Wanted(person="0987 654 321"), ["card"]),
        (Wanted(seller="CPKS2345"), ["other"]),
        (Wanted(seller="hương quê"), ["helped", "card", "price"]),
        (Wanted(paper=" uq7k2m4p "), ["helped"]),
        (Wanted(by_helpers=True), ["helped"]),
        (Wanted(act="đổi giá"), ["price"]),
        (Wanted(code="hqtd2345"), ["helped", "price"]),
        (Wanted(person="nobody at all"), []),
        (Wanted(act="no such words"), []),
        (Wanted(first=date(2000, 1, 1), last=date(2000, 1, 2)), []),
    ],
)
def test_staff_find_acts_by(cast: Cast, acts: dict[str, AuditEntry], wanted: Wanted, names: list[str]) -> None:
    User.objects.filter(pk=cast.son.pk).update(phone="+84987654321", name="Trần Văn Sơn")
    assert list(found(wanted)) == [acts[name] for name in names]


def test_a_day_is_a_day_in_viet_nam(acts: dict[str, AuditEntry]) -> None:
    today = clock.today()
    assert found(Wanted(first=today, last=today)).count() == 4
    assert not found(Wanted(first=today + timedelta(days=1))).exists()
    assert not found(Wanted(last=today - timedelta(days=1))).exists()


def test_pages_go_on_where_the_last_one_ended(acts: dict[str, AuditEntry]) -> None:
    first = leaf(found(Wanted()), size=3)
    assert [line.entry for line in first.lines] == [acts[each] for each in ("other", "helped", "card")]
    rest = leaf(found(Wanted()), size=3, before=first.before)
    assert [line.entry for line in rest.lines] == [acts["price"]] and rest.before is None


def test_a_longer_page_asks_the_database_no_more(cast: Cast, acts: dict[str, AuditEntry]) -> None:
    def asked(size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            leaf(found(Wanted()), size=size)
        return len(queries)

    for _again in range(40):
        record(actor=cast.lan_acts, action="card.issued", subject=cast.huong_que)
    assert asked(2) == asked(40) == 2


def test_beside_a_person_stands_what_was_done_with_and_by_that_person(cast: Cast, acts: dict[str, AuditEntry]) -> None:
    assert [line.entry for line in history_of(cast.son)] == [acts["card"]]
    assert [line.entry for line in history_of(cast.lan)] == [acts["price"]]
    assert [line.entry for line in history_of(cast.huong_que)] == [acts[each] for each in ("helped", "card", "price")]


@pytest.fixture
def reader(cast: Cast) -> User:
    user = User.objects.create_user("nhat-ky@example.org", "x", name="Đỗ Thị Thu", is_staff=True)
    rights = Permission.objects.filter(codename__in=["access_admin", "view_auditentry"])
    user.user_permissions.add(*rights)
    return user


def test_staff_without_the_right_read_nothing(client: Client, cast: Cast, reader: User) -> None:
    sign_in(client, reader)
    assert client.get(reverse("journal_desk")).status_code == 200
    reader.user_permissions.remove(Permission.objects.get(codename="view_auditentry"))
    assert client.get(reverse("journal_desk")).status_code in (302, 403)


@pytest.mark.parametrize(
    "told", [{"first": "32/13/2026"}, {"first": "0001-01-01"}, {"last": "9999-12-31"}, {"person_id": "9" * 30}]
)
def test_a_wrong_day_is_said_on_the_page(client: Client, reader: User, told: dict[str, str]) -> None:
    sign_in(client, reader)
    assert client.get(reverse("journal_desk"), told).status_code == 400


def test_a_name_or_telephone_that_is_searched_stands_in_no_address(
    client: Client, cast: Cast, acts: dict[str, AuditEntry], reader: User
) -> None:
    User.objects.filter(pk=cast.son.pk).update(phone="+84987654321")
    cast.son.refresh_from_db()
    desk = reverse("journal_desk")
    shown = sign_in(client, reader).post(desk, {"person": "0987 654 321", "code": " "})
    assert _entries(shown) == [acts["card"]]
    links = re.findall(r'(?:href|action)="([^"]*)"', shown.content.decode())
    assert links and not [link for link in links if "person" in link or "0987" in link]
    assert not _entries(client.post(desk, {"person": "0977 111 222"}))
    assert _entries(client.get(desk, {"person": "0987 654 321"})) == _entries(client.get(desk)), "nor does one ask"
    assert _search_for(cast.son) == f"?person_id={cast.son.pk}"


def test_earlier_lines_are_of_the_same_search(
    client: Client, cast: Cast, acts: dict[str, AuditEntry], reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_desk_room, "leaf", partial(leaf, size=1))
    desk, told = reverse("journal_desk"), {"seller": cast.huong_que.code, "by_helpers": ""}
    AuditEntry.objects.bulk_create(
        [AuditEntry(pk=1_234_000 + n, action="card.issued", cooperative=cast.huong_que) for n in range(2)]
    )
    first = sign_in(client, reader).post(desk, told)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', first.content.decode()))
    before = first.context["leaf"].before
    assert f'name="before" value="{before}"' in first.content.decode() and hidden["seller"] == cast.huong_que.code
    second = client.post(desk, hidden | {"before": str(before)})
    mine = AuditEntry.objects.filter(cooperative=cast.huong_que).order_by("-pk")
    assert [*_entries(first), *_entries(second)] == list(mine[:2])


def _entries(answer: HttpResponse) -> list[AuditEntry]:
    return [line.entry for line in answer.context["leaf"].lines]


def test_what_is_found_is_taken_along_without_formulas(
    client: Client, cast: Cast, acts: dict[str, AuditEntry], reader: User
) -> None:
    User.objects.filter(pk=cast.lan.pk).update(name="=cmd|calc")
    answer = sign_in(client, reader).post(reverse("journal_desk"), {"person": "cmd", "file": "csv"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        [name] = packed.namelist()
        rows = list(csv.reader(io.TextIOWrapper(packed.open(name), "utf-8-sig")))
    assert len(rows) == 2 and "185.000" in rows[1][1] and not rows[1][1].startswith("=")
    book = client.post(reverse("journal_desk"), {"file": "xlsx"})
    assert book.status_code == 200 and book.content.startswith(b"PK")
    assert client.post(reverse("journal_desk"), {"file": "exe"}).status_code == 404


def test_a_member_reads_her_own_cooperative_only(client: Client, cast: Cast, acts: dict[str, AuditEntry]) -> None:
    answer = sign_in(client, cast.lan).get(reverse("selling:journal"))
    told = answer.content.decode().replace("\xa0", " ")
    assert "đổi giá từ 185.000 ₫ thành 190.000 ₫" in told
    assert {line.entry for line in answer.context["leaf"].lines} == {acts[one] for one in ("price", "card", "helped")}


@pytest.mark.parametrize("begins", ["9" * 19, "9" * 5000, "²", "x"])
def test_a_page_that_begins_nowhere_is_the_first(client: Client, cast: Cast, begins: str) -> None:
    """Red before: a number no database takes answered 500."""
    sign_in(client, cast.lan)
    assert client.get("/ban-hang/nhat-ky/", {"truoc": begins}).status_code == 200


def test_a_member_filters_what_was_done_for_her(client: Client, cast: Cast, acts: dict[str, AuditEntry]) -> None:
    answer = sign_in(client, cast.lan).get(reverse("selling:journal"), {"xem": "lam-thay"})
    assert [line.entry for line in answer.context["leaf"].lines] == [acts["helped"]]
    assert "làm thay HTX Hương Quê Trần Đề theo giấy số UQ7K2M4P" in answer.content.decode()


def test_a_packer_reads_own_acts_and_those_of_helpers(client: Client, cast: Cast, acts: dict[str, AuditEntry]) -> None:
    cast.huong_que.memberships.filter(user=cast.son).update(role="packer")
    sign_in(client, cast.son)
    assert [line.entry for line in client.get(reverse("selling:journal")).context["leaf"].lines] == [acts["card"]]
    helped = client.get(reverse("selling:journal"), {"xem": "lam-thay"}).context["leaf"].lines
    assert [line.entry for line in helped] == [acts["helped"]]


def test_staff_of_the_market_are_not_named_to_sellers(client: Client, cast: Cast) -> None:
    record(
        actor=cast.hoa_acts, action="application.paper_looked_at", subject=cast.huong_que, cooperative=cast.huong_que
    )
    told = sign_in(client, cast.lan).get(reverse("selling:journal")).content.decode()
    assert "Nhân viên của sàn đã xem một giấy tờ" in told and cast.hoa.name not in told


def test_a_helper_without_a_paper_is_not_called_staff_of_the_market(client: Client, cast: Cast) -> None:
    helper = Actor.of(cast.other_seller)  # no member here, and no staff
    record(actor=helper, action="application.paper_looked_at", subject=cast.huong_que, cooperative=cast.huong_que)
    told = sign_in(client, cast.lan).get(reverse("selling:journal")).content.decode()
    assert cast.other_seller.name in told and "Nhân viên của sàn đã" not in told


def test_every_inspected_thing_shows_its_history(client: Client, cast: Cast, acts: dict[str, AuditEntry]) -> None:
    cast.hoa.is_superuser = True
    cast.hoa.save()
    client.force_login(cast.hoa)
    page = client.get(reverse("cooperatives:inspect", args=[cast.huong_que.pk]))
    assert page.status_code == 200 and "đã đổi giá từ" in page.content.decode()
    assert of_cooperative(cast.huong_que).count() == 3
