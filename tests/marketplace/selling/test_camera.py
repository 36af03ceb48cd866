"""A camera shows a label of ours: Chromium without a reader of codes of its own, like Zalo's window and iPhones, counts
the packs; and where there is no camera or no reader, the field is there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.cast import Cast
from tests.harness.browser import ARGUMENTS, Pages, find_chromium
from tests.making import Goods
from tests.marketplace.orders.stage import accepted_parcel, open_booth
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.labels.qr import qr_png

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
FRAMES_A_SECOND = 30
BOOT = "[data-camera] [data-open]"
COPIED = Path("static/vendor/qr-0.7.0")


@pytest.fixture
def booth(cast: Cast, site_ready: None) -> tuple[Goods, Batch]:
    return open_booth(cast)


def film(path: Path, text: str) -> Path:
    """A label comes before the camera for a second, on a wooden table, a little crooked; then it is away for two."""
    table = Image.new("RGB", (640, 480), (150, 118, 86))
    label = Image.open(io.BytesIO(qr_png(text, module_px=8))).convert("RGB")
    shown = table.copy()
    tilted = label.convert("RGBA").rotate(7, expand=True, resample=Image.Resampling.BICUBIC)
    shown.paste(tilted, ((640 - tilted.width) // 2, (480 - tilted.height) // 2), tilted)
    frames = [shown] * FRAMES_A_SECOND + [table] * (2 * FRAMES_A_SECOND)
    with path.open("wb") as out:
        for frame in frames:
            frame.save(out, "JPEG", quality=70)
    return path


@pytest.fixture
def filming(chromium: Browser, booth: tuple[Goods, Batch], tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera sees the label of the batch, and whose user says yes to it."""
    seen = film(tmp_path / "tem.mjpeg", batch_uri(booth[1]))
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments = [*ARGUMENTS, *camera, f"--use-file-for-fake-video-capture={seen}"]
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=arguments)
    yield browser
    browser.close()


def signed_in(pages: Pages, cast: Cast, path: str) -> Page:
    client = Client()
    client.force_login(cast.lan)
    page = pages()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": pages.base_url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(path)
    return page


def test_labels_before_the_camera_are_counted_each_time_they_come_back(cast, booth, filming, live_server) -> None:
    parcel = accepted_parcel(cast, booth[0])
    pages = Pages(filming, live_server.url)
    desk = signed_in(pages, cast, f"/ban-hang/don/{parcel.code}/dong-goi/")
    fetched: list[str] = []
    desk.on("request", lambda asked: fetched.append(asked.url))
    assert desk.evaluate("'BarcodeDetector' in window") is False, "this browser has to be like those without"
    assert not any("vendor" in address for address in fetched), "nobody pays for what he has not asked for"
    desk.locator(BOOT).click()
    expect(desk.locator("[data-camera] video")).to_be_visible()
    for counted in ("1/2", "2/2"):
        expect(desk.locator(".tally-n")).to_contain_text(counted)
    expect(desk.locator("[data-camera] video")).to_be_hidden()  # all are there: the camera is off
    desk.locator('button[value="scanned"]').click()
    expect(desk.locator("h1")).to_contain_text(parcel.code)
    parcel.refresh_from_db()
    assert parcel.status == "packed"
    pages.close()


def test_what_does_not_come_or_is_refused_leaves_the_field_and_says_so(cast, booth, filming, live_server) -> None:
    parcel = accepted_parcel(cast, booth[0])
    pages = Pages(filming, live_server.url)
    desk = signed_in(pages, cast, f"/ban-hang/don/{parcel.code}/dong-goi/")

    def lost(route: Route) -> None:
        route.abort()

    desk.route("**/vendor/**", lost)
    desk.locator(BOOT).click()
    expect(desk.locator("[data-told]")).to_contain_text("Chưa tải được phần đọc mã")
    desk.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')) }")
    desk.locator(BOOT).click()
    expect(desk.locator("[data-told]")).to_contain_text("Chưa được phép dùng máy ảnh")
    desk.fill("#code", booth[1].public_code)
    desk.press("#code", "Enter")
    expect(desk.locator(".tally-n")).to_contain_text("1/2")
    pages.close()


def test_the_reader_is_light_enough_to_be_fetched_on_a_bad_line_and_says_whose_it_is() -> None:
    sent = sum(len(brotli.compress((COPIED / name).read_bytes())) for name in ("index.js", "decode.js"))
    assert sent <= 60_000
    assert (COPIED / "LICENSE-MIT").exists() and COPIED.name in Path("static/vendor/README.md").read_text()
