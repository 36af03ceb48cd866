from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community import clock
from community.accounts.models import User
from community.cooperatives.roles import Role, may
from community.places.models import AdminUnit
from community.text.codes import new_code


def new_membership_code() -> str:
    return new_code(8)


class CooperativeQuerySet(models.QuerySet["Cooperative"]):
    def active(self) -> CooperativeQuerySet:
        """Those that may sell and publish today."""
        return self.filter(status=Cooperative.Status.ACTIVE)

    def resting(self, day: date) -> CooperativeQuerySet:
        """Those on holiday that day: nothing is ordered from them."""
        return self.filter(holiday_from__lte=day, holiday_until__gte=day)


class Cooperative(models.Model):
    """A seller: cooperative, cooperative group, household, enterprise or club. The tenant that all work belongs to."""

    class LegalForm(models.TextChoices):
        COOPERATIVE = "cooperative", _("Cooperative")
        GROUP = "group", _("Cooperative group")
        HOUSEHOLD = "household", _("Household business")
        ENTERPRISE = "enterprise", _("Enterprise")
        CLUB = "club", _("Club")

    class Status(models.TextChoices):
        APPLIED = "applied", _("Applied")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CEASED = "ceased", _("Ceased")

    code = models.CharField(max_length=12, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address of the booth"), max_length=140, unique=True)
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm, default=LegalForm.COOPERATIVE)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.APPLIED, db_index=True)
    status_reason = models.CharField(_("why it is so"), max_length=400, blank=True)
    holiday_from = models.DateField(_("closed from"), null=True, blank=True)
    holiday_until = models.DateField(_("closed until"), null=True, blank=True)
    commune = models.ForeignKey(
        AdminUnit, on_delete=models.PROTECT, related_name="cooperatives", verbose_name=_("commune")
    )
    address_line = models.CharField(_("house number, hamlet"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)
    gln = models.CharField(_("GLN"), max_length=13, unique=True, null=True, blank=True)
    intro = models.TextField(_("introduction"), blank=True)
    intro_en = models.TextField(_("introduction in English"), blank=True)
    photo = models.ForeignKey(
        "community.Photo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("photo"),
    )
    is_demo = models.BooleanField(_("demo"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="cooperatives")

    objects = CooperativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("cooperative")
        verbose_name_plural = _("cooperatives")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cooperative_status", condition=Q(status__in=["applied", "active", "suspended", "ceased"])
            ),
            models.CheckConstraint(
                name="cooperative_legal_form",
                condition=Q(legal_form__in=["cooperative", "group", "household", "enterprise", "club"]),
            ),
            models.CheckConstraint(
                name="cooperative_holiday_in_order",
                condition=Q(holiday_from__isnull=True, holiday_until__isnull=True)
                | Q(holiday_until__gte=F("holiday_from")),
            ),
            models.CheckConstraint(
                name="cooperative_gln_is_13_digits", condition=Q(gln__isnull=True) | Q(gln__regex=r"^[0-9]{13}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def resting_until(self) -> date | None:
        """The last day of a holiday that holds today; ends by the clock. None: orders are taken."""
        first, last = self.holiday_from, self.holiday_until
        return last if first and last and first <= clock.today() <= last else None

    @property
    def holiday_ahead(self) -> bool:
        return self.holiday_from is not None and self.holiday_from > clock.today()

    def has_member(self, user: User | None) -> bool:
        """Whoever belongs to a seller does not decide about it."""
        return self.memberships.active().filter(user=user).exists()

    @property
    def message_phone(self) -> str:
        """Where its messages go: its own number, else that of an owner; "" when neither has one. Never shown."""
        if self.phone:
            return self.phone
        owners = self.memberships.active().filter(role=Role.OWNER, user__is_active=True, user__phone__isnull=False)
        return str(owners.order_by("started_at", "pk").values_list("user__phone", flat=True).first() or "")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        """Memberships that hold right now; asked afresh on every request, so an end counts on the next one."""
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """A person's role in a cooperative, from and until. Ended, never deleted: old acts keep their context."""

    code = models.CharField(max_length=12, unique=True, editable=False, default=new_membership_code)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("cooperative")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.VIEWER)
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cooperative"], condition=Q(ended_at__isnull=True), name="membership_active_once"
            ),
            models.CheckConstraint(
                name="membership_role", condition=Q(role__in=["owner", "manager", "recorder", "packer", "viewer"])
            ),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.cooperative}"

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

    def may(self, capability: str) -> bool:
        """True when this membership holds and its role has the capability (`roles.Capability`)."""
        return self.is_active and may(self.role, capability)
