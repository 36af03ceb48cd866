"""Telling the market what is wrong with goods or a seller, and the staff's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.outbox.forgetting import empty_messages
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from marketplace.reports.models import MarketReport
from traceability.products.models import Product

KIND = "market_report_answered"
CONTACT_KEPT = timedelta(days=90)
"""After the answer: time to ask back, then nobody needs to know who it was."""


class CannotReport(DomainError):
    """Nothing was changed. Codes: ``no_words``, ``answered`` (already), ``own``: staff of this seller do not decide."""


@dataclass(frozen=True, slots=True)
class Told:
    """``contact``: a phone as E.164, an e-mail, or ""."""

    kind: str
    words: str
    contact: str = ""


@transaction.atomic
def report_to_market(
    *, cooperative: Cooperative, told: Told, language: str, actor: Actor, product: Product | None = None
) -> MarketReport:
    """Anybody may. Nothing is taken off sale by it: a person looks."""
    words = " ".join(told.words.split())[:1000]
    if not words:
        raise CannotReport("no_words")
    report = MarketReport.objects.create(
        product=product,
        cooperative=cooperative,
        kind=MarketReport.Kind(told.kind),
        words=words,
        contact=told.contact.strip()[:254],
        language=language,
    )
    record(actor=actor, action="market_report.made", subject=report, cooperative=cooperative, kind=report.kind)
    return report


@transaction.atomic
def answer_report(*, report: MarketReport, outcome: str, answer: str, actor: Actor) -> MarketReport:
    """A named person of the staff decides, with words that the reporter reads. Raises :class:`CannotReport`."""
    words = " ".join(answer.split())[:1000]
    if report.cooperative.has_member(actor.user):
        raise CannotReport("own")
    if not words:
        raise CannotReport("no_words")
    fresh = MarketReport.objects.filter(pk=report.pk, answered_at=None)
    decided = MarketReport.Outcome(outcome)
    if not fresh.update(outcome=decided, answer=words, answered_at=clock.now(), answered_by=actor.user):
        raise CannotReport("answered")
    report.refresh_from_db()
    record(
        actor=actor, action="market_report.answered", subject=report, cooperative=report.cooperative, outcome=decided
    )
    if report.contact:
        _tell(report)
    return report


def report_link(report: MarketReport) -> str:
    with override(report.language):
        return settings.SITE_URL.rstrip("/") + reverse("shopping:report", args=[report.code])


def forget_reporters(*, now: datetime) -> int:
    """Empty the contact of what was answered long ago; how many."""
    old = MarketReport.objects.filter(answered_at__lt=now - CONTACT_KEPT).exclude(contact="")
    codes = list(old.values_list("code", flat=True)[:500])
    empty_messages(OutboxMessage.objects.filter(kind=KIND, key__in=codes))
    return MarketReport.objects.filter(code__in=codes).update(contact="")


def _tell(report: MarketReport) -> None:
    with override(report.language):
        text = gettext("Your report %(code)s was looked at: %(outcome)s. %(answer)s %(link)s") % {
            "code": report.code,
            "outcome": report.get_outcome_display(),
            "answer": report.answer,
            "link": report_link(report),
        }
        subject = gettext("Your report %(code)s") % {"code": report.code}
    queue_message(
        kind=KIND,
        key=report.code,
        to=report.contact,
        channel="email" if "@" in report.contact else "sms",
        subject=subject,
        language=report.language,
        text=text,
        about=report,
    )
