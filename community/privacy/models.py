"""Requests of members about their own data, and what went wrong with data. Buyers' requests: marketplace/privacy."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly
from community.text.codes import new_code

AUTHORITY_HOURS = 72
"""To the authority after a breach was found: Law 91/2025/QH15 on personal data, article 23."""


def new_request_code() -> str:
    return new_code(8)


class PersonRequestQuerySet(models.QuerySet["PersonRequest"]):
    def running(self) -> PersonRequestQuerySet:
        return self.filter(status=PersonRequest.Status.OPEN)


class PersonRequest(models.Model):
    """One runs per person and kind. A copy needs no request: the person's page gives it at once."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("Correct something")
        RESTRICT = "restrict", _("Stop using something")
        ERASE = "erase", _("Erase my account and my data")
        QUESTION = "question", _("A question")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_request_code, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="data_requests", verbose_name=_("person")
    )
    kind = models.CharField(_("kind of request"), max_length=10, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    words = models.CharField(_("words of the person"), max_length=600, blank=True)
    answer = models.CharField(_("answer"), max_length=600, blank=True)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    answer_by = models.DateTimeField(_("to be answered until"))
    finish_by = models.DateTimeField(_("to be done until"))
    extended_at = models.DateTimeField(_("time extended"), null=True, blank=True)
    extended_because = models.CharField(_("why it takes longer"), max_length=600, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("ended by"),
    )

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a person about data")
        verbose_name_plural = _("requests of people about data")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "finish_by"], name="person_request_due")]
        constraints = [
            models.CheckConstraint(
                name="person_request_kind", condition=Q(kind__in=["correct", "restrict", "erase", "question"])
            ),
            models.CheckConstraint(
                name="person_request_status", condition=Q(status__in=["open", "done", "refused", "withdrawn"])
            ),
            models.CheckConstraint(
                name="person_request_ended_has_time", condition=Q(status="open") | Q(ended_at__isnull=False)
            ),
            models.CheckConstraint(
                name="person_request_longer_with_reason", condition=Q(extended_at=None) | ~Q(extended_because="")
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(status="open"), name="person_request_one_runs_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def due_at(self) -> datetime:
        """Erasing has its own clock; everything else is answered."""
        return self.finish_by if self.kind == self.Kind.ERASE else self.answer_by


class Risk(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High: people have to be told")


class Breach(AppendOnly):
    """What was known when it was found. What comes later is a note; nothing here is ever changed."""

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_request_code, editable=False)
    what = models.CharField(_("what happened"), max_length=1000)
    found_at = models.DateTimeField(_("found on"))
    who = models.CharField(_("whose data"), max_length=200, help_text=_("Groups and kinds of data, no names."))
    affected = models.PositiveIntegerField(_("how many people"), help_text=_("An estimate; notes correct it."))
    risk = models.CharField(_("risk for these people"), max_length=8, choices=Risk)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written down by")
    )
    at = models.DateTimeField(_("written down at"), default=timezone.now)

    class Meta:
        verbose_name = _("breach of data")
        verbose_name_plural = _("breaches of data")
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="breach_risk", condition=Q(risk__in=["low", "medium", "high"])),
            models.CheckConstraint(name="breach_found_before_written", condition=Q(found_at__lte=models.F("at"))),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def authority_by(self) -> datetime:
        return self.found_at + timedelta(hours=AUTHORITY_HOURS)


class BreachNote(AppendOnly):
    """What was done or learnt. ``affected``: a better count."""

    class Kind(models.TextChoices):
        MEASURE = "measure", _("Measure taken")
        AUTHORITY = "authority", _("The authority was told")
        PEOPLE = "people", _("The people were told")
        LEARNT = "learnt", _("Something new is known")
        CLOSED = "closed", _("Closed")

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="notes", verbose_name=_("breach of data"))
    kind = models.CharField(_("what it is"), max_length=10, choices=Kind)
    words = models.CharField(_("words"), max_length=1000)
    affected = models.PositiveIntegerField(_("how many people"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written down by")
    )
    at = models.DateTimeField(_("written down at"), default=timezone.now)

    class Meta:
        verbose_name = _("note on a breach")
        verbose_name_plural = _("notes on breaches")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="breach_note_kind",
                condition=Q(kind__in=["measure", "authority", "people", "learnt", "closed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breach} · {self.get_kind_display()}"
