"""Tuấn of the digital team, on a phone, with a script and without: the board tells him whom to help, Lan says yes with
her PIN, he accepts her order and writes down the visit; she reads in the evening what he did and takes her yes back."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.mandates.models import Mandate
from community.outbox.models import OutboxMessage
from community.text.dates import VIETNAM
from community.visits.models import Visit
from community.visits.summaries import send_summaries
from marketplace.orders.models import Parcel
from marketplace.orders.settling import mark_parcel_paid
from tests.cast import LAN_PIN, Cast
from tests.harness.browser import Pages
from tests.harness.phone import Phone
from tests.harness.team import Helpers, make_helpers
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def helpers(live_server: LiveServer, site_ready: None, cast: Cast, settings) -> Helpers:
    settings.SITE_URL = settings.ID_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    call_command("set_up", verbosity=0)
    return make_helpers(cast)


@pytest.fixture
def waiting(helpers: Helpers, cast: Cast) -> Parcel:
    """An order that nobody has accepted for twenty hours."""
    goods = make_product(open_shop(cast.huong_que), name="Mật ong rừng")
    make_published_batch(goods.pack, packs=20)
    order = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de)
    with clock.at(clock.now() - timedelta(hours=20)):
        return mark_parcel_paid(parcel=order.parcels.get(), actor=Actor.system("worker"))


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_tuan_helps_on_the_record(waiting: Parcel, helpers: Helpers, cast: Cast, browser_page: Pages, js: bool) -> None:
    phone = Phone(browser_page(js=js, bypass_csp=True), js=js)
    sign_in(phone, "0907000001")
    the_board_says_whom_to_help(phone)
    lan_says_yes_with_her_pin(phone, cast)
    he_accepts_her_order(phone, waiting, helpers)
    what_is_hers_alone_stays_shut(phone)
    he_writes_down_the_visit(phone, cast, js=js)
    she_is_told_in_the_evening(cast, helpers)
    her_yes_taken_back_holds_on_the_next_request(phone, browser_page, js=js)


def sign_in(phone: Phone, number: str) -> None:
    phone.open(reverse("account_login"))
    phone.page.fill('input[name="login"]', number)
    phone.page.fill('input[name="password"]', LAN_PIN)
    phone.press(phone.page.locator('main button[type="submit"]'))


def the_board_says_whom_to_help(phone: Phone) -> None:
    expect(phone.page).to_have_url(re.compile("/giup/$"))
    phone.press(phone.link("Ai đang cần giúp?"))
    phone.reads("1 đơn chưa nhận 20 giờ")
    expect(phone.page.locator("main")).not_to_contain_text("Khe Sanh")
    phone.press(phone.link("Giúp HTX Hương Quê"))


def lan_says_yes_with_her_pin(phone: Phone, cast: Cast) -> None:
    expect(phone.page.locator('input[value="orders"]')).to_be_checked()
    phone.page.fill('input[name="purpose"]', "Nhận đơn hôm nay")
    phone.press(phone.page.locator("form.ask button"))
    phone.press(phone.page.locator('a[href="?cach=pin"]'))
    phone.page.locator('input[name="officer"]').first.check()
    phone.page.fill('input[name="pin"]', LAN_PIN)
    phone.press(phone.page.locator("form.ask button"))
    assert Mandate.objects.get().status == "running"


def he_accepts_her_order(phone: Phone, parcel: Parcel, helpers: Helpers) -> None:
    phone.open(reverse("helping:board"))
    phone.press(phone.link("Giúp HTX Hương Quê"))
    phone.press(phone.page.get_by_role("button", name="Làm thay"))
    expect(phone.page).to_have_url(re.compile("/ban-hang/don/$"))
    expect(phone.page.locator("body")).to_contain_text("Dừng")  # the orange banner stands on every page
    phone.open(reverse("selling:parcel", args=[parcel.code]))
    phone.press(phone.page.locator(f'form[action$="{reverse("selling:accept", args=[parcel.code])}"] button'))
    entry = AuditEntry.objects.get(action="parcel.accepted")
    mandate = Mandate.objects.get()
    assert (entry.actor, entry.mandate_code) == (helpers.tuan.user, mandate.code)


def what_is_hers_alone_stays_shut(phone: Phone) -> None:
    for name in ("selling:account", "selling:money", "selling:members", "helping:done_for_us"):
        answer = phone.page.goto(reverse(name))
        assert answer is not None and answer.status == 403, name


def he_writes_down_the_visit(phone: Phone, cast: Cast, *, js: bool) -> None:
    """Without a signal the words stay on the phone; back on the net they are one visit."""
    phone.open(reverse("helping:visit_new", args=[cast.huong_que.code]))
    phone.page.locator('input[name="topics"][value="orders"]').check()
    phone.page.fill('[name="result"]', "Chị tự bấm nhận đơn được")
    phone.page.fill('[name="next_step"]', "In tem cho lô mới")
    save = phone.page.locator(".ask-foot button")
    if js:
        phone.page.context.set_offline(True)
        save.click()
        phone.reads("Không có mạng")
        phone.page.context.set_offline(False)
    phone.press(save)
    phone.reads("Chị tự bấm nhận đơn được")
    assert Visit.objects.get().next_step == "In tem cho lô mới"


def she_is_told_in_the_evening(cast: Cast, helpers: Helpers) -> None:
    tomorrow = timezone.localdate(timezone=VIETNAM) + timedelta(days=1)
    evening = datetime.combine(tomorrow, time(19, 5), tzinfo=VIETNAM)
    assert send_summaries(now=evening) == 1
    told = OutboxMessage.objects.get(kind="help_summary")
    assert "nhận 1 đơn" in told.text and "Lâm Văn Tuấn" in told.text
    assert told.to == cast.huong_que.phone


def her_yes_taken_back_holds_on_the_next_request(phone: Phone, browser_page: Pages, *, js: bool) -> None:
    hers = Phone(browser_page(js=js, bypass_csp=True), js=js)
    sign_in(hers, "0912345678")
    hers.open(reverse("helping:done_for_us"))
    hers.reads("Lâm Văn Tuấn")
    hers.open(reverse("helping:visits_of_us"))
    hers.reads("Chị tự bấm nhận đơn được")
    hers.open(reverse("selling:mandates"))
    hers.press(hers.page.locator('button[name="act"][value="end"]'))
    answer = phone.page.goto(reverse("selling:orders"))
    assert answer is not None and answer.status == 403
    assert Mandate.objects.get().ended_why == "revoked"
