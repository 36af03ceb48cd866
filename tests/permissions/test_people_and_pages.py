"""Who sees a buyer's name and phone, what an ended membership and a suspended cooperative can still do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.actors import Actor
from community.cooperatives.founding import change_status
from community.cooperatives.joining import end_membership
from marketplace.basket.filling import NotForSale, sellable_pack
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged
from tests.making import fill_basket, make_order
from tests.permissions.asking import path_of, sent_to
from tests.permissions.table import ADDRESSES, DOORS, MEMBER_DOORS, Address
from tests.permissions.world import BUYER_SHOWN, OTHER_OWNER, World
from traceability.batches.models import Batch
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db

MEMBERS = ("viewer", "packer", "recorder", "manager", "owner")
DESK = [one for one in ADDRESSES if one.door in MEMBER_DOORS]
PAGES = [one for one in DESK if one.get == "200"]
SHOW_THE_BUYER = {"selling:claim", "selling:orders", "selling:parcel", "selling:slip", "selling:slips"}
STAFF = Actor.system("test")


def page(client: Client, address: Address, world: World) -> str:
    return b"".join(client.get(path_of(address, world.ours))).decode(errors="replace")


@pytest.mark.parametrize("role", MEMBERS)
def test_only_who_packs_sees_the_buyer(world: World, role: str) -> None:
    client = world.client(role)
    shown = {one.name for one in PAGES if any(word in page(client, one, world) for word in BUYER_SHOWN)}
    assert shown == (SHOW_THE_BUYER if DOORS["pack"][role] == "in" else set())


def test_the_buyer_is_nowhere_in_public(world: World) -> None:
    """Not even beside the parcel's code: only under the order's secret link."""
    open_to_all = [one for one in ADDRESSES if one.door == "everyone" and one.get == "200"]
    shown = {one.name for one in open_to_all if any(word in page(Client(), one, world) for word in BUYER_SHOWN)}
    assert shown == {"shopping:order", "shopping:data", "shopping:data_file"}


def test_an_order_that_is_not_paid_is_not_the_sellers_business(world: World) -> None:
    for name in ("parcel", "slip", "pack", "ship", "reject"):
        path = reverse(f"selling:{name}", args=[world.ours.awaiting])
        assert world.client("owner").get(path).status_code == 404, name


def test_what_is_not_public_yet_is_found_by_nobody(world: World) -> None:
    """Neither by guests nor by its own owner: a printed address has one answer."""
    path = reverse("batch_by_code", args=[world.ours.ready_batch])
    assert {role: world.client(role).get(path).status_code for role in ("anonymous", "owner", "staff")} == {
        "anonymous": 404,
        "owner": 404,
        "staff": 404,
    }


def test_an_ended_membership_is_refused_on_the_next_request(world: World) -> None:
    client = world.client("packer")
    path = reverse("selling:parcel", args=[world.ours.new])
    assert client.get(path).status_code == 200
    membership = world.people["packer"].memberships.get()
    end_membership(membership=membership, actor=Actor.of(world.people["owner"], membership.cooperative))
    assert client.get(path).status_code == 403
    assert client.post(reverse("selling:accept", args=[world.ours.new])).status_code == 403
    assert "Hoài" not in client.get(path).content.decode()


def test_a_changed_role_counts_on_the_next_request(world: World) -> None:
    client = world.client("packer")
    world.people["packer"].memberships.update(role="viewer")
    assert client.get(reverse("selling:pack", args=[world.ours.accepted])).status_code == 403


def test_a_closed_account_is_signed_out_on_the_next_request(world: World) -> None:
    client = world.client("owner")
    type(world.people["owner"]).objects.filter(pk=world.people["owner"].pk).update(is_active=False)
    assert client.get(reverse("selling:home")).headers["Location"].startswith(reverse("account_login"))


def test_the_cooperative_chosen_in_the_session_counts_only_with_a_membership(world: World) -> None:
    client = world.client(OTHER_OWNER)
    session = client.session
    session["cooperative"] = world.ours.cooperative.code
    session.save()
    assert client.get(reverse("selling:parcel", args=[world.ours.new])).status_code == 404
    chosen = client.post(reverse("account_choose_cooperative"), {"code": world.ours.cooperative.code})
    assert chosen.status_code == 404


@pytest.fixture
def suspended(world: World) -> World:
    change_status(cooperative=world.ours.cooperative, status="suspended", actor=STAFF)
    return world


def test_a_suspended_cooperative_publishes_nothing(suspended: World) -> None:
    client, code = suspended.client("owner"), suspended.ours.ready_batch
    assert client.post(reverse("fieldwork:publish", args=[code])).status_code == 409
    assert Batch.objects.get(public_code=code).status == Batch.Status.DRAFT


def test_a_suspended_cooperative_sells_nothing(suspended: World) -> None:
    ours, client = suspended.ours, Client()
    assert client.get(reverse("shopping:product", args=[ours.slug])).status_code == 404
    booth = client.get(reverse("shopping:booth", args=[ours.seller]))
    assert booth.status_code == 200 and ours.slug not in booth.content.decode(), "it stays, for packs in use"
    listed = client.get(reverse("shopping:list")).content.decode()
    assert ours.slug not in listed and suspended.theirs.slug in listed
    with pytest.raises(NotForSale):
        sellable_pack(ours.pack)
    client.post(reverse("shopping:basket_add"), {"pack": ours.pack, "quantity": "1"})
    assert "basket" not in " ".join(client.cookies), "nothing was put in a basket"


def test_what_lay_in_a_basket_before_cannot_be_ordered(world: World) -> None:
    basket = fill_basket((Pack.objects.get(code=world.ours.pack), 1))
    commune = Order.objects.first().commune
    change_status(cooperative=world.ours.cooperative, status="suspended", actor=STAFF)
    orders = Order.objects.count()
    with pytest.raises(BasketChanged) as refusal:
        make_order(basket, commune=commune)
    assert refusal.value.code == "troubles" and Order.objects.count() == orders


def test_a_suspended_cooperative_still_sends_what_is_paid(suspended: World) -> None:
    """The buyers have paid: their parcels leave, or are refused and paid back."""
    accepted = suspended.client("packer").post(reverse("selling:accept", args=[suspended.ours.new]))
    assert accepted.status_code == 302


INSIDE_FORMS = {
    "fieldwork:new_batch": ("plot", "plot"),
    "selling:pack": (None, "batch"),
}


@pytest.mark.parametrize("name", INSIDE_FORMS)
def test_things_of_others_named_inside_a_form_are_refused(world: World, name: str) -> None:
    """The address is one's own, what the form names is not."""
    address = next(one for one in ADDRESSES if one.name == name)
    field, thing = INSIDE_FORMS[name]
    told = sent_to(address, world.ours)
    told[field or next(iter(told))] = getattr(world.theirs, thing)
    before = list(Batch.objects.values_list("pk", "on_hand_base", "available_base"))
    answer = world.client("owner").post(path_of(address, world.ours), told)
    assert answer.status_code in (409, 422)
    assert list(Batch.objects.values_list("pk", "on_hand_base", "available_base")) == before


