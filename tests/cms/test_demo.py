"""The demo's people and histories agree with the rules they are there to show."""

from __future__ import annotations

from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from cms.demo.histories import _times, _value, days_after
from cms.demo.plan import demo_goods
from cms.demo.sellers import STAFF_EMAIL, open_moderator
from community.outbox.models import OutboxMessage
from community.places.models import AdminUnit
from marketplace.listings.writing import send_for_review
from marketplace.moderation.setting_up import set_up_review
from tests.making import make_photo, make_product
from traceability.products.importing import import_product_lines
from traceability.products.models import ProductLine

pytestmark = pytest.mark.django_db


def test_hoa_of_the_demo_is_asked_to_look_at_what_a_seller_sends(cast, site_ready):
    set_up_review()
    assert open_moderator() == open_moderator()
    goods = make_product(cast.huong_que, photos=[make_photo()], live=False)
    send_for_review(listing=goods.listing, actor=cast.lan_acts)
    assert OutboxMessage.objects.get(kind="listing_to_review").to == STAFF_EMAIL


def test_a_step_that_says_how_long_it_waited_is_followed_that_much_later():
    import_product_lines()
    steps = list(ProductLine.objects.get(code="spirit").steps.all())
    times = _times(steps, date(2026, 11, 1), demo_goods()[0].chance("test"))
    by_code = {step.code: step for step in steps}
    assert (times["test"].date() - times["age"].date()).days == days_after(by_code["age"]) == 210
    assert (times["distil"].date() - times["ferment"].date()).days == days_after(by_code["ferment"]) == 18
    told = [_value(asked, demo_goods()[0], SimpleNamespace()) for asked in by_code["age"].parameters]
    assert told == ["7"]


def test_the_first_start_says_what_it_loaded_and_the_second_that_nothing_changed(site_ready):
    said = StringIO()
    call_command("set_up", stdout=said)
    assert "34 provinces and 3321 communes of Viet Nam (3355 new)" in said.getvalue()
    assert AdminUnit.objects.get(level="province", name="Cần Thơ").aliases.filter(name="Sóc Trăng").exists()
    said.truncate(0)
    call_command("set_up", stdout=said)
    assert "(as before)" in said.getvalue()
