"""Labels: only of public batches, every printing noted once, and what is printed reads back as the batch's address."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from django.core.files.storage import storages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from community.audit.models import AuditEntry
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.fieldwork import later
from traceability.labels import files
from traceability.labels.models import LabelFile, LabelRun
from traceability.log.models import LogEntry

pytestmark = pytest.mark.django_db


def codes_of_pdf(content: bytes, *, page: int = 0) -> list[str]:
    image = pypdfium2.PdfDocument(content)[page].render(scale=4).to_pil().convert("L")
    return [found.text for found in zxingcpp.read_barcodes(image)]


def printed(client: Client, batch: Batch, **fields: object) -> HttpResponse:
    """The form as the browser sends it."""
    sent = {"sheet": "a4-24", "count": 24, "start": 1, "reason": "", "key": str(uuid4())} | fields
    return client.post(reverse("fieldwork:labels", args=[batch.public_code]), sent)


def file_of(client: Client, run: LabelRun, kind: str = "pdf") -> HttpResponse:
    return client.get(reverse("fieldwork:label_file", args=[run.batch.public_code, run.code, kind]))


def nothing_is_noted() -> bool:
    return not (
        LabelRun.objects.exists()
        or AuditEntry.objects.filter(action="label.printed").exists()
        or LogEntry.objects.filter(kind="label-run").exists()
    )


def test_one_label_reads_back_as_the_address_of_the_batch(lan_phone: Client, published: Batch) -> None:
    answer = printed(lan_phone, published, sheet="single", count=1)
    run = LabelRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("fieldwork:label_run", args=[published.public_code, run.code]),
    )
    response = file_of(lan_phone, run)
    assert response["Content-Type"] == "application/pdf"
    assert published.lot_code in response["Content-Disposition"]
    assert codes_of_pdf(response.content) == [batch_uri(published)]
    assert batch_uri(published) == f"http://localhost:8000/01/09521000000018/10/{published.lot_code}"


@pytest.mark.parametrize(
    ("sheet", "start", "on_first_page"),
    [("a4-24", 1, 24), ("a4-24", 20, 5), ("a4-40", 1, 26), ("a4-65", 1, 26), ("roll-58", 1, 1)],
)
def test_a_sheet_is_filled_label_by_label_from_its_first_free_place(
    lan_phone: Client, published: Batch, sheet: str, start: int, on_first_page: int
) -> None:
    printed(lan_phone, published, sheet=sheet, count=26, start=start)
    assert codes_of_pdf(file_of(lan_phone, LabelRun.objects.get()).content) == [batch_uri(published)] * on_first_page


def test_a_batch_without_a_gtin_carries_its_public_code(lan_phone: Client, published: Batch) -> None:
    published.pack.gtin = None
    published.pack.save()
    printed(lan_phone, published, sheet="single", count=1)
    codes = codes_of_pdf(file_of(lan_phone, LabelRun.objects.get()).content)
    assert codes == [f"http://localhost:8000/t/{published.public_code}"]


def test_a_printing_house_gets_svg_and_png_of_the_same_address_and_no_pdf(lan_phone: Client, published: Batch) -> None:
    printed(lan_phone, published, sheet=LabelRun.PRINTING_HOUSE, count=640)
    run = LabelRun.objects.get()
    png = file_of(lan_phone, run, "png")
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)).convert("L"))
    assert [each.text for each in read] == [batch_uri(published)]
    svg = file_of(lan_phone, run, "svg")
    assert svg["Content-Type"] == "image/svg+xml"
    preview = lan_phone.get(reverse("fieldwork:labels", args=[published.public_code])).content.decode()
    assert svg.content.decode() in preview
    assert file_of(lan_phone, run, "pdf").status_code == 404


def test_the_label_says_lot_dates_and_seller_in_vietnamese(lan_phone: Client, published: Batch) -> None:
    printed(lan_phone, published, sheet="single", count=1)
    content = file_of(lan_phone, LabelRun.objects.get()).content
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded()
    for word in ("Gạo thơm ST25", "5 kg", published.lot_code, published.cooperative.name):
        assert word in text.replace("\u00a0", " ").replace("\r\n", " ")


def test_every_printing_is_a_run_an_audit_entry_and_a_leaf_of_the_log(
    lan_phone: Client, published: Batch, cast
) -> None:
    printed(lan_phone, published, count=48)
    printed(lan_phone, published, count=30)
    first, second = LabelRun.objects.order_by("pk")
    assert [(run.first_number, run.last_number, run.actor) for run in (first, second)] == [
        (1, 48, cast.lan),
        (49, 78, cast.lan),
    ]
    notes = AuditEntry.objects.filter(action="label.printed").order_by("pk")
    assert [(note.facts["first"], note.facts["count"]) for note in notes] == [(1, 48), (49, 30)]
    leaves = LogEntry.objects.filter(kind="label-run").order_by("seq")
    assert [leaf.subject for leaf in leaves] == [f"labelrun:{first.pk}", f"labelrun:{second.pk}"]
    assert batch_uri(published) in leaves[0].leaf


def test_fetching_a_file_again_prints_nothing_new(lan_phone: Client, published: Batch) -> None:
    printed(lan_phone, published)
    run = LabelRun.objects.get()
    for kind in ("pdf", "svg", "png", "pdf"):
        assert file_of(lan_phone, run, kind).status_code == 200
    assert LabelRun.objects.count() == 1 == AuditEntry.objects.filter(action="label.printed").count()


def test_the_same_form_sent_twice_is_one_printing(lan_phone: Client, published: Batch) -> None:
    key = str(uuid4())
    answers = {printed(lan_phone, published, key=key)["Location"] for _ in range(2)}
    assert len(answers) == 1 == LabelRun.objects.count()
    other = printed(lan_phone, published, key=key, count=25)
    assert other.status_code == 422
    assert "already saved" in other.content.decode()
    assert LabelRun.objects.count() == 1


def test_beyond_two_in_a_hundred_spoilt_a_reason_is_asked_and_kept(lan_phone: Client, published: Batch) -> None:
    """640 packs: 653 labels, the next one needs a reason (MB-3)."""
    assert printed(lan_phone, published, sheet=LabelRun.PRINTING_HOUSE, count=653).status_code == 303
    refused = printed(lan_phone, published, count=1)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "653 labels" in page
    assert 'name="reason"' in page
    assert LabelRun.objects.count() == 1 == LogEntry.objects.filter(kind="label-run").count()
    assert printed(lan_phone, published, count=1, reason="Máy in kẹt giấy").status_code == 303
    run = LabelRun.objects.first()
    assert (run.first_number, run.reason) == (654, "Máy in kẹt giấy")
    leaf = LogEntry.objects.filter(kind="label-run").last()
    assert "kẹt giấy" not in leaf.leaf, "a reason is somebody's words: the log only binds to them"


def test_more_than_a_hundred_labels_are_drawn_by_the_worker(
    lan_phone: Client, published: Batch, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as jobs:
        printed(lan_phone, published, count=101)
    run = LabelRun.objects.get()
    page = reverse("fieldwork:label_run", args=[published.public_code, run.code])
    waiting = lan_phone.get(page)
    assert waiting["Refresh"] == "4"
    assert ".pdf" not in waiting.content.decode()
    assert file_of(lan_phone, run).status_code == 404
    for job in jobs:
        job()
    done = lan_phone.get(page)
    assert "Refresh" not in done.headers
    assert reverse("fieldwork:label_file", args=[published.public_code, run.code, "pdf"]) in done.content.decode()
    assert codes_of_pdf(file_of(lan_phone, run).content, page=4) == [batch_uri(published)] * 5
    kept = run.file.name
    assert kept.startswith("labels/")
    assert not (Path(storages["default"].location) / kept).exists(), "never under a public address"


def test_a_lost_job_is_made_up_for_and_a_fault_is_told_after_three_tries(
    lan_phone: Client, published: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "draw_labels", lambda run_id: None)
    printed(lan_phone, published, count=101)
    printed(lan_phone, published, count=102)
    lost, broken = LabelRun.objects.order_by("pk")
    assert files.make_waiting_files(limit=1) == 1
    assert file_of(lan_phone, lost).status_code == 200

    def fails(run: LabelRun) -> bytes:
        raise OSError("no room left")

    monkeypatch.setattr(files, "run_pdf", fails)
    for _ in range(4):
        assert files.make_waiting_files() == 0
    assert LabelFile.objects.get(run=broken).state == "failed"
    page = lan_phone.get(reverse("fieldwork:label_run", args=[published.public_code, broken.code]))
    assert "could not be drawn" in page.content.decode()
    assert "Refresh" not in page.headers


@pytest.mark.parametrize("status", ["draft", "on_hold", "recalled", "closed"])
def test_only_a_public_batch_gets_labels(lan_phone: Client, published: Batch, status: str) -> None:
    printed(lan_phone, published)
    run = LabelRun.objects.get()
    Batch.objects.filter(pk=published.pk).update(status=status)
    address = reverse("fieldwork:labels", args=[published.public_code])
    asked = [lan_phone.get(address), printed(lan_phone, published)]
    for answer in [*asked, *(file_of(lan_phone, run, kind) for kind in ("pdf", "svg"))]:
        assert answer.status_code == 409
        assert ("still a draft" if status == "draft" else "not on sale any more") in answer.content.decode()
    assert LabelRun.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"count": "5001"}, "At most 5000 at a time"),
        ({"count": "1000000000"}, "At most 5000 at a time"),
        ({"sheet": LabelRun.PRINTING_HOUSE, "count": "1000001"}, "At most 1000000 at a time"),
        ({"count": "0"}, "from 1 up"),
        ({"count": "-1"}, "from 1 up"),
        ({"count": "1,5"}, "from 1 up"),
        ({"count": ""}, "from 1 up"),
        ({"sheet": "a3"}, "Choose one of these papers"),
        ({"start": "25"}, "This sheet has 24 labels"),
        ({"start": "0"}, "first free label"),
        ({"start": "x"}, "first free label"),
        ({"reason": "x" * 201, "count": "1"}, "200"),
        ({"key": "không"}, ""),
    ],
)
def test_a_printing_that_cannot_be_is_explained_and_not_noted(
    lan_phone: Client, published: Batch, fields: dict[str, str], sentence: str
) -> None:
    response = printed(lan_phone, published, **fields)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert nothing_is_noted()


def test_an_address_too_long_for_small_labels_is_refused_in_words(
    lan_phone: Client, published: Batch, settings
) -> None:
    settings.ID_BASE_URL = "https://" + "a-very-long-name." * 12 + "example.vn"
    response = printed(lan_phone, published, sheet="a4-65", count=1)
    assert response.status_code == 422
    assert "too small to scan" in response.content.decode()
    assert nothing_is_noted()


def test_looking_writes_nothing(lan_phone: Client, published: Batch) -> None:
    lan_phone.get(reverse("fieldwork:labels", args=[published.public_code]))
    assert nothing_is_noted()


def test_a_run_of_another_batch_or_cooperative_is_not_found(
    client: Client, lan_phone: Client, published: Batch, cast
) -> None:
    printed(lan_phone, published)
    run = LabelRun.objects.get()
    assert lan_phone.get(reverse("fieldwork:label_run", args=["7K3F2Q9XAB", run.code])).status_code == 404
    client.force_login(cast.other_seller)
    for name, extra in (("label_run", []), ("label_file", ["pdf"])):
        address = reverse(f"fieldwork:{name}", args=[published.public_code, run.code, *extra])
        assert client.get(address).status_code == 404
