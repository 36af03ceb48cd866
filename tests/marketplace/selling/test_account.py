"""The desk's screen of the receiving account: typed, read back, proved by the PIN; and the second person's screen."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from marketplace.moderation.setting_up import ACCOUNTANTS, set_up_review
from marketplace.receiving.changing import AccountWish, active_account, propose_account
from marketplace.receiving.models import AccountChange
from tests.cast import LAN_PIN, Cast, make_member, sign_in
from tests.making import make_account
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db
PAGE = "/ban-hang/tai-khoan/"
TYPED = {"bank": "970405", "number": "7600 2051 1883 4", "holder": "Hợp tác xã Hương Quê"}


@pytest.fixture
def desk(cast: Cast, client: Client, site_ready: None) -> Client:
    make_account(cast.huong_que)
    return sign_in(client, cast.lan)


def test_it_is_read_back_before_the_pin_and_only_then_asked_for(desk: Client, cast: Cast) -> None:
    back = desk.post(PAGE, TYPED)
    html = text_of(back)
    assert back.status_code == 200 and "7600 2051 1883 4" in html and "HOP TAC XA HUONG QUE" in html
    assert 'name="pin"' in html and not AccountChange.objects.exists()
    done = desk.post(PAGE, TYPED | {"sure": "1", "pin": LAN_PIN}, follow=True)
    assert done.status_code == 200 and AccountChange.objects.get().status == "proposed"
    html = text_of(done)
    assert 'name="bank"' not in html and "Đã đề nghị, chưa kiểm tra" in html
    assert desk.post("/ban-hang/tai-khoan/bo/", follow=True).status_code == 200
    assert AccountChange.objects.get().status == "cancelled"


@pytest.mark.parametrize("pin", ["", "111111", "12"])
def test_without_the_right_pin_nothing_is_asked_for(desk: Client, cast: Cast, pin: str) -> None:
    assert desk.post(PAGE, TYPED | {"sure": "1", "pin": pin}).status_code == 400
    assert not AccountChange.objects.exists()
    cast.lan.refresh_from_db()
    assert cast.lan.failed_pins == (1 if pin == "111111" else 0)


@pytest.mark.parametrize("change", [{"bank": ""}, {"number": "1"}, {"holder": "<>"}])
def test_a_wrong_field_is_named_and_the_rest_stays(desk: Client, change) -> None:
    answer = desk.post(PAGE, TYPED | change)
    assert answer.status_code == 400 and answer.context["form"].errors


def test_a_manager_looks_and_cannot_ask(desk: Client, cast: Cast) -> None:
    manager = make_member(cast.huong_que, "manager", "Mỹ", "+84912000222", "482917")
    sign_in(desk, manager)
    assert 'name="bank"' not in text_of(desk.get(PAGE + "?doi=1"))
    assert desk.post(PAGE, TYPED | {"sure": "1", "pin": "482917"}).status_code == 409
    assert not AccountChange.objects.exists()


@pytest.fixture
def change(cast: Cast, desk: Client) -> AccountChange:
    wish = AccountWish(TYPED["bank"], TYPED["number"], TYPED["holder"])
    return propose_account(cooperative=cast.huong_que, wish=wish, actor=cast.lan_acts)


@pytest.fixture
def accountant(client: Client, django_user_model, change):
    set_up_review()
    user = django_user_model.objects.create_user(email="ketoan@example.vn", password="x", name="Kế toán", is_staff=True)
    user.groups.add(Group.objects.get(name=ACCOUNTANTS))
    client.force_login(user)
    return user


def press(client: Client, change: AccountChange, **told: str):
    return client.post(reverse("account_change_act", args=[change.pk]), told, follow=True)


def test_an_accountant_sees_the_number_while_it_is_compared_and_agrees(client, accountant, change) -> None:
    listed = text_of(client.get(reverse("account_changes:index")))
    assert "7600205118834" not in listed and "8834" in listed
    assert "7600 2051 1883 4" in text_of(client.get(reverse("account_changes:inspect", args=[change.pk])))
    assert press(client, change, act="approve", feed="nonsense").status_code == 200
    change.refresh_from_db()
    assert change.status == "proposed"
    press(client, change, act="approve", feed="manual")
    change.refresh_from_db()
    assert (change.status, change.approved_by, change.feed) == ("approved", accountant, "manual")
    inspected = text_of(client.get(reverse("account_changes:inspect", args=[change.pk])))
    assert "7600 2051 1883 4" not in inspected and "7600205118834" not in inspected
    press(client, change, act="refuse", reason="Gọi điện thấy không đúng")
    change.refresh_from_db()
    assert change.status == "refused"


def test_a_moderator_may_not(client, accountant, change, django_user_model) -> None:
    user = django_user_model.objects.create_user(email="m@example.vn", password="x", name="M", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(user)
    press(client, change, act="approve", feed="manual")
    change.refresh_from_db()
    assert change.status == "proposed"


def test_the_markets_own_account_is_asked_for_here_and_checked_by_another(client, accountant) -> None:
    page = reverse("platform_account")
    assert page in client.get(reverse("account_changes:index")).content.decode()
    assert client.get(page).status_code == 200
    assert client.post(page, {"bank": "970436", "number": "x", "holder": "CHO NGUON"}).status_code == 200
    client.post(page, {"bank": "970436", "number": "0011223344", "holder": "CHO NGUON"})
    own = AccountChange.objects.get(cooperative=None)
    press(client, own, act="approve", feed="manual")
    own.refresh_from_db()
    assert own.status == "proposed" and active_account(None) is None
    press(client, own, act="call_off")
    own.refresh_from_db()
    assert own.status == "cancelled"
