"""The cases D.. of conformance_cases.json: which addresses are malformed, and which are only unknown."""

from __future__ import annotations

import re
from io import BytesIO

import zxingcpp
from PIL import Image

from tests.traceability.labels.test_qr import drawn
from tests.traceability.resolver.asking import Ask, location
from traceability.batches.addresses import batch_uri
from traceability.labels.qr import qr_png, qr_svg
from traceability.passport.finding import makers, plots

BOTH = ("*/*", "text/html")


def refused(ask: Ask, path: str) -> None:
    """400 for people and for machines."""
    for accept in BOTH:
        assert ask(path, accept).status_code == 400, path


def d01(ask: Ask) -> None:
    wrong = ask.gtin[:-1] + str((int(ask.gtin[-1]) + 1) % 10)
    refused(ask, f"/01/{wrong}")


def d02(ask: Ask) -> None:
    refused(ask, f"/01/{ask.gtin[1:]}")


def d03(ask: Ask) -> None:
    refused(ask, f"/01/{ask.gtin}/21/7K3F2/10/{ask.batch.lot_code}")


def d04(ask: Ask) -> None:
    refused(ask, f"/01/{ask.gtin}/10/{'A' * 21}")


def d05(ask: Ask) -> None:
    refused(ask, f"/01/{ask.gtin}/10/A%20B")


def d09(ask: Ask) -> None:
    refused(ask, f"/01/{ask.gtin}?17=181300")
    refused(ask, f"/01/{ask.gtin}?17=270230")
    assert ask(f"/01/{ask.gtin}?17=270228").status_code == 307


def d12(ask: Ask) -> None:
    refused(ask, f"/01/{ask.gtin}?10={ask.batch.lot_code}")


def d14(ask: Ask) -> None:
    refused(ask, f"/gtin/{ask.gtin}")
    refused(ask, f"/01/{ask.gtin}/lot/{ask.batch.lot_code}")


def d17(ask: Ask) -> None:
    plot, maker = plots().get(gln__isnull=False), makers().get(gln__isnull=False)
    for path in (f"/414/{plot.gln}", f"/417/{maker.gln}"):
        assert ask(path, "text/html").status_code == 200
        assert ask.follow(location(ask(path)), "text/html").status_code == 200
        assert next(level["anchor"] for level in ask.linkset(path)).endswith(path)
    for path in ("/8003/09521234000013", "/00/095212340000000013", "/8004/9521234ABC", "/417/9521234000020"):
        for accept in BOTH:
            assert ask(path, accept).status_code == 404, path


def d18(ask: Ask) -> None:
    uri = batch_uri(ask.batch)
    for image in (Image.open(BytesIO(qr_png(uri))), drawn(qr_svg(uri, title="QR"), 6)):
        (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
        assert code.text == uri
        assert code.ec_level in ("M", "Q", "H")


CHECKS = {name.upper(): check for name, check in globals().items() if re.fullmatch(r"d\d\d", name)}
