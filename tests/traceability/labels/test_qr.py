"""QR codes hold exactly the address, as SVG and as PNG, for an independent decoder."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from traceability.labels.qr import QUIET_MODULES, dark_runs, qr_matrix, qr_png, qr_svg

ADDRESSES = [
    "https://id.example.vn/01/09521234001560/10/L261105-A",
    "https://id.example.vn/t/7K3F2Q9XAB",
    "https://truy-xuat.hop-tac-xa.example.vn/01/09521234001560/10/L261105-A/21/7K3F2Q9XAB",
    "http://localhost:8000/t/7K3F2Q9XAB",
]


def decode(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


def drawn(svg: str, scale: int) -> Image.Image:
    """The strokes of the SVG put on a canvas: the path that a browser would draw, not the matrix it came from."""
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])  # type: ignore[index]
    image = Image.new("1", (size, size), 1)
    x = y = 0
    for command, first, second in re.findall(r"([Mmh])([\d.-]+)(?: ([\d.]+))?", svg.split('stroke="#000"')[1]):
        if command == "M":
            x, y = int(first), int(float(second))
        elif command == "m":
            x += int(first)
        else:
            for step in range(int(first)):
                image.putpixel((x + step, y), 0)
            x += int(first)
    return image.resize((size * scale, size * scale), Image.Resampling.NEAREST)


@pytest.mark.parametrize("address", ADDRESSES)
def test_png_and_svg_decode_to_the_exact_address(address: str) -> None:
    assert decode(Image.open(BytesIO(qr_png(address)))) == [address]
    assert decode(drawn(qr_svg(address, title="Lô"), 8).convert("L")) == [address]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_blurred_png_still_decodes(address: str) -> None:
    """0.44 of a module; at half a module zxing reads about every second code, whatever its mask."""
    image = Image.open(BytesIO(qr_png(address, module_px=8))).convert("L")
    assert decode(image.filter(ImageFilter.GaussianBlur(3.5))) == [address]


@pytest.mark.parametrize("address", ADDRESSES)
def test_svg_and_png_are_the_same_drawing(address: str) -> None:
    png = Image.open(BytesIO(qr_png(address, module_px=8))).convert("1")
    svg = drawn(qr_svg(address, title="Lô"), 8)
    assert (png.size, png.tobytes()) == (svg.size, svg.tobytes())


def test_codes_are_error_correction_m_with_four_modules_of_quiet() -> None:
    code = zxingcpp.read_barcode(Image.open(BytesIO(qr_png(ADDRESSES[0]))))
    assert code is not None
    assert code.ec_level == "M"
    image = Image.open(BytesIO(qr_png(ADDRESSES[0], module_px=10))).convert("L")
    edge = QUIET_MODULES * 10
    assert image.width == (len(qr_matrix(ADDRESSES[0])) + 2 * QUIET_MODULES) * 10
    assert image.crop((0, 0, image.width, edge)).getextrema() == (255, 255)
    assert image.crop((0, 0, edge, image.height)).getextrema() == (255, 255)


def test_svg_is_small_titled_and_escaped() -> None:
    svg = qr_svg(ADDRESSES[0], title='Lô <L261105-A> & "B"')
    assert len(svg) < 2_300
    assert "<title>Lô &lt;L261105-A&gt; &amp; &quot;B&quot;</title>" in svg
    assert "style" not in svg
    assert "<script" not in svg


def test_png_modules_are_never_too_small_for_a_screen() -> None:
    with pytest.raises(ValueError, match="8 pixels"):
        qr_png(ADDRESSES[0], module_px=7)


def test_runs_cover_exactly_the_dark_modules() -> None:
    matrix = qr_matrix(ADDRESSES[0])
    covered = {(x + step, y) for x, y, length in dark_runs(matrix) for step in range(length)}
    assert covered == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
