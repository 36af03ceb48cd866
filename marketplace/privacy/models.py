"""A buyer's request about the data of an order, with the clocks that the law sets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code


def new_request_code() -> str:
    return new_code(8)


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def running(self) -> DataRequestQuerySet:
        return self.filter(status=DataRequest.Status.OPEN)


class DataRequest(models.Model):
    """One runs per order and kind. ``waits_for``: why erasing was not possible when it was tried last.

    Reading one's own data and taking it along needs no request: the order's page gives both at once.
    """

    class Kind(models.TextChoices):
        ERASE = "erase", _("Erase what is stored about the buyer")
        QUESTION = "question", _("Question, correction or objection")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back by the buyer")

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_request_code, editable=False)
    order = models.ForeignKey(
        "marketplace.Order", on_delete=models.PROTECT, related_name="data_requests", verbose_name=_("order")
    )
    kind = models.CharField(_("kind of request"), max_length=8, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    words = models.CharField(_("words of the buyer"), max_length=600, blank=True)
    asked_at = models.DateTimeField(_("asked on"), default=clock.now)
    answer_by = models.DateTimeField(_("to be answered until"))
    finish_by = models.DateTimeField(_("to be done until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=600, blank=True)
    extended_at = models.DateTimeField(_("time extended"), null=True, blank=True)
    waits_for = models.CharField(_("waits for"), max_length=20, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "finish_by"], name="data_request_due")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["erase", "question"]), name="data_request_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "done", "refused", "withdrawn"]), name="data_request_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open") | Q(ended_at__isnull=False), name="data_request_ended_has_time"
            ),
            models.UniqueConstraint(
                fields=["order", "kind"], condition=Q(status="open"), name="data_request_one_runs_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.code
