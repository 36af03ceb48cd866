"""Labels: only of public batches, every printing noted, and what is printed reads back as the batch's address."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from PIL import Image

from community.audit.models import AuditEntry
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db
FILES = ["labels_pdf", "code_svg", "code_png"]


def codes_of_pdf(content: bytes, *, page: int = 0) -> list[str]:
    image = pypdfium2.PdfDocument(content)[page].render(scale=4).to_pil().convert("L")
    return [found.text for found in zxingcpp.read_barcodes(image)]


def printed(client: Client, batch: Batch, **query: object):
    return client.get(reverse("fieldwork:labels_pdf", args=[batch.public_code]), query)


def test_one_label_reads_back_as_the_address_of_the_batch(lan_phone: Client, published: Batch) -> None:
    response = printed(lan_phone, published)
    assert response["Content-Type"] == "application/pdf"
    assert published.lot_code in response["Content-Disposition"]
    assert codes_of_pdf(response.content) == [batch_uri(published)]
    assert batch_uri(published) == f"http://localhost:8000/01/09521000000018/10/{published.lot_code}"


@pytest.mark.parametrize(("sheet", "on_first_page"), [("a4-24", 24), ("a4-40", 26), ("a4-65", 26), ("roll-58", 1)])
def test_a_sheet_is_filled_label_by_label(lan_phone: Client, published: Batch, sheet: str, on_first_page: int) -> None:
    codes = codes_of_pdf(printed(lan_phone, published, sheet=sheet, count=26).content)
    assert codes == [batch_uri(published)] * on_first_page


def test_a_batch_without_a_gtin_carries_its_public_code(lan_phone: Client, published: Batch) -> None:
    published.pack.gtin = None
    published.pack.save()
    codes = codes_of_pdf(printed(lan_phone, published).content)
    assert codes == [f"http://localhost:8000/t/{published.public_code}"]


def test_the_png_and_the_svg_hold_the_same_address(lan_phone: Client, published: Batch) -> None:
    png = lan_phone.get(reverse("fieldwork:code_png", args=[published.public_code]))
    assert [each.text for each in zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)).convert("L"))] == [
        batch_uri(published)
    ]
    svg = lan_phone.get(reverse("fieldwork:code_svg", args=[published.public_code]))
    assert svg["Content-Type"] == "image/svg+xml"
    preview = lan_phone.get(reverse("fieldwork:labels", args=[published.public_code])).content.decode()
    assert svg.content.decode() in preview


def test_the_label_says_lot_dates_and_seller_in_vietnamese(lan_phone: Client, published: Batch) -> None:
    text = pypdfium2.PdfDocument(printed(lan_phone, published).content)[0].get_textpage().get_text_bounded()
    for word in ("Gạo thơm ST25", "5 kg", published.lot_code, published.cooperative.name):
        assert word in text.replace("\u00a0", " ").replace("\r\n", " ")


def test_every_printing_is_noted_with_who_what_and_how_many(lan_phone: Client, published: Batch, cast) -> None:
    printed(lan_phone, published, sheet="a4-24", count=48)
    lan_phone.get(reverse("fieldwork:code_png", args=[published.public_code]))
    lan_phone.head(reverse("fieldwork:code_png", args=[published.public_code]))
    notes = AuditEntry.objects.filter(action="label.printed").order_by("pk")
    assert [(each.facts["sheet"], each.facts["count"], each.actor) for each in notes] == [
        ("a4-24", 48, cast.lan),
        ("png", 1, cast.lan),
    ]


@pytest.mark.parametrize("status", ["draft", "on_hold", "recalled", "closed"])
@pytest.mark.parametrize("name", ["labels", *FILES])
def test_only_a_public_batch_gets_labels(lan_phone: Client, published: Batch, status: str, name: str) -> None:
    Batch.objects.filter(pk=published.pk).update(status=status)
    response = lan_phone.get(reverse(f"fieldwork:{name}", args=[published.public_code]))
    page = response.content.decode()
    assert response.status_code == 409
    assert ("still a draft" if status == "draft" else "not on sale any more") in page
    assert not AuditEntry.objects.filter(action="label.printed").exists()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"sheet": "a4-24", "count": "101"}, "At most 100 at a time"),
        ({"sheet": "a4-24", "count": "1000000000"}, "At most 100 at a time"),
        ({"sheet": "a4-24", "count": "0"}, "from 1 to 100"),
        ({"sheet": "a4-24", "count": "-1"}, "from 1 to 100"),
        ({"sheet": "a4-24", "count": "1,5"}, "from 1 to 100"),
        ({"sheet": "a4-24", "count": ""}, "from 1 to 100"),
        ({"sheet": "a3", "count": "1"}, "Choose one of these papers"),
    ],
)
def test_a_printing_that_cannot_be_is_explained_and_not_noted(
    lan_phone: Client, published: Batch, query: dict[str, str], sentence: str
) -> None:
    response = printed(lan_phone, published, **query)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not AuditEntry.objects.filter(action="label.printed").exists()


def test_an_address_too_long_for_small_labels_is_refused_in_words(
    lan_phone: Client, published: Batch, settings
) -> None:
    settings.ID_BASE_URL = "https://" + "a-very-long-name." * 12 + "example.vn"
    response = printed(lan_phone, published, sheet="a4-65", count=1)
    assert response.status_code == 422
    assert "too small to scan" in response.content.decode()
