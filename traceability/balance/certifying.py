"""The operator's word on a paper, and the cooperative's on what it covers. Pages of its lots and the log say so.

Every verb locks in one order: the graph and the lots by id, then the paper's row, and the log's head last.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.balance.checking import check_lots
from traceability.balance.near import near
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.certificates.logged import Act, log_certificate, payload_of
from traceability.certificates.models import Certificate
from traceability.genealogy.linking import hold
from traceability.genealogy.tracing import descendant_ids
from traceability.plots.models import Plot
from traceability.products.models import Product

TOLD_AT_ONCE = 5_000  # newest lots whose pages change with the word; older ones when the log is signed (10 minutes)
CHECKED_AT_ONCE = 500  # the newest of them are checked at once (MB-5, MB-6), older ones in the night
JUDGED = frozenset({"id", "checked_at", "checked_by", "revoked_on"})


class BadScope(DomainError):
    """Codes: foreign_plot, amount_needed (the most it covers is nothing)."""


@dataclass(slots=True)
class _Held:
    """``paper``, ``lots`` (of its products, newest first) and what was ``made_of`` them are locked. ``said``: each act,
    with the whole paper as it stood then."""

    paper: Certificate
    lots: Sequence[int]
    made_of: Collection[int]
    said: list[tuple[Act, dict[str, Any]]] = field(default_factory=list)

    def say(self, act: Act) -> None:
        self.paper.refresh_from_db()
        self.said.append((act, payload_of(self.paper)))


@transaction.atomic
def record_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """Its row was just written: the log takes it down as it stands."""
    held = _hold(certificate)
    held.say(Act.CHANGED)
    return _tell(held, actor)


@transaction.atomic
def judge_certificate(
    *,
    certificate: Certificate,
    counts: bool,
    revoked_on: date | None,
    actor: Actor,
    products: Collection[Product] | None = None,
    plots: Collection[Plot] | None = None,
) -> Certificate:
    """All that staff says of a paper at once: its facts as ``certificate`` carries them (a new one is written), what
    it covers (None: as before), whether it counts, and since when it is revoked (None: it is not).

    Each judgement is a leaf of its own: a paper that was accepted and revoked at once is known to have counted.
    """
    lots, made_of = _hold_lots(certificate, also=products or ())
    _write(certificate, products, plots)
    held = _Held(Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk), lots, made_of)
    judged = (_check if counts else _uncheck)(held.paper, actor)
    held.say((Act.ACCEPTED if counts else Act.REFUSED) if judged else Act.CHANGED)
    if _revoke(held.paper, revoked_on, actor):
        if not judged:
            held.said.clear()  # one act, one leaf
        held.say(Act.REVOKED if revoked_on else Act.RESTORED)
    return _tell(held, actor)


def _write(certificate: Certificate, products: Collection[Product] | None, plots: Collection[Plot] | None) -> None:
    """Its facts alone: what was judged meanwhile is not put back to what a form began with."""
    if certificate.pk is None:
        certificate.save()
    else:
        certificate.save(
            update_fields=[one.name for one in Certificate._meta.concrete_fields if one.name not in JUDGED]
        )
    if products is not None:
        certificate.products.set(products)
    if plots is not None:
        certificate.plots.set(plots)


@transaction.atomic
def check_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """Somebody compared it with the paper or the issuer's register: from now on it counts."""
    held = _hold(certificate)
    _check(held.paper, actor)
    held.say(Act.ACCEPTED)
    return _tell(held, actor)


def _check(paper: Certificate, actor: Actor) -> bool:
    unchecked = Certificate.objects.filter(pk=paper.pk, checked_at=None)
    changed = unchecked.update(checked_at=clock.now(), checked_by=actor.user)
    if changed:
        record(actor=actor, action="certificate.checked", subject=paper, cooperative=paper.cooperative)
    return bool(changed)


@transaction.atomic
def uncheck_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """It does not count until somebody has looked again."""
    held = _hold(certificate)
    _uncheck(held.paper, actor)
    held.say(Act.REFUSED)
    return _tell(held, actor)


