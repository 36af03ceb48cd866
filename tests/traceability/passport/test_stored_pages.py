"""Stored pages: the short way answers exactly as the long one, in the reader's encoding, and only while it is true."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import clock
from community.photos.models import Photo
from community.photos.rendering import render_missing, spec
from community.photos.taking_in import take_in_photo
from tests.cast import Cast
from tests.making import PackPlan, make_product
from tests.traceability.passport.conftest import PACKED_AT, jpeg
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.batches.opening import LotPlan
from traceability.batches.touching import touch_pages
from traceability.certificates.models import Certificate
from traceability.events.harvesting import record_harvest
from traceability.events.transforming import transform_lots
from traceability.events.working import Output, Taken, Work
from traceability.passport import shortcut, storing
from traceability.passport.finding import public_batches
from traceability.passport.models import PassportPage
from traceability.passport.sending import best_encoding
from traceability.passport.storing import stale_batches, store_pages, store_stale_pages, valid_until
from traceability.products.models import Product

pytestmark = pytest.mark.django_db
SAFETY = {"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"}
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def stored(batch: Batch) -> Batch:
    store_pages(batch)
    return batch


def ask(client: Client, path: str, **headers: str):
    return client.get(path, headers={"Accept": BROWSER} | {name.replace("_", "-"): v for name, v in headers.items()})


def both_ways(monkeypatch: pytest.MonkeyPatch, asking: Callable[[], object]) -> tuple:
    short = asking()
    with monkeypatch.context() as patched:
        patched.setattr(shortcut, "_stored_answer", lambda request: None)
        return short, asking()


@pytest.mark.parametrize("accepted", ["gzip", "identity", ""])
@pytest.mark.parametrize("query", ["", "?lang=vi", "?lang=en"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_short_and_long_way_give_the_same_answer_to_the_last_header(
    client: Client, stored: Batch, monkeypatch: pytest.MonkeyPatch, accepted: str, query: str, method: str
) -> None:
    headers = {"Accept": BROWSER, "Accept-Encoding": accepted, "Accept-Language": "vi-VN,vi;q=0.9"}
    for path in (batch_path(stored), f"/t/{stored.public_code}"):
        short, long = both_ways(monkeypatch, partial(getattr(client, method), path + query, headers=headers))
        assert short.status_code == long.status_code == 200
        assert dict(sorted(short.items())) == dict(sorted(long.items()))
        assert short.content == long.content
        assert set(short.headers) >= SAFETY
        assert not short.cookies


def test_a_condition_is_answered_the_same_on_both_ways(
    client: Client, stored: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = ask(client, batch_path(stored), Accept_Encoding="gzip")["ETag"]
    short, long = both_ways(
        monkeypatch, partial(ask, client, batch_path(stored), Accept_Encoding="gzip", If_None_Match=tag)
    )
    assert short.status_code == long.status_code == 304
    del long.headers["Content-Length"]  # Django counts the empty body; a 304 needs no length
    assert dict(sorted(short.items())) == dict(sorted(long.items()))
    assert short["ETag"] == tag


def test_the_short_way_is_one_query_without_session_token_or_cookie(client: Client, stored: Batch) -> None:
    for path in (batch_path(stored), f"/t/{stored.public_code}"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, path, Accept_Encoding="br, gzip", Cookie="sessionid=abc")
        assert len(queries) == 1
        assert answer["Content-Encoding"] == "br"
        assert not answer.cookies
        assert "csrf" not in brotli.decompress(answer.content).decode()


def test_each_encoding_has_its_own_body_and_tag_and_says_what_it_varies_by(client: Client, stored: Batch) -> None:
    plain = ask(client, batch_path(stored), Accept_Encoding="identity")
    packed = ask(client, batch_path(stored), Accept_Encoding="gzip")
    smallest = ask(client, batch_path(stored), Accept_Encoding="gzip, deflate, br, zstd")
    assert gzip.decompress(packed.content) == plain.content == brotli.decompress(smallest.content)
    assert len(smallest.content) < len(packed.content) < len(plain.content)
    assert len({answer["ETag"] for answer in (plain, packed, smallest)}) == 3
    for answer in (plain, packed, smallest):
        assert {"Accept", "Accept-Encoding", "Accept-Language"} <= {word.strip() for word in answer["Vary"].split(",")}
        assert answer["Content-Length"] == str(len(answer.content))
    crossed = ask(client, batch_path(stored), Accept_Encoding="gzip", If_None_Match=smallest["ETag"])
    assert crossed.status_code == 200, "the tag of another encoding is not this body's"


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, br", "br"),
        ("GZIP;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", ""),
        ("*", "br"),
        ("*;q=0, gzip;q=0.1", "gzip"),
        ("br;q=x, gzip;q=", "gzip"),
        ("br ; q=1", "br"),
        (";;,,", ""),
    ],
)
def test_the_encoding_is_the_one_wished_most(accepted: str, chosen: str) -> None:
    assert best_encoding(accepted, has_brotli=True) == chosen


@pytest.mark.parametrize(
    "path",
    [
        "/01/{gtin}%2F10/{lot}",
        "/01/{gtin}/10/{lot}/",
        "/01/{gtin}/10/{lot}?linkType=gs1:pip",
        "/01/{gtin}/10/{lot}/21/AB12",
        "/t/{code}?x=1",
    ],
)
def test_only_what_is_plainly_asked_goes_the_short_way(
    client: Client, stored: Batch, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The raw path counts: an encoded slash is not a slash."""
    monkeypatch.setattr(shortcut, "send_body", lambda *args, **kwargs: pytest.fail("went the short way"))
    asked = path.format(gtin=stored.pack.gtin, lot=stored.lot_code, code=stored.public_code)
    client.get(asked, headers={"Accept": BROWSER}, RAW_URI=asked)


