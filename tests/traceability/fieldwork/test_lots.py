"""The store of raw lots on the phone: from harvest to packed batch, in plain words, nothing lost on a mistake."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, sign_in
from tests.traceability.fieldwork.conftest import jpeg, then
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.genealogy.models import Containment, Edge
from traceability.plots.models import Plot
from traceability.products.importing import import_product_lines
from traceability.products.models import Pack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


def form(**fields: object) -> dict[str, object]:
    return {
        "client_uuid": str(uuid4()),
        "recorded_at": timezone.now().isoformat(),
        "day": then().date().isoformat(),
        "note": "",
    } | fields


def shown(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def plot(cast: Cast) -> Plot:
    return Plot.objects.create(cooperative=cast.huong_que, name="Ruộng Ông Tám", commune=cast.tran_de)


def harvest(phone: Client, pack: Pack, amount: str = "60", **fields: object) -> Batch:
    answer = phone.post(
        f"/ghi/kho/nhap/thu-hoach/{pack.product.code}/",
        form(material="lúa tươi", amount=amount, unit="kg") | fields,
    )
    assert answer.status_code == 303, shown(answer)
    return Batch.objects.exclude(kind="finished").latest("pk")


def test_a_harvest_becomes_a_lot_in_the_store(lan_phone: Client, pack: Pack, plot: Plot) -> None:
    lot = harvest(lan_phone, pack, "1,5", unit="tan", plot=plot.pk, photo=jpeg())
    assert (lot.kind, lot.on_hand_base, lot.plot, lot.material) == ("raw", 1_500_000, plot, "lúa tươi")
    assert (lot.events.get().stage, lot.events.get().evidence.count()) == ("harvest", 1)
    store = shown(lan_phone.get("/ghi/kho/"))
    assert "lúa tươi · 1.500\xa0kg" in store.replace("1.500 kg", "1.500\xa0kg") and "Ruộng Ông Tám" in store
    assert "1.500" in shown(lan_phone.get(f"/ghi/kho/{lot.public_code}/"))


def test_the_next_harvest_is_asked_as_the_last_one_was_answered(lan_phone: Client, pack: Pack, plot: Plot) -> None:
    harvest(lan_phone, pack, plot=plot.pk)
    again = shown(lan_phone.get(f"/ghi/kho/nhap/thu-hoach/{pack.product.code}/"))
    assert 'value="lúa tươi"' in again and f'value="{plot.pk}" selected' in again


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "nhiều"}, "Đây chưa phải là số"),
        ({"amount": ""}, "Hãy gõ số lượng"),
        ({"amount": "0"}, "lớn hơn 0"),
        ({"amount": "1,5", "unit": "piece"}, "cái nguyên"),
        ({"material": " "}, "Hãy ghi tên"),
        ({"day": "2099-01-01"}, "Ngày này chưa tới"),
    ],
)
def test_a_mistake_is_said_in_words_and_nothing_typed_is_lost(
    lan_phone: Client, pack: Pack, fields: dict[str, str], words: str
) -> None:
    sent = form(material="lúa tươi", amount="60", unit="kg", note="ngày mưa to") | fields
    answer = lan_phone.post(f"/ghi/kho/nhap/thu-hoach/{pack.product.code}/", sent)
    assert answer.status_code == 422
    assert words in shown(answer) and "ngày mưa to" in shown(answer)
    assert not Batch.objects.exists() and not Event.objects.exists()


def test_a_double_tap_is_one_harvest(lan_phone: Client, pack: Pack) -> None:
    sent = form(material="lúa tươi", amount="60", unit="kg")
    first, second = (lan_phone.post(f"/ghi/kho/nhap/thu-hoach/{pack.product.code}/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Batch.objects.count() == Event.objects.count() == 1


def test_buying_in_asks_for_no_plot(lan_phone: Client, pack: Pack, plot: Plot) -> None:
    page = shown(lan_phone.get(f"/ghi/kho/nhap/mua/{pack.product.code}/"))
    assert "Ruộng Ông Tám" not in page
    sent = form(material="lúa khô", amount="20", unit="kg")
    lan_phone.post(f"/ghi/kho/nhap/mua/{pack.product.code}/", sent)
    assert Batch.objects.get().postings.get().kind == "buy"


def test_processing_starts_with_all_that_is_left(lan_phone: Client, pack: Pack) -> None:
    one, two = harvest(lan_phone, pack, "60"), harvest(lan_phone, pack, "42,5")
    where = f"/ghi/kho/lam/?lo={one.public_code}&lo={two.public_code}&viec=che-bien"
    page = shown(lan_phone.get(where))
    assert 'value="60"' in page and 'value="42,5"' in page
    sent = form(into="lot", material="lúa khô", amount="85", unit="kg", step="dry")
    sent |= {f"a_{one.public_code}": "60", f"a_{two.public_code}": "42,5"}
    answer = lan_phone.post(where, sent)
    assert answer.status_code == 303, shown(answer)
    made = Batch.objects.get(material="lúa khô")
    assert (made.kind, made.on_hand_base, made.events.get().stage) == ("intermediate", 85_000, "dry")
    assert set(made.edges_up.values_list("parent", "parent_base")) == {(one.pk, 60_000), (two.pk, 42_500)}


def test_packing_into_a_draft_batch_must_add_up(lan_phone: Client, pack: Pack, batch: Batch) -> None:
    lot = harvest(lan_phone, pack, "100")
    where = f"/ghi/kho/lam/?lo={lot.public_code}&viec=che-bien"
    sent = form(into=f"batch:{batch.public_code}", packs="19", loss="", step="")
    sent |= {f"a_{lot.public_code}": "100"}
    answer = lan_phone.post(where, sent)
    assert answer.status_code == 422
    assert "Số chưa khớp" in shown(answer) and "95" in shown(answer) and 'value="19"' in shown(answer)
    assert not Edge.objects.exists()
    assert lan_phone.post(where, sent | {"loss": "5"}).status_code == 303
    batch.refresh_from_db()
    assert (batch.packs_available, batch.packed_on, batch.events.get().stage) == (19, then().date(), "pack")


def test_more_than_there_is_is_refused_in_words(lan_phone: Client, pack: Pack) -> None:
    lot = harvest(lan_phone, pack, "60")
    sent = form(into="lot", material="lúa khô", amount="50", unit="kg") | {f"a_{lot.public_code}": "61"}
    answer = lan_phone.post(f"/ghi/kho/lam/?lo={lot.public_code}&viec=che-bien", sent)
    assert answer.status_code == 422
    assert f"Lô {lot.lot_code} không còn đủ 61" in shown(answer)
    assert Batch.objects.count() == 1


def test_what_cannot_be_is_asked_about_before_it_is_saved(lan_phone: Client, pack: Pack) -> None:
    import_product_lines()
    lot = harvest(lan_phone, pack, "10")
    where = f"/ghi/kho/lam/?lo={lot.public_code}&viec=che-bien"
    sent = form(into="lot", material="gạo", amount="10", unit="tan", step="") | {f"a_{lot.public_code}": "10"}
    answer = lan_phone.post(where, sent)
    assert answer.status_code == 422
    assert "10 kg vào mà ra 10.000 kg?" in shown(answer).replace("\xa0", " ") and 'name="sure"' in shown(answer)
    assert Batch.objects.count() == 1 and not Edge.objects.exists()
    assert lan_phone.post(where, sent | {"sure": "on"}).status_code == 303  # recorded, and stopped
    assert Batch.objects.get(material="gạo").locked_at is not None


def test_merging_and_splitting(lan_phone: Client, pack: Pack) -> None:
    one, two = harvest(lan_phone, pack, "60"), harvest(lan_phone, pack, "40")
    sent = form(loss="") | {f"a_{one.public_code}": "60", f"a_{two.public_code}": "40"}
    answer = lan_phone.post(f"/ghi/kho/lam/?lo={one.public_code}&lo={two.public_code}&viec=gop", sent)
    assert answer.status_code == 303, shown(answer)
    merged = Batch.objects.latest("pk")
    assert merged.on_hand_base == 100_000
    sent = form(part_1="70", part_2="29", part_3="", part_4="", loss="1")
    assert lan_phone.post(f"/ghi/kho/{merged.public_code}/chia/", sent).status_code == 303
    assert list(merged.edges_down.order_by("pk").values_list("child__on_hand_base", flat=True)) == [70_000, 29_000]


def test_a_box_is_filled_and_emptied(lan_phone: Client, pack: Pack) -> None:
    lot = harvest(lan_phone, pack, "60")
    where = f"/ghi/kho/{lot.public_code}/thung/"
    assert lan_phone.post(where, form(box="thung-01", amount="40", viec="xep")).status_code == 303
    assert "THUNG-01" in shown(lan_phone.get(where))
    refused = lan_phone.post(where, form(box="THUNG-02", amount="21", viec="xep"))
    assert refused.status_code == 422 and "chỉ còn 20" in shown(refused).replace("\xa0", " ")
    assert lan_phone.post(where, form(box="THUNG-01", amount="40", viec="lay")).status_code == 303
    assert not Containment.objects.filter(until_at=None).exists()


def test_another_cooperatives_lot_does_not_exist_here(
    client: Client, lan_phone: Client, pack: Pack, cast: Cast
) -> None:
    lot = harvest(lan_phone, pack, "60")
    theirs = sign_in(Client(), cast.other_seller)
    for where in ("", "chia/", "thung/"):
        assert theirs.get(f"/ghi/kho/{lot.public_code}/{where}").status_code == 404
    assert theirs.get(f"/ghi/kho/nhap/thu-hoach/{pack.product.code}/").status_code == 404
    page = shown(theirs.get(f"/ghi/kho/lam/?lo={lot.public_code}&viec=che-bien"))
    assert lot.lot_code not in page
    sent = form(into="lot", material="x", amount="1", unit="kg") | {f"a_{lot.public_code}": "1"}
    assert theirs.post(f"/ghi/kho/lam/?lo={lot.public_code}&viec=che-bien", sent).status_code == 200
    assert Batch.objects.count() == 1


def test_everything_is_there_in_english(lan_phone: Client, pack: Pack) -> None:
    lot = harvest(lan_phone, pack, "60")
    for where in ("kho/", f"kho/{lot.public_code}/", f"kho/lam/?lo={lot.public_code}&viec=che-bien"):
        assert re.search("Process or pack", shown(lan_phone.get(f"/en/ghi/{where}")))
