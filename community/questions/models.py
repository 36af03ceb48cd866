from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community import clock
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from community.text.codes import new_code


def new_question_code() -> str:
    return new_code(8)


def new_question_token() -> str:
    return secrets.token_urlsafe(18)


class QuestionDesk(models.Model):
    """Who answers what is asked in a commune, or in a whole province: a digital team, an office, a union."""

    unit = models.OneToOneField(
        AdminUnit, on_delete=models.PROTECT, related_name="question_desk", verbose_name=_("commune or province")
    )
    name = models.CharField(_("name of the team or office"), max_length=120)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="question_desks", verbose_name=_("who of the staff")
    )

    class Meta:
        verbose_name = _("desk for questions")
        verbose_name_plural = _("desks for questions")
        ordering = ["unit__sort_key", "pk"]

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet["Question"]):
    def waiting(self) -> QuestionQuerySet:
        """Without an answer, those due first: what is overdue stands on top."""
        return self.filter(status=Question.Status.OPEN).order_by("due_on", "pk")

    def published(self) -> QuestionQuerySet:
        """Those that everybody may read, without a word about who asked."""
        return self.filter(faq_at__isnull=False).order_by("-faq_at", "-pk")


class Question(models.Model):
    """One question and its answer. What names the asker stands in four fields that are emptied in time (`forget`)."""

    class About(models.TextChoices):
        BUYING = "buying", _("Buying and paying")
        DELIVERY = "delivery", _("Delivery and returns")
        SCANNING = "scanning", _("Codes and origin")
        SELLING = "selling", _("Selling here")
        OCOP = "ocop", _("OCOP and support programmes")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed without an answer")

    class Channel(models.TextChoices):
        NONE = "", _("Only the page")
        SMS = "sms", _("Text message")
        EMAIL = "email", _("E-mail")

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_question_code)
    token = models.CharField(max_length=40, unique=True, editable=False, default=new_question_token)
    commune = models.ForeignKey(
        AdminUnit, on_delete=models.PROTECT, related_name="questions", verbose_name=_("commune")
    )
    about = models.CharField(_("about"), max_length=12, choices=About, default=About.OTHER)
    text = models.TextField(_("question"), max_length=1500)
    language = models.CharField(max_length=5, default="vi")
    name = models.CharField(_("name"), max_length=80, blank=True)
    contact = models.CharField(_("phone or e-mail"), max_length=254, blank=True)
    channel = models.CharField(_("answer by"), max_length=8, choices=Channel, blank=True, default=Channel.NONE)
    agreed_at = models.DateTimeField(_("agreed to be written to"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    due_on = models.DateField(_("answer by the day"), db_index=True)
    desk = models.ForeignKey(
        QuestionDesk,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="questions",
        verbose_name=_("desk"),
    )
    cooperative = models.ForeignKey(
        Cooperative,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("cooperative"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
    )
    faq_question = models.CharField(_("question as published"), max_length=300, blank=True)
    faq_answer = models.TextField(_("answer as published"), max_length=2000, blank=True)
    faq_at = models.DateTimeField(_("published at"), null=True, blank=True, db_index=True)
    forgotten_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["status", "due_on"], name="question_waits")]
        constraints = [
            models.CheckConstraint(
                name="question_about",
                condition=Q(about__in=["buying", "delivery", "scanning", "selling", "ocop", "other"]),
            ),
            models.CheckConstraint(name="question_status", condition=Q(status__in=["open", "answered", "closed"])),
            models.CheckConstraint(
                name="question_contact_agreed",
                condition=Q(channel="", contact="") | Q(channel__in=["sms", "email"], agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="question_answered_has_answer",
                condition=~Q(status="answered") | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="question_faq_whole", condition=Q(faq_at=None) | (~Q(faq_question="") & ~Q(faq_answer=""))
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_overdue(self) -> bool:
        return self.status == self.Status.OPEN and self.due_on < clock.today()

    @property
    def who_answers(self) -> str:
        """The cooperative it was passed to, else the desk, else "" (the market's staff)."""
        if self.cooperative:
            return self.cooperative.name
        return self.desk.name if self.desk else ""
