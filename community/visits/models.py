from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.accounts.models import User
from community.cooperatives.models import Cooperative
from community.photos.private import private_storage
from community.places.models import AdminUnit
from community.teams.models import Team
from community.text.codes import new_code

EDITABLE_FOR = timedelta(hours=48)
"""So long what was written of a visit may be put right; then it is a record."""


def new_visit_code() -> str:
    return new_code(8)


def visit_photo_path(_photo: models.Model, _name: str) -> str:
    return f"visits/{secrets.token_hex(16)}"


class Topic(models.TextChoices):
    """What people talk about on a visit; the lessons of the training have the same names."""

    PHOTOS = "photos", _("Taking photos")
    GOODS = "goods", _("Putting goods on sale")
    ORDERS = "orders", _("Orders and answers")
    PACKING = "packing", _("Packing and sending")
    DIARY = "diary", _("Diary and codes of origin")
    LABELS = "labels", _("Labels and QR codes")
    PAPERS = "papers", _("Certificates and papers")
    CASHLESS = "cashless", _("Paying without cash")
    SAFETY = "safety", _("Scams and keeping the PIN")
    PRIVACY = "privacy", _("Consent and personal data")
    OTHER = "other", _("Something else")


class WithWhom(models.TextChoices):
    """Roles, never names."""

    BOARD = "board", _("Board of the cooperative")
    OWNER = "owner", _("Owner of the account")
    MEMBER = "member", _("Member")
    HOUSEHOLD = "household", _("Household that delivers to it")
    GROUP = "group", _("Several people together")


class VisitQuerySet(models.QuerySet["Visit"]):
    def open_steps(self) -> VisitQuerySet:
        """What was agreed on and is not done yet."""
        return self.exclude(next_step="").filter(next_done_at=None)


class Visit(models.Model):
    """One visit at a seller, or at one of its batches. The place is in words: no position is ever kept.

    ``batch_code``: the public code of the batch looked at, or "". ``carrier``: who sees to the next step; the visitor,
    until somebody took it over. ``notes`` are the team's own; everything else the seller reads too.
    """

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_visit_code)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.PROTECT, related_name="visits", verbose_name=_("cooperative")
    )
    batch_code = models.CharField(_("batch"), max_length=10, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="visits", verbose_name=_("digital team"))
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits_made", verbose_name=_("visitor")
    )
    looks_only = models.BooleanField(_("visit of a partner or an inspector"), default=False)
    held_on = models.DateField(_("day"))
    commune = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune"))
    place = models.CharField(_("hamlet or place"), max_length=120, blank=True)
    with_whom = models.CharField(_("with whom"), max_length=10, choices=WithWhom, default=WithWhom.OWNER)
    topics = models.JSONField(_("what about"), default=list)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    result = models.CharField(_("what came of it"), max_length=600, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_on = models.DateField(_("next step until"), null=True, blank=True)
    carrier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="steps_carried",
        verbose_name=_("who sees to it"),
    )
    next_done_at = models.DateTimeField(_("next step done at"), null=True, blank=True)
    notes = models.CharField(_("notes for the team"), max_length=1000, blank=True)
    written_at = models.DateTimeField(_("written down at"), default=clock.now)
    changed_at = models.DateTimeField(_("put right at"), null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index(fields=["cooperative", "-held_on"], name="visit_of_cooperative"),
            models.Index(fields=["carrier"], name="visit_open_steps", condition=Q(next_done_at=None)),
        ]
        constraints = [
            models.CheckConstraint(name="visit_minutes", condition=Q(minutes__gte=1, minutes__lte=720)),
            models.CheckConstraint(
                name="visit_with_whom", condition=Q(with_whom__in=["board", "owner", "member", "household", "group"])
            ),
            models.CheckConstraint(name="visit_done_has_step", condition=Q(next_done_at=None) | ~Q(next_step="")),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def editable_until(self) -> datetime:
        return self.written_at + EDITABLE_FOR

    @property
    def is_editable(self) -> bool:
        return clock.now() < self.editable_until

    @property
    def topic_words(self) -> list[str]:
        return [str(Topic(each).label) for each in self.topics if each in Topic.values]

    @property
    def is_late(self) -> bool:
        """The next step should be done by now."""
        return bool(self.next_step and self.next_done_at is None and self.next_on and self.next_on < clock.today())


class VisitPhoto(models.Model):
    """A picture of a visit, in the private folder: team and seller see it, nobody else."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos", verbose_name=_("visit"))
    file = models.FileField(_("file"), storage=private_storage, upload_to=visit_photo_path)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(_("taken at"), default=clock.now)

    class Meta:
        verbose_name = _("photo of a visit")
        verbose_name_plural = _("photos of visits")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "sha256"], name="visit_photo_once")]

    def __str__(self) -> str:
        return f"{self.visit} {self.pk}"


class Needs(models.Model):
    """Six plain questions about one household that delivers to a seller. It has a number, no name and no telephone."""

    SIGNALS = ("has_phone", "own_number", "has_account", "takes_photos", "answers_orders", "has_label")

    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.PROTECT, related_name="needs", verbose_name=_("cooperative")
    )
    number = models.PositiveSmallIntegerField(_("number of the household"))
    has_phone = models.BooleanField(_("has a smartphone"), default=False)
    own_number = models.BooleanField(_("has a number of one's own"), default=False)
    has_account = models.BooleanField(_("has a bank account or wallet"), default=False)
    takes_photos = models.BooleanField(_("can take a photo"), default=False)
    answers_orders = models.BooleanField(_("can answer an order"), default=False)
    has_label = models.BooleanField(_("has a product with a label"), default=False)
    asked_on = models.DateField(_("asked on"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    gone_at = models.DateTimeField(_("does not belong to it any more since"), null=True, blank=True)

    class Meta:
        verbose_name = _("needs of a household")
        verbose_name_plural = _("needs of households")
        ordering = ["cooperative", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="needs_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.cooperative} {self.number}"

    @property
    def missing(self) -> int:
        """The score: how many of the six are missing."""
        return sum(not getattr(self, signal) for signal in self.SIGNALS)


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def of_person(self, user: User) -> HandOverQuerySet:
        """Given, taken or asked for by this person."""
        return self.filter(Q(giver=user) | Q(taker=user) | Q(asked_by=user))


class HandOver(models.Model):
    """Open steps of one helper that another is asked to take over. Both are named; nothing moves before a yes."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        ACCEPTED = "accepted", _("Taken over")
        REFUSED = "refused", _("Not taken over")
        WITHDRAWN = "withdrawn", _("Taken back")

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_visit_code)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="hand_overs", verbose_name=_("digital team"))
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("from")
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("to")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    visits = models.ManyToManyField(Visit, related_name="hand_overs", verbose_name=_("visits"))
    note = models.CharField(_("note"), max_length=600)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="hand_over_status", condition=Q(status__in=["waiting", "accepted", "refused", "withdrawn"])
            ),
            models.CheckConstraint(name="hand_over_two_people", condition=~Q(giver=models.F("taker"))),
        ]

    def __str__(self) -> str:
        return self.code
