"""From a scanned address to a batch: by GTIN and lot, by our own code, or one level up, by GTIN alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.consents.showing import phone_withheld
from community.cooperatives.models import Cooperative
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.genealogy.containers import stays_of_lot
from traceability.genealogy.models import Edge
from traceability.gs1.digital_link import BadDigitalLink, DigitalLink
from traceability.gs1.parsing import parse_digital_link
from traceability.gs1.public_codes import is_public_code, normalise_public_code
from traceability.plots.models import Plot
from traceability.products.gtins import pack_id_of_gtin
from traceability.products.models import Pack
from traceability.products.steps_along import steps_along

_AI_PAIR = re.compile(r"[0-9]+=")


@dataclass(frozen=True, slots=True)
class Scanned:
    """The keys of a GS1 Digital Link that lead to our pages."""

    gtin: str
    lot: str | None
    serial: str | None = None


def read_address(path: str, query: str = "") -> DigitalLink:
    """A percent-encoded path as sent, of any GS1 key; one slash at its end is forgiven.

    Of ``query`` only pairs with a GS1 number as their key are judged: other systems hang their own words on any link.
    Raises ``BadDigitalLink``.
    """
    pairs = "&".join(pair for pair in query.split("&") if _AI_PAIR.match(pair))
    return parse_digital_link("https://id.invalid" + path.removesuffix("/") + (f"?{pairs}" if pairs else ""))


def read_link(path: str, query: str = "") -> Scanned:
    """As :func:`read_address`, for goods: raises ``BadDigitalLink`` also for keys other than a GTIN."""
    return scanned(read_address(path, query))


def scanned(link: DigitalLink) -> Scanned:
    if link.gtin is None:
        raise BadDigitalLink("other_key")
    return Scanned(gtin=link.gtin, lot=link.lot, serial=link.serial)


def public_batches() -> QuerySet[Batch]:
    """Batches with a public page, with all that the page's head needs and the expected steps of their lines. A draft
    does not exist here."""
    return (
        Batch.objects.published()
        .select_related(
            "cooperative__commune__parent", "product__line", "product__photo", "pack", "plot__commune__parent"
        )
        .annotate(
            has_parents=Exists(Edge.objects.filter(child=OuterRef("pk"))),
            was_boxed=stays_of_lot(),
            line_steps=steps_along("product__line"),
            phone_withheld=phone_withheld("cooperative__phone"),
        )
    )


def batch_by_lot(*, gtin: str, lot: str) -> Batch | None:
    """By the number the pack carries, or one it carried before."""
    found = public_batches().filter(pack__gtin=gtin, lot_code=lot).first()
    if found is None and (pack_id := pack_id_of_gtin(gtin)):
        found = public_batches().filter(pack_id=pack_id, lot_code=lot).first()
    return found


def public_lot(code: str) -> int | None:
    """The id alone, for pages that read what they tell in their own way; codes are forgiven as in batch_by_code."""
    tidy = normalise_public_code(code)
    found = Batch.objects.published().filter(public_code=tidy).order_by().values_list("pk", flat=True)
    return found.first() if is_public_code(tidy) else None


def batch_by_code(code: str) -> Batch | None:
    """By the ten characters under the QR code, as typed: blanks, hyphens, small letters, O for 0 are forgiven."""
    tidy = normalise_public_code(code)
    return public_batches().filter(public_code=tidy).first() if is_public_code(tidy) else None


def pack_by_gtin(gtin: str) -> Pack | None:
    pack_id = pack_id_of_gtin(gtin)
    return public_packs().filter(pk=pack_id).first() if pack_id else None


def public_packs() -> QuerySet[Pack]:
    """Goods of cooperatives that were let in: who only applied says nothing in public yet."""
    packs = Pack.objects.select_related("product__cooperative__commune__parent")
    return packs.filter(_let_in("product__cooperative__"))


def papers() -> QuerySet[Certificate]:
    """Certificates that the operator has checked, of cooperatives that were let in."""
    checked = Certificate.objects.filter(checked_at__isnull=False).select_related("cooperative")
    return checked.filter(_let_in("cooperative__"))


def plots() -> QuerySet[Plot]:
    """Places of cooperatives that were let in; told at commune level."""
    return Plot.objects.select_related("commune__parent", "cooperative").filter(_let_in("cooperative__"))


def makers() -> QuerySet[Cooperative]:
    """Cooperatives that were let in; one that has stopped keeps its page, because its goods are still on shelves."""
    return Cooperative.objects.select_related("commune__parent").filter(_let_in(""))


def _let_in(prefix: str) -> Q:
    return ~Q(**{f"{prefix}status": Cooperative.Status.APPLIED})
