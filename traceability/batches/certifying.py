"""The operator's word on a paper: looked at, or no longer valid. Every page of its batches says so at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.certificates.models import Certificate

CHECKED_AT_ONCE = 500


@transaction.atomic
def check_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """Somebody compared it with the paper or the issuer's register: from now on it counts."""
    if Certificate.objects.filter(pk=certificate.pk, checked_at=None).update(
        checked_at=clock.now(), checked_by=actor.user
    ):
        record(actor=actor, action="certificate.checked", subject=certificate, cooperative=certificate.cooperative)
    return _told(certificate)


@transaction.atomic
def uncheck_certificate(*, certificate: Certificate, actor: Actor) -> Certificate:
    """It does not count until somebody has looked again."""
    checked = Certificate.objects.filter(pk=certificate.pk, checked_at__isnull=False)
    if checked.update(checked_at=None, checked_by=None):
        record(actor=actor, action="certificate.unchecked", subject=certificate, cooperative=certificate.cooperative)
    return _told(certificate)


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, on: date, actor: Actor) -> Certificate:
    """The issuer has taken it back on that day."""
    if Certificate.objects.filter(pk=certificate.pk).exclude(revoked_on=on).update(revoked_on=on):
        record(actor=actor, action="certificate.revoked", subject=certificate, cooperative=certificate.cooperative)
    return _told(certificate)


def _told(certificate: Certificate) -> Certificate:
    """Pages at once; the newest batches are checked at once too (MB-5, MB-6), older ones in the night."""
    certificate.refresh_from_db()
    batches = Batch.objects.filter(product__certificates=certificate)
    touch_pages(batches)
    moved(list(batches.order_by("-pk").values_list("pk", flat=True)[:CHECKED_AT_ONCE]))
    return certificate
