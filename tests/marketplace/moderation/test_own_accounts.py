"""The page of the operator's own accounts: what our books say beside what the banks say, and what people write down."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community import clock
from community.audit.models import AuditEntry
from marketplace.ledger.balances import balances
from marketplace.moderation.money_sentences import show_foreign
from marketplace.moderation.setting_up import ACCOUNTANTS, set_up_review
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Capture, OwnMove, Proposal, ProviderPayout, ToldBalance
from marketplace.payments.providers import registry
from marketplace.payments.states import ProviderCode
from marketplace.payments.treasury.asking_balance import ask_provider_balance
from marketplace.payments.treasury.balance_lines import book_fees
from marketplace.receiving.models import ReceivingAccount
from marketplace.statements.own_accounts import AccountReport, account_reports
from marketplace.statements.periods import month_of
from tests.fakes.stripe_http import WEBHOOK_SECRET, FakeStripe, signed_event
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer

pytestmark = pytest.mark.django_db
INDEX = "own_accounts:index"


@pytest.fixture(autouse=True)
def _demo(settings, site_ready) -> None:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    set_up_review()


@pytest.fixture
def fake(settings, monkeypatch) -> FakeStripe:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_0123456789abcdef", [WEBHOOK_SECRET]
    fake = FakeStripe()
    monkeypatch.setattr(registry, "stripe_http_client", lambda: fake)
    payment = start_payment(
        order=make_order(make_cooperative()), parcel=None, provider=ProviderCode.STRIPE, actor=SYSTEM
    )
    headers, body = signed_event(fake.pay(payment.provider_ref))
    receive(provider="stripe", headers=headers, body=body)
    return fake


@pytest.fixture
def people(django_user_model):
    def made(name: str):
        user = django_user_model.objects.create_user(email=f"{name}@example.vn", password="x", name=name, is_staff=True)
        user.groups.add(Group.objects.get(name=ACCOUNTANTS))
        return user

    return made


def report(code: str) -> AccountReport:
    [found] = [one for one in account_reports(month_of(clock.today()), livemode=False) if one.code == code]
    return found


def told(**changes: str) -> dict[str, str]:
    return {
        "kind": "transfer", "amount": "100.000", "out_of": "clearing:stripe", "into": "clearing:bank",
        "reference": "FT 1234", "moved_on": clock.today().isoformat(), "note": "",
    } | changes  # fmt: skip


def test_the_report_adds_up_and_agrees_with_stripe(fake):
    ask_provider_balance(now=clock.now())
    one = report("clearing:stripe")
    assert one.opening_dong + one.in_dong - one.out_dong - one.fees_dong == one.closing_dong == fake.balance.lies
    assert (one.in_dong, one.fees_dong, one.difference_dong, one.unexplained_dong) == (185_000, 8_140, 0, 0)
    assert dict(one.moved) == {"capture": 185_000, "provider_fee": -8_140}


def test_what_differs_is_explained_line_by_line_and_the_rest_is_said(fake):
    fake.balance.charged({"object": "charge", "id": "ch_x", "payment_intent": "pi_x", "amount": 90_000})
    ask_provider_balance(now=clock.now())
    one = report("clearing:stripe")
    assert [(each.what, each.dong) for each in one.reasons] == [("not_ours", 90_000 - 3_960)]
    assert one.difference_dong == 86_040 and one.unexplained_dong == 0
    ToldBalance.objects.create(
        place="clearing:stripe", at=clock.now(), amount_dong=fake.balance.lies - 7, livemode=False, told_by="manual"
    )
    assert report("clearing:stripe").unexplained_dong == -7


def test_a_balance_in_another_currency_is_compared_with_its_own_movements(client, fake, people):
    client.force_login(people("thu"))
    fake.balance.lines.clear()
    fake.balance.currency = "usd"
    fake.balance.charged(next({"object": "charge", "id": "ch", "amount": one["amount_total"],
                               "payment_intent": one["payment_intent"]} for one in fake.sessions.values()))  # fmt: skip
    ask_provider_balance(now=clock.now())
    one = report("clearing:stripe")
    [kept] = one.elsewise
    assert (kept.currency, kept.told, kept.moved) == ("USD", fake.balance.lies, fake.balance.lies) and one.told is None
    assert show_foreign(fake.balance.lies, "USD") in client.get(reverse(INDEX)).content.decode()
    ToldBalance.objects.create(
        place="clearing:stripe", at=clock.now(), amount_dong=kept.told - 1_250, currency="USD", livemode=False,
        told_by="stripe",
    )  # fmt: skip
    assert "-12.50 USD" in client.get(reverse(INDEX)).content.decode()


def test_a_person_writes_down_a_move_and_another_month_opens_with_it(client, fake, people):
    client.force_login(people("thu"))
    page = client.post(reverse("own_accounts:write"), told(), follow=True).content.decode()
    assert "100.000" in page and balances()["clearing:bank"] == 100_000
    move = OwnMove.objects.get()
    client.post(reverse("own_accounts:change", args=[move.pk, "huy"]))
    assert balances()["clearing:bank"] == 0
    for number in ("2026-10", "2020-13", "x"):
        assert client.get(reverse(INDEX), {"ky": number}).status_code == (200 if number == "2026-10" else 404)
    assert client.post(reverse("own_accounts:change", args=[move.pk, "xoa"])).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"amount": "1,5"}, {"into": "payable:1"}, {"reference": ""}, {"out_of": "", "into": ""}]
)
def test_what_is_typed_wrongly_stays_in_the_form_and_moves_nothing(client, fake, people, wrong):
    client.force_login(people("thu"))
    before = balances()
    answer = client.post(reverse("own_accounts:write"), told(**wrong))
    assert answer.status_code == 400 and balances() == before and not OwnMove.objects.exists()


def test_two_people_over_the_limit(client, fake, people, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 99_999
    thu, lan = people("thu"), people("lan")
    client.force_login(thu)
    client.post(reverse("own_accounts:write"), told())
    door = reverse("own_accounts:change", args=[OwnMove.objects.get().pk, "duyet"])
    before = balances()
    client.post(door)
    assert balances() == before and OwnMove.objects.get().status == "proposed"
    client.force_login(lan)
    client.post(door)
    assert balances()["clearing:bank"] == 100_000 and OwnMove.objects.get().approved_by == lan


def test_undoing_a_large_move_waits_on_the_desk_until_another_confirms(client, fake, people, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 99_999
    thu, lan = people("thu"), people("lan")
    client.force_login(thu)
    client.post(reverse("own_accounts:write"), told())
    client.force_login(lan)
    client.post(reverse("own_accounts:change", args=[OwnMove.objects.get().pk, "duyet"]))
    client.post(reverse("own_accounts:change", args=[OwnMove.objects.get().pk, "huy"]))
    wish = Proposal.objects.get()
    assert balances()["clearing:bank"] == 100_000 and wish.status == "waiting"
    look, act = reverse("proposals:inspect", args=[wish.pk]), reverse("proposal_act", args=[wish.pk])
    client.force_login(thu)
    assert look in client.get(reverse(INDEX)).content.decode() and "FT1234" in client.get(look).content.decode()
    client.post(act, {"act": "confirm"})
    assert (balances()["clearing:bank"], OwnMove.objects.get().status) == (0, "undone")


def test_a_line_in_suspense_fills_the_form_and_leaves_suspense(client, fake, people):
    client.force_login(people("thu"))
    market = ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0071000123456", holder="CHO NGUON", feed="simulated"
    )
    transfer(accountNumber=market.account_number, transferAmount=70_000, content="LAI TIEN GUI")
    line = Capture.objects.latest("pk")
    page = client.get(reverse(INDEX), {"tien": line.pk}).content.decode()
    assert 'value="70.000"' in page and "LAI TIEN GUI" in page
    filled = told(kind="interest", amount="70.000", out_of="", into="clearing:simulated", capture=str(line.pk))
    client.post(reverse("own_accounts:write"), filled)
    assert (balances()["suspense"], balances()["interest"]) == (0, -70_000)


def test_the_banks_figure_is_typed_and_a_payout_said_to_have_arrived(client, fake, people):
    client.force_login(people("thu"))
    fake.balance.pay_out(50_000)
    ask_provider_balance(now=clock.now())
    payout = ProviderPayout.objects.get()
    for wrong in ("payable:1", "clearing:transit", ""):
        client.post(reverse("own_accounts:arrived", args=[payout.pk]), {"into": wrong})
        assert ProviderPayout.objects.get().status == "in_transit", wrong
    client.post(reverse("own_accounts:arrived", args=[payout.pk]), {"into": "clearing:bank"})
    day = clock.today() - timedelta(days=1)
    client.post(reverse("own_accounts:balance"), {"place": "clearing:bank", "day": day.isoformat(), "amount": "50.000"})
    assert ToldBalance.objects.filter(place="clearing:bank").get().amount_dong == 50_000
    page = client.get(reverse(INDEX)).content.decode()
    assert balances()["clearing:bank"] == 50_000 and "50.000" in page
    undo = reverse("own_accounts:not_arrived", args=[payout.pk])
    assert undo in page
    client.post(undo)
    assert (balances()["clearing:bank"], ProviderPayout.objects.get().status) == (0, "in_transit")
    assert AuditEntry.objects.get(action="provider_payout.arrival_undone").actor.name == "thu"


def test_the_page_asks_as_often_for_seven_of_each_as_for_one(client, fake, people):
    """Charges of another system, lines in suspense, moves by hand."""
    client.force_login(people("thu"))
    market = ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0071000123456", holder="CHO NGUON", feed="simulated"
    )
    tellers = itertools.count()

    def one_more() -> None:
        number = next(tellers)
        thing = {"object": "charge", "id": f"ch_{number}", "payment_intent": f"pi_x{number}", "amount": 90_000}
        fake.balance.charged(thing)
        transfer(
            accountNumber=market.account_number, transferAmount=7_000 + number, content="LA", referenceCode=f"L{number}"
        )
        client.post(reverse("own_accounts:write"), told(reference=f"FT 77{number}", amount="1.000"))

    def asked() -> int:
        ask_provider_balance(now=clock.now())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(INDEX)).status_code == 200
        return len(queries)

    one_more()
    asked()
    few = asked()
    for _ in range(6):
        one_more()
    assert asked() <= few and OwnMove.objects.count() == 7
    with CaptureQueriesContext(connection) as queries:
        assert book_fees() == 0
    assert len(queries) == 1, "charges of another system are not asked for one by one"


@pytest.mark.parametrize("door", [INDEX, "own_accounts:write", "own_accounts:balance"])
def test_moderators_and_strangers_do_not_get_in(client, django_user_model, door):
    user = django_user_model.objects.create_user(email="m@example.vn", password="x", name="M", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(user)
    ask = client.get if door == INDEX else client.post
    assert ask(reverse(door)).status_code in (302, 403) and not OwnMove.objects.exists()
