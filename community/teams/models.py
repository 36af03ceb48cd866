from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community import clock
from community.places.models import AdminUnit
from community.text.codes import new_code


def new_team_code() -> str:
    return new_code(8)


class SupportingOrganisation(models.Model):
    """Who stands beside the teams: a bank's branch, a union, a school, an office. Its people look, they do not act."""

    class Kind(models.TextChoices):
        BANK = "bank", _("Bank")
        UNION = "union", _("Union or association")
        SCHOOL = "school", _("School")
        OFFICE = "office", _("Office of the state")
        FIRM = "firm", _("Firm")
        OTHER = "other", _("Something else")

    name = models.CharField(_("name"), max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    ended_on = models.DateField(_("supports until"), null=True, blank=True)

    class Meta:
        verbose_name = _("supporting organisation")
        verbose_name_plural = _("supporting organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="support_kind", condition=Q(kind__in=["bank", "union", "school", "office", "firm", "other"])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A community digital team: formed by the chairman of a commune, for the commune or one of its hamlets."""

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_team_code)
    name = models.CharField(_("name"), max_length=120)
    commune = models.ForeignKey(
        AdminUnit, on_delete=models.PROTECT, related_name="digital_teams", verbose_name=_("commune")
    )
    hamlet = models.CharField(_("hamlet"), max_length=120, blank=True)
    formed_on = models.DateField(_("formed on"), null=True, blank=True)
    decision_no = models.CharField(_("number of the decision"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    ended_on = models.DateField(_("dissolved on"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo"), default=False)

    class Meta:
        verbose_name = _("digital team")
        verbose_name_plural = _("digital teams")
        ordering = ["commune__sort_key", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class PlaceQuerySet(models.QuerySet["TeamMember"]):
    def active(self) -> PlaceQuerySet:
        """Places that hold right now; asked afresh on every request."""
        sent = Q(organisation=None) | Q(organisation__ended_on=None) | Q(organisation__ended_on__gt=clock.today())
        return self.filter(sent, ended_at__isnull=True, team__ended_on__isnull=True, user__is_active=True)

    def helping(self) -> PlaceQuerySet:
        """Those whose people may be given a mandate."""
        return self.active().filter(role__in=TeamMember.HELP)

    def helping_beside(self, team: Team) -> PlaceQuerySet:
        """In the other teams of its commune."""
        return self.helping().filter(team__commune=team.commune_id).exclude(team=team)


class TeamMember(models.Model):
    """Somebody's place in a team, from and until. Ended, never deleted: what was done keeps its context."""

    class Role(models.TextChoices):
        HEAD = "head", _("Head of the team")
        DEPUTY = "deputy", _("Deputy")
        MEMBER = "member", _("Member of the team")
        PARTNER = "partner", _("Partner: looks only")
        INSPECTOR = "inspector", _("Inspector: looks only")

    LEAD = frozenset({Role.HEAD, Role.DEPUTY})
    HELP = frozenset({Role.HEAD, Role.DEPUTY, Role.MEMBER})

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_team_code)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="places", verbose_name=_("digital team"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_places", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    organisation = models.ForeignKey(
        SupportingOrganisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("supporting organisation"),
    )
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a team")
        verbose_name_plural = _("places in teams")
        ordering = ["team", "started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team"], condition=Q(ended_at__isnull=True), name="team_place_active_once"
            ),
            models.CheckConstraint(
                name="team_place_role", condition=Q(role__in=["head", "deputy", "member", "partner", "inspector"])
            ),
            models.CheckConstraint(
                name="team_place_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.team}"

    @property
    def leads(self) -> bool:
        """Head and deputy: they end a member's sessions and sign for what others do."""
        return self.role in self.LEAD

    @property
    def helps(self) -> bool:
        return self.role in self.HELP

    @property
    def only_looks(self) -> bool:
        """Partners and inspectors read; no mandate is ever theirs."""
        return not self.helps