def _uncheck(paper: Certificate, actor: Actor) -> bool:
    checked = Certificate.objects.filter(pk=paper.pk, checked_at__isnull=False)
    changed = checked.update(checked_at=None, checked_by=None)
    if changed:
        record(actor=actor, action="certificate.unchecked", subject=paper, cooperative=paper.cooperative)
    return bool(changed)


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, on: date, actor: Actor) -> Certificate:
    """The issuer has taken it back on that day."""
    held = _hold(certificate)
    _revoke(held.paper, on, actor)
    held.say(Act.REVOKED)
    return _tell(held, actor)


def _revoke(paper: Certificate, on: date | None, actor: Actor) -> bool:
    """``on`` None: that it was revoked was a mistake, or the issuer has given it back."""
    others = Certificate.objects.filter(pk=paper.pk)
    others = others.filter(revoked_on__isnull=False) if on is None else others.exclude(revoked_on=on)
    changed = others.update(revoked_on=on)
    if changed:
        action = "certificate.revoked" if on else "certificate.restored"
        record(actor=actor, action=action, subject=paper, cooperative=paper.cooperative)
    return bool(changed)


@transaction.atomic
def set_scope(
    *, certificate: Certificate, plots: Collection[Plot], max_quantity_base: int | None, actor: Actor
) -> Certificate:
    """What the paper covers: these plots (none: all of the cooperative's) and at most so much (None: the paper says no
    amount). Narrower counts at once; wider, said by the cooperative itself, counts when staff has looked again."""
    if any(plot.cooperative_id != certificate.cooperative_id for plot in plots):
        raise BadScope("foreign_plot")
    if max_quantity_base is not None and max_quantity_base <= 0:
        raise BadScope("amount_needed")
    held = _hold(certificate)
    paper, most = held.paper, held.paper.max_quantity_base
    before, after = set(paper.plots.values_list("pk", flat=True)), {plot.pk for plot in plots}
    if (before, most) == (after, max_quantity_base):
        return paper
    widens = is_wider(before=before, after=after) or (
        most is not None and (max_quantity_base is None or max_quantity_base > most)
    )
    paper.plots.set(after)
    Certificate.objects.filter(pk=paper.pk).update(max_quantity_base=max_quantity_base)
    record(
        actor=actor,
        action="certificate.scope_set",
        subject=paper,
        cooperative=paper.cooperative,
        plots=sorted(plot.code for plot in plots),
        max_quantity_base=max_quantity_base or 0,
        before_max_base=most or 0,
    )
    if widens and actor.cooperative is not None:
        _uncheck(paper, actor)
    held.say(Act.CHANGED)
    return _tell(held, actor)


def is_wider(*, before: Collection[int], after: Collection[int]) -> bool:
    """Plots by key; none means all of them."""
    return bool(before) and (not after or not set(after) <= set(before))


def _hold(certificate: Certificate) -> _Held:
    lots, made_of = _hold_lots(certificate)
    return _Held(Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk), lots, made_of)


def _hold_lots(certificate: Certificate, *, also: Collection[Product] = ()) -> tuple[list[int], Collection[int]]:
    """The graph, then by id every lot that a word on this paper may change. Answers those of its products, newest
    first, of the products it is about to have, too; and what was made of them: a blend shows papers of its parts."""
    hold()
    products = {product.pk for product in also}
    if certificate.pk is not None:
        products.update(certificate.products.values_list("pk", flat=True))
    of_products = Batch.objects.filter(product__in=products).order_by("-pk").values_list("pk", flat=True)
    lots = list(of_products[:TOLD_AT_ONCE])
    made_of = descendant_ids(lots)
    held = Batch.objects.select_for_update().filter(pk__in={*lots, *made_of, *near(lots[:CHECKED_AT_ONCE])})
    list(held.order_by("pk").values_list("pk", flat=True))
    return lots, made_of


def _tell(held: _Held, actor: Actor) -> Certificate:
    """Pages and checks first; the log's head is the last lock."""
    touch_pages(Batch.objects.filter(pk__in={*held.lots, *held.made_of}))
    check_lots(held.lots[:CHECKED_AT_ONCE])
    log_certificate(paper=held.paper, said=held.said, actor=actor)
    return held.paper
