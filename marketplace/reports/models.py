"""What somebody tells the market about goods or a seller: fake, forbidden, dangerous, wrongly described."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code


def new_report_code() -> str:
    return new_code(10)


class MarketReport(models.Model):
    """Of goods (``product``) or of a seller as such. Who told it stays nameless; a way to answer may be left.

    The code is the reference: whoever holds it reads what became of it.
    """

    class Kind(models.TextChoices):
        FAKE = "fake", _("Fake, or not from where it says")
        FORBIDDEN = "forbidden", _("Forbidden goods")
        UNSAFE = "unsafe", _("Dangerous to health")
        WRONG = "wrong", _("Wrongly described, or wrong papers")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        ACTED = "acted", _("Something was done")
        UNFOUNDED = "unfounded", _("Nothing wrong was found")

    code = models.CharField(_("reference"), max_length=12, unique=True, default=new_report_code, editable=False)
    product = models.ForeignKey(
        "traceability.Product",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="market_reports",
        verbose_name=_("product"),
    )
    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.PROTECT, related_name="market_reports", verbose_name=_("cooperative")
    )
    kind = models.CharField(_("what is not right"), max_length=12, choices=Kind)
    words = models.CharField(_("words"), max_length=1000)
    # A phone (E.164) or an e-mail, to send the answer to; emptied when it is no longer needed.
    contact = models.CharField(_("where the answer goes"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=5, default="vi")
    reported_at = models.DateTimeField(_("reported"), default=clock.now)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("report to the market")
        verbose_name_plural = _("reports to the market")
        ordering = ["-reported_at", "-pk"]
        indexes = [models.Index(fields=["answered_at", "reported_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["fake", "forbidden", "unsafe", "wrong", "other"]), name="market_report_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, outcome="", answer="")
                | (Q(answered_at__isnull=False, outcome__in=["acted", "unfounded"]) & ~Q(answer="")),
                name="market_report_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.code
