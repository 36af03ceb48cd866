from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly, AppendOnlyQuerySet

BINDING = "vi"
"""The language whose words count; other languages help to read."""


class RulesVersionQuerySet(AppendOnlyQuerySet["RulesVersion"]):
    def of(self, kind: str) -> RulesVersionQuerySet:
        """All versions of one document, the newest first."""
        return self.filter(kind=kind).order_by("-number")


class RulesVersion(AppendOnly):
    """One version of one document of the market. Written once; a change is a new version with a higher number.

    ``texts``: {"vi": {"title": …, "text": …}, "en": …}, Vietnamese always; how a text is written: ``rules.words``.
    ``sha256``: of the Vietnamese text in UTF-8, so that a printed or saved copy can be compared.
    """

    class Kind(models.TextChoices):
        OPERATING = "operating", _("Operating rules")
        TERMS = "terms", _("Terms of buying")
        PRIVACY = "privacy", _("Personal data")

    kind = models.CharField(_("document"), max_length=20, choices=Kind)
    number = models.PositiveSmallIntegerField(_("version"))
    texts = models.JSONField(_("texts"))
    sha256 = models.CharField(max_length=64)
    changes = models.CharField(_("what is new"), max_length=400, blank=True)
    in_force_from = models.DateField(_("in force from"))
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = RulesVersionQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta:
        verbose_name = _("version of rules")
        verbose_name_plural = _("versions of rules")
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="rules_version_number_once"),
            models.CheckConstraint(name="rules_kind", condition=Q(kind__in=["operating", "terms", "privacy"])),
            models.CheckConstraint(name="rules_number", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.number}"

    @property
    def code(self) -> str:
        """What the audit log calls it by: "terms-3"."""
        return f"{self.kind}-{self.number}"

    @property
    def shown(self) -> dict[str, Any]:
        """Title and text in the active language, else in Vietnamese."""
        told: dict[str, Any] = self.texts
        return dict(told.get((get_language() or BINDING)[:2]) or told[BINDING])

    @property
    def title(self) -> str:
        return str(self.shown["title"])

    @property
    def is_translated(self) -> bool:
        """Whether the active language has words of its own."""
        return (get_language() or BINDING)[:2] in self.texts


class RulesAcceptance(AppendOnly):
    """Somebody accepted one version. No name: an order or a seller by its code; who pressed, when signed in."""

    class By(models.TextChoices):
        ORDER = "order", _("Order")
        SELLER = "seller", _("Seller")

    version = models.ForeignKey(
        RulesVersion, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("version")
    )
    by = models.CharField(_("by"), max_length=10, choices=By)
    reference = models.CharField(_("code"), max_length=40)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who pressed"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("acceptance of rules")
        verbose_name_plural = _("acceptances of rules")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "by", "reference"], name="rules_accepted_once"),
            models.CheckConstraint(name="rules_accepted_by", condition=Q(by__in=["order", "seller"])),
            models.CheckConstraint(name="rules_accepted_reference", condition=~Q(reference="")),
        ]
        indexes = [models.Index(fields=["by", "reference"], name="rules_accepted_who")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.version.code}"
