from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AdminUnitQuerySet(models.QuerySet["AdminUnit"]):
    def current(self) -> AdminUnitQuerySet:
        """Units that exist today. Those gone stay in the table: old orders and batches point at them."""
        return self.filter(is_current=True)

    def provinces(self) -> AdminUnitQuerySet:
        return self.filter(level=AdminUnit.Level.PROVINCE)

    def communes(self) -> AdminUnitQuerySet:
        return self.filter(level=AdminUnit.Level.COMMUNE)


class AdminUnit(models.Model):
    """A province or commune with its code of the Statistics Office: a *string* of 2 or 5 digits ("04", "00004")."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        COMMUNE = "commune", _("Commune")

    class Kind(models.TextChoices):
        TINH = "tinh", "Tỉnh"
        THANH_PHO = "thanh_pho", "Thành phố"
        XA = "xa", "Xã"
        PHUONG = "phuong", "Phường"
        DAC_KHU = "dac_khu", "Đặc khu"

    code = models.CharField(max_length=5, unique=True)
    level = models.CharField(max_length=10, choices=Level)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=60)
    name_with_type = models.CharField(max_length=80)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="communes")
    folded = models.CharField(max_length=60, db_index=True)
    sort_key = models.CharField(max_length=300, editable=False)
    is_current = models.BooleanField(default=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = AdminUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ["sort_key", "code"]
        constraints = [
            models.CheckConstraint(
                name="admin_unit_commune_has_province",
                condition=Q(level="province", parent__isnull=True) | Q(level="commune", parent__isnull=False),
            ),
            models.CheckConstraint(
                name="admin_unit_kind_fits_level",
                condition=Q(level="province", kind__in=["tinh", "thanh_pho"])
                | Q(level="commune", kind__in=["xa", "phuong", "dac_khu"]),
            ),
            models.CheckConstraint(
                name="admin_unit_gone_has_time",
                condition=Q(is_current=True, gone_at__isnull=True) | Q(is_current=False, gone_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name_with_type

    @property
    def full_name(self) -> str:
        """ "Xã Trần Đề, Thành phố Cần Thơ": 570 communes share their name with another, so the province is shown."""
        return f"{self.name_with_type}, {self.parent.name_with_type}" if self.parent else self.name_with_type

    @property
    def short_name(self) -> str:
        """ "Trần Đề, Cần Thơ": for cards, where there is no room for the types."""
        return f"{self.name}, {self.parent.name}" if self.parent else self.name


class UnitAlias(models.Model):
    """An old name that people still type, and the unit of today it leads to. A split place has several rows."""

    class Kind(models.TextChoices):
        OLD_PROVINCE = "old_province", _("Old province")
        OLD_DISTRICT = "old_district", _("Old district")
        OLD_COMMUNE = "old_commune", _("Old commune")

    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=80)
    folded = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        verbose_name = _("old name")
        verbose_name_plural = _("old names")
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "name"], name="unit_alias_once"),
            models.CheckConstraint(
                name="unit_alias_kind", condition=Q(kind__in=["old_province", "old_district", "old_commune"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.unit_id}"
