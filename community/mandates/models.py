from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community import clock
from community.cooperatives.models import Cooperative
from community.mandates.scopes import Scope
from community.photos.private import private_storage
from community.teams.models import Team, TeamMember
from community.text.codes import new_code


def new_mandate_code() -> str:
    """As it is said aloud and printed in the audit: UQ for "ủy quyền", then eight signs."""
    return f"UQ{new_code(8)}"


def new_kept_code() -> str:
    return new_code(8)


def consent_path(_mandate: models.Model, _name: str) -> str:
    """A random name in the private folder: no address of the site leads there."""
    return f"consents/{secrets.token_hex(16)}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def standing(self, now: datetime) -> MandateQuerySet:
        """What holds at this moment: said yes to and not over, or a paper that waits for its second helper."""
        return self.papers(now) | self.filter(status=Mandate.Status.RUNNING, ends_at__gt=now)

    def papers(self, now: datetime) -> MandateQuerySet:
        """Photographed papers that wait for a second helper."""
        return self.filter(status=Mandate.Status.PAPER, lapses_at__gt=now, ends_at__gt=now)

    def asked(self, now: datetime) -> MandateQuerySet:
        """What waits for the cooperative's yes."""
        return self.filter(status=Mandate.Status.ASKED, lapses_at__gt=now)

    def in_force(self, now: datetime) -> MandateQuerySet:
        """Standing, and helper, team and cooperative are still who they were when it was given."""
        places = TeamMember.objects.helping().filter(user=OuterRef("helper"), team=OuterRef("team"))
        here = self.standing(now).filter(Exists(places), team__commune=F("cooperative__commune"))
        return here.exclude(cooperative__status=Cooperative.Status.CEASED)

    def open(self, now: datetime) -> MandateQuerySet:
        """Standing ones and those that wait for a yes."""
        return self.standing(now) | self.asked(now)


class Mandate(models.Model):
    """A cooperative lets one helper of one team do named things for it, until a day. Its code stands in every audit
    line of what is done under it. Never for money, members, PINs, consent, keys or what cannot be undone."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Waits for the cooperative's yes")
        PAPER = "paper", _("Paper waits for a second helper: drafts only")
        RUNNING = "running", _("Runs")
        ENDED = "ended", _("Ended")

    class Way(models.TextChoices):
        NONE = "", _("Not given yet")
        CODE = "code", _("Code on the member's phone")
        PIN = "pin", _("PIN on the helper's phone")
        CARD = "card", _("Member card and PIN")
        PAPER = "paper", _("Signed paper")
        DESK = "desk", _("On the member's own desk")

    class Why(models.TextChoices):
        NONE = "", ""
        REVOKED = "revoked", _("ended by the cooperative")
        REFUSED = "refused", _("refused by the cooperative")
        GIVEN_BACK = "given_back", _("given back by the helper")
        LEFT = "left", _("the helper left the team")
        STAFF = "staff", _("ended by the market's staff")
        UNCONFIRMED = "unconfirmed", _("the paper was not right")
        REPLACED = "replaced", _("another one took its place")
        DISSOLVED = "dissolved", _("the team was dissolved")

    code = models.CharField(max_length=20, unique=True, editable=False, default=new_mandate_code)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("digital team"))
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates_held", verbose_name=_("helper")
    )
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("cooperative")
    )
    scope_words = models.CharField(_("for what"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), default=1)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    way = models.CharField(_("how it was given"), max_length=10, choices=Way, blank=True, default=Way.NONE)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    lapses_at = models.DateTimeField(_("lapses at"))
    starts_at = models.DateTimeField(_("since"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("given by"),
    )
    signed_by = models.CharField(_("who signed the paper"), max_length=120, blank=True)
    evidence = models.FileField(_("paper"), storage=private_storage, upload_to=consent_path, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    evidence_type = models.CharField(max_length=40, blank=True)
    paper_deleted_at = models.DateTimeField(_("paper deleted at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    code_until = models.DateTimeField(null=True, blank=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    codes_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ended_why = models.CharField(_("why it ended"), max_length=12, choices=Why, blank=True, default=Why.NONE)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["cooperative", "status"], name="mandate_of_cooperative"),
            models.Index(fields=["helper", "status"], name="mandate_of_helper"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mandate_status", condition=Q(status__in=["asked", "paper", "running", "ended"])
            ),
            models.CheckConstraint(
                name="mandate_way", condition=Q(way__in=["", "code", "pin", "card", "paper", "desk"])
            ),
            models.CheckConstraint(name="mandate_days", condition=Q(days__gte=1, days__lte=30)),
            models.CheckConstraint(
                name="mandate_scopes",
                condition=Q(
                    scope_words__regex=r"^(list|record|orders|pack|import)(,(list|record|orders|pack|import))*$"
                ),
            ),
            models.CheckConstraint(
                name="mandate_runs_with_proof",
                condition=~Q(status="running")
                | (Q(starts_at__isnull=False, ends_at__isnull=False, confirmed_by__isnull=False) & ~Q(way="")),
            ),
            models.CheckConstraint(
                name="mandate_paper_kept_or_deleted",
                condition=~Q(way="paper")
                | ~Q(signed_by="") & (Q(evidence="", paper_deleted_at__isnull=False) | ~Q(evidence="")),
            ),
            models.CheckConstraint(
                name="mandate_never_by_oneself",
                condition=(Q(given_by__isnull=True) | ~Q(given_by=F("helper")))
                & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("helper"))),
            ),
            models.CheckConstraint(
                name="mandate_end_whole",
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(ended_why="")
                | ~Q(status="ended") & Q(ended_at__isnull=True, ended_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.helper} · {self.cooperative}"

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope_words.split(","))

    @property
    def scope_names(self) -> list[str]:
        """In the words people read, in the order of the table."""
        return [str(each.label) for each in Scope if each.value in self.scopes]

    @property
    def is_standing(self) -> bool:
        """It lets the helper in now: with `is_draft_only` for drafts alone."""
        now = clock.now()
        runs = self.status == self.Status.RUNNING or (self.status == self.Status.PAPER and self.lapses_at > now)
        return runs and self.ends_at is not None and self.ends_at > now

    @property
    def is_draft_only(self) -> bool:
        return self.status == self.Status.PAPER

    @property
    def is_waiting(self) -> bool:
        """Asked for, and neither answered nor lapsed."""
        return self.status == self.Status.ASKED and self.lapses_at > clock.now()

    @property
    def left(self) -> timedelta:
        """How long it still holds; nothing when it is over."""
        until = min(filter(None, (self.ends_at, self.lapses_at if self.is_draft_only else None)), default=clock.now())
        return max(until - clock.now(), timedelta())


class KeptForm(models.Model):
    """What a helper was typing when the mandate ended: kept for the cooperative, done by nobody yet.

    `fields`: pairs of name and text as posted, without secrets, places and who bought; emptied after 30 days.
    """

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_kept_code)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="kept_forms", verbose_name=_("mandate"))
    path = models.CharField(_("page"), max_length=400)
    fields = models.JSONField(default=list)
    kept_at = models.DateTimeField(_("kept at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("form left half-way")
        verbose_name_plural = _("forms left half-way")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.code} · {self.mandate.code}"
