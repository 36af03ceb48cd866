"""Staff look at orders and money; nothing of them can be written in the admin. Papers count when checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community import clock
from community.audit.models import AuditEntry
from marketplace.moderation.setting_up import set_up_review
from marketplace.orders.models import Order, Parcel
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.orders.stage import new_parcel, open_booth
from traceability.balance.certifying import judge_certificate
from traceability.certificates.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast, site_ready) -> Order:
    set_up_review()
    goods = make_product(open_shop(cast.huong_que))
    make_published_batch(goods.pack)
    return make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de)


@pytest.mark.parametrize("kind", ["orders", "parcels", "payment_exceptions"])
def test_hoa_reads_and_cannot_write(client, order, hoa, kind) -> None:
    client.force_login(hoa)
    assert client.get(reverse(f"{kind}:index")).status_code == 200
    row = {"orders": order, "parcels": order.parcels.get()}.get(kind)
    if row is not None:
        seen = client.get(reverse(f"{kind}:inspect", args=[row.pk]))
        assert seen.status_code == 200
        assert order.token not in seen.content.decode(), "the secret link is the buyer's alone"
        assert client.post(reverse(f"{kind}:edit", args=[row.pk]), {"status": "completed"}).status_code in (302, 403)
        assert client.post(reverse(f"{kind}:delete", args=[row.pk])).status_code in (302, 403)
    assert client.post(reverse(f"{kind}:add"), {}).status_code in (302, 403)
    assert Order.objects.get().status == order.status and Parcel.objects.count() == 1


def told(order: Order, **more) -> dict:
    line = Parcel.objects.get().lines.get()
    return {
        "cooperative": order.parcels.get().cooperative_id,
        "products": [line.pack.product_id],
        "scheme": "ocop",
        "stars": "4",
        "number": "OCOP-1",
        "issuer": "UBND",
        "issued_on": (timezone.localdate() - timedelta(days=3)).isoformat(),
        **more,
    }


def test_a_certificate_counts_only_when_somebody_checked_it(client, order, hoa) -> None:
    client.force_login(hoa)
    client.post(reverse("certificates:add"), told(order))
    paper = Certificate.objects.get()
    assert paper.checked_at is None and not Certificate.objects.valid_on(timezone.localdate()).exists()
    client.post(reverse("certificates:edit", args=[paper.pk]), told(order, is_checked="on"))
    paper.refresh_from_db()
    assert paper.checked_by == hoa and Certificate.objects.valid_on(timezone.localdate()).exists()
    assert AuditEntry.objects.filter(action="certificate.checked", actor=hoa).count() == 1


def test_a_revoked_certificate_no_longer_counts(client, order, hoa) -> None:
    client.force_login(hoa)
    client.post(reverse("certificates:add"), told(order, is_checked="on"))
    paper = Certificate.objects.get()
    today = timezone.localdate()
    client.post(reverse("certificates:edit", args=[paper.pk]), told(order, is_checked="on", revoked=today.isoformat()))
    assert not Certificate.objects.valid_on(today).exists()
    given_back = client.post(reverse("certificates:edit", args=[paper.pk]), told(order, is_checked="on"), follow=True)
    assert Certificate.objects.valid_on(today).exists()
    assert "OCOP-1" in " ".join(str(message) for message in given_back.context["messages"])
    assert AuditEntry.objects.filter(action="certificate.restored", actor=hoa).count() == 1


def test_a_form_opened_before_somebody_judged_does_not_write_old_judgements_back(client, order, hoa, cast) -> None:
    client.force_login(hoa)
    client.post(reverse("certificates:add"), told(order))
    stale = Certificate.objects.get()
    earlier = timezone.now() - timedelta(days=2)
    Certificate.objects.filter(pk=stale.pk).update(checked_at=earlier, checked_by=hoa)
    judge_certificate(certificate=stale, counts=True, revoked_on=None, actor=cast.hoa_acts)
    assert Certificate.objects.get().checked_at == earlier


@pytest.mark.parametrize("wrong", [{"stars": ""}, {"scheme": "vietgap"}, {"expires_on": "2001-01-01"}])
def test_a_paper_that_cannot_be_right_is_refused_in_words(client, order, hoa, wrong) -> None:
    client.force_login(hoa)
    response = client.post(reverse("certificates:add"), told(order, **wrong))
    assert response.status_code == 200 and not Certificate.objects.exists()


def test_products_of_another_cooperative_are_refused(client, cast, order, hoa) -> None:
    other = make_product(cast.other_cooperative, name="Cà phê")
    client.force_login(hoa)
    client.post(reverse("certificates:add"), told(order, products=[other.product.pk]))
    assert not Certificate.objects.exists()


def test_staff_see_which_cooperative_lets_a_paid_order_wait(client, cast, site_ready) -> None:
    goods, _batch = open_booth(cast)
    late, other = (new_parcel(cast, goods, packs=1) for _number in range(2))
    Parcel.objects.filter(pk=late.pk).update(paid_at=clock.now() - timedelta(hours=25))
    client.force_login(cast.hoa)
    page = client.get(reverse("parcels:index")).content.decode()
    assert page.count("gọi hợp tác xã") == 1 and other.code in page
    page = client.get(reverse("parcels:index"), {"late": "accept"}).content.decode()
    assert late.code in page and other.code not in page