@pytest.mark.parametrize("name", ["shopping:order_cancel", "shopping:order_pay"])
def test_an_orders_link_opens_only_its_own_parcels(world: World, name: str) -> None:
    args = [world.ours.unpaid] + (["vietqr"] if name == "shopping:order_pay" else [])
    answer = Client().post(reverse(name, args=args), {"parcel": world.ours.new})
    assert answer.status_code == 404
    assert Order.objects.get(parcels__code=world.ours.new).parcels.get(code=world.ours.new).status == "new"


def test_an_orders_link_shows_only_its_own_codes_to_scan(world: World) -> None:
    other = Order.objects.get(parcels__code=world.ours.new)
    for name in ("order_qr", "order_qr_png"):
        assert Client().get(reverse(f"shopping:{name}", args=[other.token, world.ours.payment])).status_code == 404


def test_lists_hold_only_ones_own_things(world: World) -> None:
    for role, own, other in (("owner", world.ours, world.theirs), (OTHER_OWNER, world.theirs, world.ours)):
        client = world.client(role)
        for name in ("selling:home", "selling:orders", "selling:listings", "fieldwork:home", "fieldwork:batches"):
            text = client.get(reverse(name)).content.decode()
            foreign = (other.new, other.batch, other.ready_batch, other.draft, other.product, other.cooperative.name)
            assert not [word for word in foreign if word in text], f"{name} as {role}"
        assert own.new in client.get(reverse("selling:orders")).content.decode()