@pytest.mark.parametrize("accept", ["", "*/*", "application/linkset+json", "application/json"])
def test_machines_are_not_answered_by_the_short_way(
    client: Client, stored: Batch, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    monkeypatch.setattr(shortcut, "send_body", lambda *args, **kwargs: pytest.fail("went the short way"))
    client.get(batch_path(stored), headers={"Accept": accept})


def test_a_host_that_is_not_ours_is_refused_on_the_short_way_too(client: Client, stored: Batch) -> None:
    assert client.get(batch_path(stored), headers={"Accept": BROWSER, "Host": "evil.example"}).status_code == 400


def paper(batch: Batch, **facts: object) -> Certificate:
    made = Certificate.objects.create(
        **{
            "cooperative": batch.cooperative,
            "scheme": "vietgap",
            "number": "VG-1",
            "issuer": "Tổ chức chứng nhận",
            "issued_on": date(2026, 1, 1),
            "checked_at": timezone.now(),
        }
        | facts
    )
    made.products.add(batch.product)
    return made


@pytest.mark.parametrize(
    ("facts", "until"),
    [
        ({}, "best before + 1"),
        ({"expires_on": date(2027, 1, 5)}, date(2027, 1, 6)),
        ({"issued_on": date(2026, 12, 24)}, date(2026, 12, 24)),
        ({"revoked_on": date(2026, 12, 1)}, date(2026, 12, 1)),
        ({"expires_on": date(2026, 11, 7), "issued_on": date(2026, 11, 1)}, date(2026, 11, 8)),
        ({"expires_on": date(2026, 11, 5), "issued_on": date(2026, 11, 1)}, "best before + 1"),
        ({"expires_on": date(2027, 1, 5), "checked_at": None}, "best before + 1"),
    ],
)
def test_a_page_holds_until_the_next_date_it_depends_on(batch: Batch, facts: dict, until: object) -> None:
    paper(batch, **facts)
    with clock.at(PACKED_AT + timedelta(days=1)):
        expected = batch.best_before_on + timedelta(days=1) if until == "best before + 1" else until
        assert valid_until(batch) == expected


def test_a_page_without_any_date_to_come_holds_for_good(batch: Batch) -> None:
    with clock.at(PACKED_AT + timedelta(days=3650)):
        assert valid_until(batch) == date.max


def test_midnight_outdates_only_the_pages_it_changes(
    client: Client, make_batch: Callable[..., Batch], batch: Batch
) -> None:
    other = make_batch(("plot",))
    Batch.objects.filter(pk=other.pk).update(best_before_on=None)
    evening = PACKED_AT.replace(hour=23) + timedelta(days=(batch.best_before_on - PACKED_AT.date()).days)
    with clock.at(evening):
        assert store_stale_pages() == 2
        assert not stale_batches().exists()
        assert "bán bình thường" in ask(client, batch_path(batch)).content.decode()
    with clock.at(evening + timedelta(hours=1)):
        assert "quá hạn dùng" in ask(client, batch_path(batch)).content.decode(), "on the first minute of the day"
        assert [one.pk for one in stale_batches()] == [batch.pk]
        assert store_stale_pages() == 1
    with clock.at(evening + timedelta(days=1000)):
        assert not stale_batches().exists()


def test_looking_for_stale_pages_reads_no_table(stored: Batch) -> None:
    """Every minute, among a million batches: each way of going out of date is a range of an index."""
    with CaptureQueriesContext(connection) as asked:
        assert not stale_batches().exists()
    looks = [one["sql"] for one in asked if "LIMIT 200" in one["sql"]]
    assert len(looks) == 4
    if connection.vendor == "sqlite":
        for sql in looks:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plan = " ".join(row[-1] for row in cursor.fetchall())
            assert "SCAN" not in plan and "INDEX" in plan, plan


def test_a_change_while_a_page_is_drawn_leaves_it_to_be_drawn_again(batch: Batch) -> None:
    older = public_batches().get(pk=batch.pk)
    touch_pages(Batch.objects.filter(pk=batch.pk))
    store_pages(older)
    assert stale_batches().get() == batch


def test_no_day_of_drawing_stands_on_the_page(client: Client, stored: Batch) -> None:
    """It is served for months: "not recalled, checked today" would be a lie tomorrow."""
    page = ask(client, batch_path(stored), Accept_Encoding="identity").content.decode()
    assert clock.today().strftime("%d/%m/%Y") not in page.replace(stored.packed_on.strftime("%d/%m/%Y"), "")


def test_both_encodings_are_kept(stored: Batch) -> None:
    for page in PassportPage.objects.all():
        assert gzip.decompress(page.html_gz) == brotli.decompress(page.html_br)


def test_a_batch_that_cannot_be_drawn_does_not_keep_the_others_waiting(
    make_batch: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = make_batch(), make_batch()

    def draw(batch: Batch) -> None:
        if batch.pk == broken.pk:
            raise ValueError("a picture is lost")
        store_pages(batch)

    monkeypatch.setattr(storing, "store_pages", draw)
    assert store_stale_pages() == 1
    assert set(PassportPage.objects.values_list("batch", flat=True)) == {sound.pk}
    assert broken.public_code in caplog.text and "a picture is lost" in caplog.text
    monkeypatch.undo()
    assert store_stale_pages() == 1  # the next time it is tried again


@pytest.fixture
def blend_with_photo(cast: Cast) -> tuple[Batch, Photo]:
    """Packed tea of one raw lot, whose harvest has a photo the worker has not yet made small."""
    goods = make_product(cast.huong_que, name="Chè", packs=(PackPlan(net_base=100, unit="g"),))
    photo = take_in_photo(upload=jpeg(), title="Hái chè", actor=cast.lan_acts, cooperative=cast.huong_que)
    photo.renditions.all().delete()
    with clock.at(PACKED_AT):
        work = Work(event_time=PACKED_AT, recorded_at=PACKED_AT, client_uuid=uuid4(), photos=(photo,))
        plan = LotPlan(product=goods.product, material="búp chè tươi", base_unit="g")
        raw = record_harvest(output=Output(10_000, plan=plan), work=work, actor=cast.lan_acts).batch
        work = Work(event_time=PACKED_AT, recorded_at=PACKED_AT, client_uuid=uuid4())
        outputs = [Output(2_000, pack=goods.pack)]
        made = transform_lots(taken=[Taken(raw, 10_000)], outputs=outputs, work=work, actor=cast.lan_acts).batch
    Batch.objects.filter(pk=made.pk).update(status="published")  # the raw lot has no page of its own
    return public_batches().get(pk=made.pk), photo


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_stored_page_has_the_photos_of_what_the_batch_was_made_of(
    client: Client, blend_with_photo: tuple[Batch, Photo], language: str
) -> None:
    batch, photo = blend_with_photo
    assert store_stale_pages() == 1
    page = ask(client, f"/t/{batch.public_code}?lang={language}", Accept_Encoding="identity").content.decode()
    assert photo.renditions.get(filter_spec=spec(320)).url in page


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_thumbnail_of_the_admin_does_not_keep_the_picture_off_the_page(
    client: Client, batch: Batch, cast: Cast, language: str
) -> None:
    photo = take_in_photo(upload=jpeg(), title="Gạo", actor=cast.lan_acts, cooperative=cast.huong_que)
    photo.renditions.all().delete()
    photo.get_rendition("max-165x165")
    Product.objects.filter(pk=batch.product_id).update(photo=photo)
    assert render_missing() == 1  # the sweep of the worker saw it too
    photo.renditions.exclude(filter_spec="max-165x165").delete()
    assert store_stale_pages() == 1
    page = ask(client, f"{batch_path(batch)}?lang={language}", Accept_Encoding="identity").content.decode()
    assert photo.renditions.get(filter_spec=spec(320)).url in page
