"""Opening a batch, its page, and making it public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative
from tests.cast import Cast
from tests.harness.days import asked_now, in_days_iso
from tests.traceability.fieldwork.conftest import record, then
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.fieldwork.progress import expected_next
from traceability.plots.models import Plot
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db


def page_of(client: Client, batch: Batch) -> str:
    return client.get(reverse("fieldwork:batch", args=[batch.public_code])).content.decode()


def opening(pack: Pack, **fields: str) -> tuple[str, dict[str, str]]:
    lot = f"L{timezone.localdate():%y%m%d}-A"
    url = reverse("fieldwork:new_batch", args=[pack.code])
    return url, {"day": timezone.localdate().isoformat(), "lot": lot, "proposed": lot} | fields


def test_home_shows_batches_in_the_making_with_their_next_step_and_products_to_begin(
    lan_phone: Client, batch: Batch, pack: Pack, cast: Cast
) -> None:
    record(batch, cast, "plot")
    page = lan_phone.get(reverse("fieldwork:home")).content.decode()
    assert batch.lot_code in page
    assert "Crop care with input diary" in page
    assert reverse("fieldwork:new_batch", args=[pack.code]) in page
    assert "img/art/small/sheaf-of-rice.webp" in page


def test_a_product_of_two_packs_asks_which_one(lan_phone: Client, pack: Pack) -> None:
    small = {"name": "túi 1 kg", "net_quantity_base": 1000, "base_unit": "g", "ship_weight_g": 1050}
    Pack.objects.create(product=pack.product, **small)
    url = f"{reverse('fieldwork:choose_pack')}?product={pack.product.code}"
    assert url in lan_phone.get(reverse("fieldwork:home")).content.decode()
    page = lan_phone.get(url).content.decode()
    assert "túi 1 kg" in page
    assert "5 kg bag" in page


@pytest.mark.parametrize("many", [1, 12])
def test_home_asks_the_database_as_often_for_few_and_many_batches(
    lan_phone: Client, pack: Pack, cast: Cast, many: int, django_assert_max_num_queries
) -> None:
    for _ in range(many):
        record(open_batch(pack=pack, day=then().date(), actor=cast.lan_acts), cast, "plot", note=str(_))
    lan_phone.get(reverse("fieldwork:home"))
    with django_assert_max_num_queries(13):
        lan_phone.get(reverse("fieldwork:home"))


def test_a_cooperative_without_products_is_told_what_to_do(lan_phone: Client) -> None:
    assert "List a product first" in lan_phone.get(reverse("fieldwork:home")).content.decode()


def test_a_new_batch_is_proposed_today_s_lot_and_opened_with_its_plot(
    lan_phone: Client, pack: Pack, cast: Cast
) -> None:
    plot = Plot.objects.create(cooperative=cast.huong_que, name="Ruộng số 2", commune=cast.tran_de)
    url, form = opening(pack, plot=str(plot.pk))
    assert form["lot"] in lan_phone.get(url).content.decode()
    response = lan_phone.post(url, form)
    batch = Batch.objects.get()
    assert (response.status_code, response["Location"]) == (303, reverse("fieldwork:batch", args=[batch.public_code]))
    assert (batch.lot_code, batch.plot, batch.status) == (form["lot"], plot, "draft")


def test_another_day_gets_that_day_s_lot_unless_one_was_typed(lan_phone: Client, pack: Pack) -> None:
    day = timezone.localdate() - timedelta(days=3)
    url, form = opening(pack, day=day.isoformat())
    lan_phone.post(url, form)
    lan_phone.post(url, form | {"lot": " vu-3 "})
    assert set(Batch.objects.values_list("lot_code", flat=True)) == {f"L{day:%y%m%d}-A", "VU-3"}


def test_a_double_tap_opens_one_batch(lan_phone: Client, pack: Pack) -> None:
    url, form = opening(pack)
    lan_phone.post(url, form)
    again = lan_phone.post(url, form)
    assert again.status_code == 422
    assert f"already has a batch {form['lot']}" in again.content.decode()
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"day": in_days_iso(1)}, "has not come yet"),
        ({"day": "hôm qua"}, "not a day"),
        ({"lot": "LÔ MỘT"}, "3 to 20 signs"),
        ({"lot": "A"}, "3 to 20 signs"),
        ({"lot": "A" * 30}, "3 to 20 signs"),
    ],
)
def test_a_batch_that_cannot_be_is_refused_with_what_was_typed(
    lan_phone: Client, pack: Pack, fields: dict[str, str], sentence: str
) -> None:
    fields = asked_now(fields)
    url, form = opening(pack, **fields)
    response = lan_phone.post(url, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert next(iter(fields.values())) in page
    assert not Batch.objects.exists()


def test_another_cooperative_s_plot_cannot_be_chosen(lan_phone: Client, pack: Pack, cast: Cast) -> None:
    Plot.objects.create(cooperative=cast.huong_que, name="Ruộng số 2", commune=cast.tran_de)
    foreign = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    url, form = opening(pack, plot=str(foreign.pk))
    assert lan_phone.post(url, form).status_code == 422
    assert not Batch.objects.exists()


def test_the_batch_page_says_in_words_what_is_missing_and_offers_no_button(lan_phone: Client, batch: Batch) -> None:
    page = page_of(lan_phone, batch)
    assert "No step is recorded yet." in page
    assert "is not recorded" in page
    assert "Publish the batch" not in page
    assert "Print labels" not in page


def test_a_complete_batch_is_published_with_one_tap(lan_phone: Client, published: Batch, cast: Cast) -> None:
    Batch.objects.filter(pk=published.pk).update(status="draft", published_at=None)
    assert "Publish the batch" in page_of(lan_phone, published)
    response = lan_phone.post(reverse("fieldwork:publish", args=[published.public_code]), follow=True)
    published.refresh_from_db()
    page = response.content.decode()
    assert published.status == "published"
    assert "is public now" in page
    assert reverse("fieldwork:labels", args=[published.public_code]) in page
    assert f'href="/01/09521000000018/10/{published.lot_code}"' in page


def test_publishing_too_early_is_refused_with_409_and_changes_nothing(lan_phone: Client, batch: Batch) -> None:
    response = lan_phone.post(reverse("fieldwork:publish", args=[batch.public_code]))
    batch.refresh_from_db()
    assert response.status_code == 409
    assert "something is missing" in response.content.decode()
    assert batch.status == "draft"
    assert not AuditEntry.objects.filter(action="batch.published").exists()


def test_publishing_twice_publishes_once(lan_phone: Client, published: Batch) -> None:
    assert lan_phone.post(reverse("fieldwork:publish", args=[published.public_code])).status_code == 303
    assert AuditEntry.objects.filter(action="batch.published").count() == 1


def test_a_cooperative_that_is_not_approved_cannot_publish(lan_phone: Client, published: Batch, cast: Cast) -> None:
    Batch.objects.filter(pk=published.pk).update(status="draft")
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="applied")
    assert "not approved yet" in page_of(lan_phone, published)
    assert lan_phone.post(reverse("fieldwork:publish", args=[published.public_code])).status_code == 409


def test_all_batches_are_found_by_the_beginning_of_the_lot(
    lan_phone: Client, batch: Batch, pack: Pack, cast: Cast
) -> None:
    open_batch(pack=pack, day=then().date(), actor=cast.lan_acts, lot_code="VU-3")
    found = lan_phone.get(reverse("fieldwork:batches"), {"lo": "vu"}).content.decode()
    assert "VU-3" in found
    assert batch.lot_code not in found


def test_a_choice_of_words_is_shown_in_the_reader_s_words(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    record(batch, cast, "test", parameters={"residue": "đạt"})
    assert "Pesticide residue pass ·" in page_of(lan_phone, batch)


def test_the_next_step_follows_the_furthest_recorded_one_and_skipped_ones_stay_in_reach(batch: Batch) -> None:
    steps = list(batch.product.line.steps.all())
    codes = [step.code for step in expected_next(steps, {"plot", "harvest"})]
    assert codes[0] == "dry"
    assert codes[-1] == "grow"
    assert [step.code for step in expected_next(steps, set())] == [step.code for step in steps]
    assert expected_next(steps, {step.code for step in steps}) == []


def test_a_batch_of_a_product_without_a_line_has_a_page_that_says_so(lan_phone: Client, cast: Cast, pack: Pack) -> None:
    product = Product.objects.create(cooperative=cast.huong_que, name="Chổi đót")
    plain = Pack.objects.create(product=product, name="cái", net_quantity_base=1, base_unit="piece", ship_weight_g=400)
    batch = open_batch(pack=plain, day=then().date(), actor=cast.lan_acts)
    assert "No packs are recorded yet." in page_of(lan_phone, batch)
