"""What staff read in the admin has a name in both languages: tables, their columns, their buttons."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.utils.translation import override

from marketplace.listings.models import Listing, ListingPhoto
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException, Refund
from traceability.certificates.models import Certificate

TABLES = [Order, Parcel, OrderLine, Payment, Capture, PaymentException, Refund, Certificate, ListingPhoto]
INSIDE = {"sort_order", "uuid", "provider_ref", "account_key", "redirect_url"}
# Names of things, the same in every language.
SAME = {"e-mail", "OCOP", "GLN"}


def untold(model: type[Model]) -> list[str]:
    """Columns that have only the name Django makes of the Python word, or no Vietnamese one."""
    found = []
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name in INSIDE:
            continue
        with override("en"):
            english = str(field.verbose_name)
        with override("vi"):
            if str(field.verbose_name) == english and english not in SAME:
                found.append(f"{model.__name__}.{field.name}")
    return found


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_column_staff_can_see_has_a_vietnamese_name(model: type[Model]) -> None:
    assert [name for name in untold(model) if not name.endswith((".listing", ".event"))] == []


@pytest.mark.parametrize("model", [*TABLES, Listing, InboxEvent], ids=lambda model: model.__name__)
def test_every_table_staff_can_see_has_a_vietnamese_name(model: type[Model]) -> None:
    names = set()
    for language in ("vi", "en"):
        with override(language):
            names.add((str(model._meta.verbose_name), str(model._meta.verbose_name_plural)))
    assert len(names) == 2


@pytest.mark.django_db
def test_the_moderators_tables_are_vietnamese(cast, client, site_ready) -> None:
    client.force_login(cast.hoa)
    for path, shown in (
        ("/quan-tri/don-hang/", ("Đơn hàng", "Tìm…")),
        ("/quan-tri/kien-hang/", ("Kiện hàng", "Tìm…")),
        ("/quan-tri/tien-can-xem/", ("Tiền cần xem lại",)),
        ("/quan-tri/chung-nhan/", ("chứng nhận", "Tìm…")),
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        text = page.content.decode()
        assert not [words for words in shown if words.lower() not in text.lower()], (path, shown)
