"""Fills an empty site with the demo, once: sixty goods and their sellers, told batches, traded orders, pages.

Everything goes through the verbs the site uses. A good is loaded whole or not at all, so a broken run goes on where it
stopped; the last line written marks the demo as complete.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from cms.demo.blends import tell_blend
from cms.demo.books import agree_on_rates, tell_past_months
from cms.demo.goods import approve, ask_for_changes, give_papers, make_pack, write_listing
from cms.demo.helping import tell_of_helpers
from cms.demo.histories import tell_batches
from cms.demo.outside import sell_outside
from cms.demo.pages import write_pages
from cms.demo.pictures import Illustrator
from cms.demo.plan import DemoGood, demo_goods
from cms.demo.privacy import tell_of_privacy
from cms.demo.programmes import write_programmes
from cms.demo.reviews import claim_some, review_some
from cms.demo.rules import publish_demo_rules
from cms.demo.sellers import Seller, open_moderator, open_packer, open_seller
from cms.demo.trade import trade
from cms.demo.training import tell_of_training
from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from marketplace.listings.sweeping import sweep_catalogue
from traceability.products.models import Pack, Product

LOADED = "demo.loaded"
IN_REVIEW = frozenset({"HB-007", "DT-011"})
NEEDS_CHANGES = frozenset({"BG-008"})
DEMO = Actor.system("demo")


def is_loaded() -> bool:
    return AuditEntry.objects.filter(action=LOADED).exists()


def load_demo(*, say: Callable[[str], object] = print) -> None:
    """Load what is missing; a loaded demo is left as it is."""
    if is_loaded():
        return
    hoa = open_moderator()
    illustrator = Illustrator(actor=DEMO)
    for good in demo_goods():
        if not Cooperative.objects.filter(name=good.seller).exists():
            _load_good(good, hoa=hoa, illustrator=illustrator)
        if good.number % 10 == 0:
            say(f"  {good.number} goods of {len(demo_goods())}")
    packs = {good.sku: _pack_of(good) for good in demo_goods()}
    write_pages(illustrator=illustrator, sellers={good.sku: good.seller for good in demo_goods()})
    publish_demo_rules()
    write_programmes()
    agree_on_rates()
    orders = tell_past_months(packs, hoa=hoa) + trade(packs)
    review_some(orders)
    claim_some(orders)
    sell_outside([packs["ST-001"], packs["QT-003"]])
    tell_of_helpers(actor=DEMO)
    tell_of_training()
    tell_of_privacy(hoa=hoa)
    sweep_catalogue(today=clock.today())  # the worker's first minute: lots, papers and sales of the past months
    say(f"  {len(orders)} orders")
    record(actor=DEMO, action=LOADED, subject=hoa, goods=len(packs), orders=len(orders))


@transaction.atomic
def _load_good(good: DemoGood, *, hoa: User, illustrator: Illustrator) -> None:
    seller = open_seller(good, actor=DEMO)
    if good.number == 1:
        open_packer(seller, actor=DEMO)
    pack = make_pack(good, seller)
    give_papers(good, pack, checked_by=hoa)
    photo = illustrator.product(sku=good.sku, title=good.name, cooperative=seller.cooperative)
    Product.objects.filter(pk=pack.product_id).update(photo=photo)
    _list(good, pack, seller, hoa=hoa, photo=photo)
    if not good.is_service:
        tell_batches(good, pack, seller, illustrator=illustrator)
        tell_blend(good, pack, seller, illustrator=illustrator)


def _list(good: DemoGood, pack: Pack, seller: Seller, *, hoa: User, photo: Photo) -> None:
    listing = write_listing(good, pack, seller, photo=photo)
    if good.sku in NEEDS_CHANGES:
        ask_for_changes(listing, moderator=hoa, comment="Ảnh chưa rõ sản phẩm. Xin chụp lại gần hơn, đủ sáng.")
    elif good.sku not in IN_REVIEW:
        approve(listing, moderator=hoa)


def _pack_of(good: DemoGood) -> Pack:
    return Pack.objects.get(product=Product.objects.get(cooperative__name=good.seller))
