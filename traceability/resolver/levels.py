"""Which links we can serve about a lot, its goods, its place and its maker. Reads; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext, override

from community import clock
from community.cooperatives.models import Cooperative
from community.text.languages import LANGUAGES
from traceability.balance.withholding import papers_of, withheld_from
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.gs1.percent import encode_path
from traceability.plots.models import Plot
from traceability.products.gtins import former_gtins
from traceability.products.models import Pack, Product
from traceability.resolver.links import JSON, JSON_LD, Level, Link
from traceability.resolver.relations import Relation
from traceability.resolver.targets import absolute, identity, in_query, interface, page

IN_ORDER = ("scheme", "-issued_on", "pk")
SECTIONS = {Relation.SAFETY: "canh-bao", Relation.STORAGE: "bao-quan"}
"""Ids of the sections of a product's page that links lead to."""


def lot_level(batch: Batch, path: str, *, shops: Mapping[str, str]) -> Level:
    """``path`` is the identity as asked for (encoded). ``shops``: where to buy the goods, by language."""
    titles = {language: _say(language, "Where lot %(lot)s comes from", lot=batch.lot_code) for language in LANGUAGES}
    pages = _pages(Relation.TRACEABILITY, "lot", batch.public_code, titles)
    made_on = batch.packed_on or batch.produced_on or batch.harvested_from_on or clock.today()
    papers = list(papers_of(batch).valid_on(made_on).order_by(*IN_ORDER))
    withheld = withheld_from(batch, papers)
    proofs = _papers(paper for paper in papers if paper.pk not in withheld)
    return Level(identity(path), f"{_goods(batch.product, batch.pack)} – {batch.lot_code}",
                 (*pages, *_lot_interfaces(batch), *proofs, *_shops(shops)))  # fmt: skip


def serial_level(batch: Batch, serial: str, path: str) -> Level:
    """One pack of a lot. We keep no list of packs: its page is its lot's, with the number shown as it was asked."""
    titles = {
        language: _say(language, "Pack %(serial)s of lot %(lot)s", serial=serial, lot=batch.lot_code)
        for language in LANGUAGES
    }
    pages = _pages(Relation.TRACEABILITY, "lot", batch.public_code, titles, query=f"goi={in_query(serial)}")
    return Level(identity(path), f"{_goods(batch.product, batch.pack)} – {batch.lot_code} – {serial}", pages)


def goods_level(pack: Pack, path: str, *, shops: Mapping[str, str], unknown_lot: str = "") -> Level:
    """The goods themselves. A lot that is not registered rides along, so that the page can say so."""
    product = pack.product
    titles = {language: _goods(product, pack, language) for language in LANGUAGES}
    query = f"lo={in_query(unknown_lot)}" if unknown_lot else ""
    pages = _pages(Relation.PRODUCT_PAGE, "goods", pack.code, titles, query=query)
    papers = Certificate.objects.filter(products=product).valid_on(clock.today()).order_by(*IN_ORDER)
    master = _machine(Relation.MASTER_DATA, f"/api/master/01/{pack.gtin}", "Master data", JSON_LD) if pack.gtin else ()
    return Level(
        identity(path),
        _goods(product, pack),
        (*pages, *_sections(pack), *master, *_papers(papers), *_shops(shops)),
    )


def place_level(plot: Plot, path: str) -> Level:
    titles = dict.fromkeys(LANGUAGES, f"{plot.name}, {plot.commune.full_name}")
    return Level(identity(path), titles["vi"], _pages(Relation.LOCATION, "place", plot.code, titles))


def maker_level(maker: Cooperative, path: str) -> Level:
    titles = dict.fromkeys(LANGUAGES, f"{maker.name}, {maker.commune.full_name}")
    return Level(identity(path), titles["vi"], _pages(Relation.LOCATION, "maker", maker.code, titles))


def known_uris(batch: Batch) -> list[str]:
    """Every identity this lot was ever printed and recorded under; the one of today first."""
    paths = [batch_path(batch)]
    if batch.pack is not None:
        paths += [f"/01/{gtin}/10/{encode_path(batch.lot_code)}" for gtin in former_gtins(batch.pack.pk)]
        paths.append(f"/t/{batch.public_code}")
    return [identity(path) for path in dict.fromkeys(paths)]


def _pages(
    relation: Relation, name: str, code: str, titles: Mapping[str, str], *, query: str = "", part: str = ""
) -> tuple[Link, ...]:
    """The same page in every language, Vietnamese first."""
    return tuple(
        Link(relation, page(name, code, language=language, query=query, part=part), title, language=language)
        for language, title in titles.items()
    )


def _machine(relation: Relation, path: str, title: str, media_type: str, *, query: str = "") -> tuple[Link, ...]:
    href = interface(path, query)
    return (Link(relation, href, _say("vi", title), media_type),) if href else ()


def _lot_interfaces(batch: Batch) -> Iterable[Link]:
    uris = in_query("|".join(known_uris(batch)))
    path = batch_path(batch)
    yield from _machine(
        Relation.EVENTS, "/epcis/v2/events", "EPCIS 2.0 events", JSON_LD, query=f"MATCH_anyEPCClass={uris}"
    )
    yield from _machine(Relation.RECALL, f"/api/recall{path}", "Recall status", JSON)
    yield from _machine(Relation.PASSPORT, f"/api/dpp{path}", "Digital product passport", JSON_LD)


def _papers(papers: Iterable[Certificate]) -> Sequence[Link]:
    """One link for each certificate, in every language."""
    return [
        link
        for paper in papers
        for link in _pages(
            Relation.CERTIFICATION,
            "paper",
            str(paper.pk),
            {language: _paper(paper, language) for language in LANGUAGES},
        )
    ]


def _sections(pack: Pack) -> Iterable[Link]:
    product = pack.product
    if product.warnings or product.allergens:
        titles = {language: _say(language, "Warnings and allergens") for language in LANGUAGES}
        yield from _pages(Relation.SAFETY, "goods", pack.code, titles, part=SECTIONS[Relation.SAFETY])
    if product.storage:
        titles = {language: _say(language, "How to keep it") for language in LANGUAGES}
        yield from _pages(Relation.STORAGE, "goods", pack.code, titles, part=SECTIONS[Relation.STORAGE])


def _shops(shops: Mapping[str, str]) -> Iterable[Link]:
    for language, path in shops.items():
        yield Link(Relation.RETAILERS, absolute(path), _say(language, "Buy these goods"), language=language)


def _goods(product: Product, pack: Pack | None, language: str = "vi") -> str:
    with override(language):
        return f"{product.shown_name}, {pack.shown_name}" if pack else product.shown_name


def _paper(paper: Certificate, language: str) -> str:
    with override(language):
        return f"{paper.get_scheme_display()} · {paper.number}"


def _say(language: str, words: str, **facts: str) -> str:
    with override(language):
        return gettext(words) % facts
