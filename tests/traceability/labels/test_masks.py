"""The mask is the one the standard asks for: qrcode's own slow sum is the oracle, and every mask is its drawing."""

from __future__ import annotations

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import lost_point

from traceability.labels.masks import MASKS, best_masked, bits_of, penalty, rows_of
from traceability.labels.qr import qr_matrix

ADDRESS = "https://id.example.vn/01/09521234001560/10/L261105-A/21/7K3F2Q9XAB"


def code_of(text: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.best_fit()
    return code


def drawn(code: qrcode.QRCode, mask: int) -> list[list[bool]]:
    code.makeImpl(False, mask)
    return [[bool(module) for module in row] for row in code.modules]


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet="abcXYZ0189/-.:?=%", min_size=1, max_size=160))
def test_the_chosen_mask_has_the_fewest_points_by_the_slow_sum(text: str) -> None:
    code = code_of(text)
    points = {mask: lost_point(drawn(code, mask)) for mask in MASKS}
    for mask in MASKS:
        assert penalty(bits_of(drawn(code, mask)), code.modules_count) == points[mask]
    bits, chosen = best_masked(code)
    assert points[chosen] == min(points.values())
    assert bits == bits_of(drawn(code, chosen))


@pytest.mark.parametrize("version", [1, 6, 7, 10, 14, 22, 40])
def test_symbols_of_every_kind_of_size_are_qrcodes_own_drawing(version: int) -> None:
    """From version 7 a symbol names its version; from 14 (and 21, 28 …) leftover bits differ."""
    code = qrcode.QRCode(version=version, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data("https://a.vn")
    bits, chosen = best_masked(code)
    assert rows_of(bits, code.modules_count) == tuple(tuple(row) for row in drawn(code, chosen))


def test_a_matrix_is_never_made_twice_and_needs_one_drawing() -> None:
    qr_matrix.cache_clear()
    best_masked(code_of(ADDRESS))  # this version's masks are known from now on
    drawings: list[int] = []
    original = qrcode.QRCode.makeImpl

    def counted(self: qrcode.QRCode, test: bool, mask: int) -> None:
        drawings.append(mask)
        original(self, test, mask)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(qrcode.QRCode, "makeImpl", counted)
        qr_matrix(ADDRESS)
        qr_matrix(ADDRESS)
    assert drawings == [0]
