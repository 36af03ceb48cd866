"""The cooperative sees whether its lots add up, in plain words, and what to do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community import clock
from community.audit.models import AuditEntry
from tests.cast import sign_in
from tests.making import make_photo
from tests.traceability.balance.conftest import HARVEST_DAY, NOW, Garden
from tests.traceability.balance.reading import read
from traceability.balance.counting import BadCount, CannotSign, books_of, correct_count, last_months, sign_month
from traceability.balance.models import Check, MonthClosing
from traceability.batches.models import Batch, PostingKind

pytestmark = pytest.mark.django_db


def test_the_page_tells_what_came_in_what_left_and_what_is_left(garden: Garden, phone: Client) -> None:
    leaf = garden.harvest(1_880_000)
    garden.dry(leaf, 1_000_000, 220_000)
    page = read(phone, "balance", leaf.public_code)
    for words in ("Số liệu khớp", "+ 1.880 kg", "− 1.000 kg", "880 kg", "Còn 5.320 kg trên 7.200 kg", "tự khai"):
        assert words in page, words


def test_the_yield_stands_beside_what_is_usual(garden: Garden, phone: Client) -> None:
    tea = garden.dry(garden.harvest(1_000_000), 1_000_000, 250_000)
    page = read(phone, "balance", tea.public_code)
    for words in ("25 %", "20 % đến 24 %", "Ra nhiều hơn thường lệ", "Đưa vào 1.000 kg, ra 250 kg", "Vì sao đúng"):
        assert words in page, words
    assert tea.lot_code in read(phone, "home")
    assert tea.lot_code in read(phone, "balance_list")


def test_a_member_explains_and_the_question_is_gone(garden: Garden, phone: Client) -> None:
    tea = garden.dry(garden.harvest(1_000_000), 1_000_000, 250_000)
    check = Check.objects.get(batch=tea)
    url = reverse("fieldwork:explain", args=[tea.public_code, check.pk])
    assert phone.post(url, {"note": " "}).status_code == 422
    assert Check.objects.open().count() == 1
    assert phone.post(url, {"note": "Lá bánh tẻ, ít nước"}).status_code == 303
    assert not Check.objects.open().exists()
    assert "Lá bánh tẻ, ít nước" in read(phone, "balance", tea.public_code)
    assert phone.post(url, {"note": "Lần nữa"}).status_code == 409


def test_a_block_says_what_to_do_and_where_it_comes_from(garden: Garden, phone: Client) -> None:
    leaf = garden.harvest(1_000_000)
    tea = garden.dry(leaf, 1_000_000, 220_000)
    garden.record(leaf, PostingKind.WASTE, 30_000, at=HARVEST_DAY + timedelta(hours=5))
    page = read(phone, "balance", leaf.public_code)
    assert "Tạm ngừng bán" in page and "nhiều hơn số đã nhập" in page and "tới 30 kg" in page
    below = read(phone, "balance", tea.public_code)
    assert f"Làm từ lô {leaf.lot_code}" in below
    assert reverse("fieldwork:balance", args=[leaf.public_code]) in below
    check = Check.objects.get(batch=leaf)
    answer = phone.post(reverse("fieldwork:explain", args=[leaf.public_code, check.pk]), {"note": "Không sao"})
    assert answer.status_code == 409 and Check.objects.open().filter(pk=check.pk).exists()


def test_another_cooperatives_lot_and_check_do_not_exist_here(garden: Garden, client: Client, site_ready: None) -> None:
    tea = garden.dry(garden.harvest(1_000_000), 1_000_000, 250_000)
    check = Check.objects.get(batch=tea)
    sign_in(client, garden.cast.other_seller)
    for name, args in (("balance", [tea.public_code]), ("count", [tea.public_code])):
        assert client.get(reverse(f"fieldwork:{name}", args=args)).status_code == 404
    url = reverse("fieldwork:explain", args=[tea.public_code, check.pk])
    assert client.post(url, {"note": "Của tôi"}).status_code == 404
    assert Check.objects.open().filter(pk=check.pk).exists()


def test_the_page_costs_the_same_for_one_and_for_many_steps(
    garden: Garden, phone: Client, django_assert_max_num_queries: Any
) -> None:
    leaf = garden.harvest(6_000_000)
    for hour in range(10):
        garden.dry(leaf, 100_000, 22_000, hours=10 + hour)
    with django_assert_max_num_queries(32):
        read(phone, "balance", leaf.public_code)


def test_a_count_sets_the_books_and_needs_a_photo_when_the_gap_is_large(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    says = {"batch": leaf, "actor": garden.cast.lan_acts}
    for counted, note, code in (
        (990_000, "Cân lại", "photo_needed"),
        (995_000, "", "count_note_needed"),
        (1_000_000, "Cân lại", "nothing_to_correct"),
        (-1, "Cân lại", "negative_count"),
    ):
        with pytest.raises(BadCount) as refused:
            correct_count(counted_base=counted, note=note, **says)
        assert refused.value.code == code
    assert leaf.postings.count() == 1
    correct_count(counted_base=995_000, note="Bay hơi", **says)
    correct_count(counted_base=900_000, note="Rơi vãi", photo=make_photo(), **says)
    leaf.refresh_from_db()
    assert leaf.on_hand_base == 900_000
    assert [row.on_hand_delta for row in leaf.postings.filter(kind="adjust").order_by("pk")] == [-5_000, -95_000]


def test_a_member_counts_a_lot_on_the_phone(garden: Garden, phone: Client) -> None:
    leaf = garden.harvest(1_000_000)
    url = reverse("fieldwork:count", args=[leaf.public_code])
    assert "1.000 kg" in read(phone, "count", leaf.public_code)
    assert phone.post(url, {"amount": "mười", "note": "Cân lại"}).status_code == 422
    assert phone.post(url, {"amount": "900", "note": "Cân lại"}).status_code == 422  # no photo
    assert phone.post(url, {"amount": "996,5", "note": "Cân lại"}).status_code == 303
    leaf.refresh_from_db()
    assert leaf.on_hand_base == 996_500


APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def test_a_month_is_opening_in_out_and_loss(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    garden.dry(leaf, 600_000, 130_000)
    garden.record(leaf, PostingKind.WASTE, 10_000, at=HARVEST_DAY + timedelta(days=30))
    raw, tea = sorted(books_of(garden.cast.huong_que, APRIL), key=lambda book: book.kind, reverse=True)
    sums = raw.sums
    assert (sums.opening, sums.came, sums.went, sums.lost, sums.closing) == (0, 1_000_000, 600_000, 0, 400_000)
    assert (tea.kind, tea.sums.came) == ("intermediate", 130_000)
    may = {book.kind: book.sums for book in books_of(garden.cast.huong_que, MAY)}
    assert (may["raw"].opening, may["raw"].lost, may["raw"].closing) == (400_000, 10_000, 390_000)


def test_a_month_is_signed_once_when_it_is_over_and_agrees(garden: Garden) -> None:
    garden.harvest(1_000_000)
    (book,) = books_of(garden.cast.huong_que, APRIL)
    says = {"book": book, "cooperative": garden.cast.huong_que, "note": "", "actor": garden.cast.lan_acts}
    with clock.at(HARVEST_DAY + timedelta(days=1)), pytest.raises(CannotSign, match="month_not_over"):
        sign_month(counted_base=1_000_000, **says)
    with pytest.raises(CannotSign, match="counts_differ"):
        sign_month(counted_base=994_999, **says)
    assert not MonthClosing.objects.exists()
    closing = sign_month(counted_base=995_000, **says)
    assert AuditEntry.objects.filter(action="month.signed", subject_id=closing.pk).count() == 1
    assert (closing.closing_base, closing.counted_base, closing.needs_inspection) == (1_000_000, 995_000, False)
    with pytest.raises(CannotSign, match="already_signed"):
        sign_month(counted_base=995_000, **says)
    (again,) = books_of(garden.cast.huong_que, APRIL)
    assert again.signed == closing


def test_much_found_beyond_the_books_goes_to_the_inspector(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    garden.record(leaf, PostingKind.ADJUST, 30_001, at=HARVEST_DAY + timedelta(days=3), direction=1)
    (book,) = books_of(garden.cast.huong_que, APRIL)
    closing = sign_month(
        book=book, cooperative=garden.cast.huong_que, counted_base=1_030_001, note="", actor=garden.cast.lan_acts
    )
    assert closing.needs_inspection


def test_the_last_three_months_are_shown_and_can_be_signed(garden: Garden, phone: Client) -> None:
    assert last_months(NOW.date()) == [date(2026, 5, 1), APRIL, date(2026, 3, 1)]
    garden.harvest(1_000_000)
    (book,) = books_of(garden.cast.huong_que, APRIL)
    page = read(phone, "closings")
    assert "Tháng 04/2026" in page and "1.000 kg" in page
    url = reverse("fieldwork:closings")
    sent = {"book": book.key, "month": "2026-04-01", "amount": "900"}
    refused = phone.post(url, sent)
    assert refused.status_code == 422 and "cân được 900" in refused.content.decode().replace("\u00a0", " ")
    assert phone.post(url, sent | {"book": "x"}).status_code == 422
    assert not MonthClosing.objects.exists()
    assert phone.post(url, sent | {"amount": "1000"}).status_code == 303
    assert MonthClosing.objects.get().signed_by == garden.cast.lan
    assert "Đã ký" in read(phone, "closings")


def test_a_locked_draft_says_why_it_cannot_be_public(garden: Garden, phone: Client) -> None:
    leaf = garden.harvest(1_000_000)
    packs = garden.packs_of(garden.dry(leaf, 1_000_000, 220_000), 220_000, 2_200)
    garden.record(leaf, PostingKind.WASTE, 30_000, at=HARVEST_DAY + timedelta(hours=5))
    page = read(phone, "batch", packs.public_code)
    assert "Các số chưa khớp: làm từ lô" in page
    assert reverse("fieldwork:balance", args=[packs.public_code]) in page
    assert Batch.objects.get(pk=packs.pk).locked_at
