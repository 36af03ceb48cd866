"""The operator's word on a paper: looked at, or no longer valid. Pages of its batches say so at once, and the log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.certificates.logged import Act, log_certificate
from traceability.certificates.models import Certificate
from traceability.plots.models import Plot

CHECKED_AT_ONCE = 500


class BadScope(DomainError):
    """Codes: foreign_plot, amount_needed (the most it covers is nothing)."""


@transaction.atomic
def record_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """Its row was just written, or edited: the log takes it down as it stands."""
    return _told(certificate, Act.CHANGED, actor)


@transaction.atomic
def judge_certificate(*, certificate: Certificate, counts: bool, revoked_on: date | None, actor: Actor) -> Certificate:
    """All that staff says of a paper at once, one leaf in the log. ``revoked_on`` None: nothing is said of that."""
    revoked = revoked_on is not None and _revoke(certificate, revoked_on, actor)
    changed = (_check if counts else _uncheck)(certificate, actor)
    judged = Act.ACCEPTED if counts else Act.REFUSED
    return _told(certificate, Act.REVOKED if revoked else judged if changed else Act.CHANGED, actor)


@transaction.atomic
def check_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """Somebody compared it with the paper or the issuer's register: from now on it counts."""
    _check(certificate, actor)
    return _told(certificate, Act.ACCEPTED, actor)


def _check(certificate: Certificate, actor: Actor) -> bool:
    unchecked = Certificate.objects.filter(pk=certificate.pk, checked_at=None)
    changed = unchecked.update(checked_at=clock.now(), checked_by=actor.user)
    if changed:
        record(actor=actor, action="certificate.checked", subject=certificate, cooperative=certificate.cooperative)
    return bool(changed)


@transaction.atomic
def uncheck_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """It does not count until somebody has looked again."""
    _uncheck(certificate, actor)
    return _told(certificate, Act.REFUSED if actor.cooperative is None else Act.CHANGED, actor)


def _uncheck(certificate: Certificate, actor: Actor) -> bool:
    checked = Certificate.objects.filter(pk=certificate.pk, checked_at__isnull=False)
    changed = checked.update(checked_at=None, checked_by=None)
    if changed:
        record(actor=actor, action="certificate.unchecked", subject=certificate, cooperative=certificate.cooperative)
    return bool(changed)


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, on: date, actor: Actor) -> Certificate:
    """The issuer has taken it back on that day."""
    _revoke(certificate, on, actor)
    return _told(certificate, Act.REVOKED, actor)


def _revoke(certificate: Certificate, on: date, actor: Actor) -> bool:
    others = Certificate.objects.filter(pk=certificate.pk).exclude(revoked_on=on)
    changed = others.update(revoked_on=on)
    if changed:
        record(actor=actor, action="certificate.revoked", subject=certificate, cooperative=certificate.cooperative)
    return bool(changed)


@transaction.atomic
def set_scope(
    *, certificate: Certificate, plots: Collection[Plot], max_quantity_base: int | None, actor: Actor
) -> Certificate:
    """What the paper covers: these plots (none: all of the cooperative's) and at most so much (None: the paper says no
    amount). Narrower counts at once; wider, said by the cooperative itself, counts when staff has looked again."""
    held = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if any(plot.cooperative_id != held.cooperative_id for plot in plots):
        raise BadScope("foreign_plot")
    if max_quantity_base is not None and max_quantity_base <= 0:
        raise BadScope("amount_needed")
    before, after = set(held.plots.values_list("pk", flat=True)), {plot.pk for plot in plots}
    most = held.max_quantity_base
    if (before, most) == (after, max_quantity_base):
        return held
    widens = is_wider(before=before, after=after) or (
        most is not None and (max_quantity_base is None or max_quantity_base > most)
    )
    held.plots.set(after)
    Certificate.objects.filter(pk=held.pk).update(max_quantity_base=max_quantity_base)
    record(
        actor=actor,
        action="certificate.scope_set",
        subject=held,
        cooperative=held.cooperative,
        plots=sorted(plot.code for plot in plots),
        max_quantity_base=max_quantity_base or 0,
        before_max_base=most or 0,
    )
    if widens and actor.cooperative is not None:
        return uncheck_certificate(certificate=held, actor=actor)
    return _told(held, Act.CHANGED, actor)


def is_wider(*, before: Collection[int], after: Collection[int]) -> bool:
    """Plots by key; none means all of them."""
    return bool(before) and (not after or not set(after) <= set(before))


def _told(certificate: Certificate, act: Act, actor: Actor) -> Certificate:
    """Pages at once; the newest batches are checked at once too (MB-5, MB-6), older ones in the night; the log last."""
    Certificate.objects.select_for_update().get(pk=certificate.pk)
    certificate.refresh_from_db()
    batches = Batch.objects.filter(product__certificates=certificate)
    locked = list(batches.order_by("pk").select_for_update().values_list("pk", flat=True))
    touch_pages(batches)
    moved(locked[-CHECKED_AT_ONCE:])
    log_certificate(paper=certificate, act=act, actor=actor)
    return certificate
