"""Keys by which another computer acts for a cooperative. The secret is shown once and never stored."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.accounts.models import User
from community.cooperatives.models import Cooperative


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def in_force(self) -> ApiKeyQuerySet:
        return self.filter(revoked_at__isnull=True)


class ApiKey(models.Model):
    class Scope(models.TextChoices):
        READ = "read", _("Read records")
        CAPTURE = "capture", _("Read and write records")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)  # the public part, by which the row is found
    secret_sha256 = models.CharField(max_length=64)
    scope = models.CharField(_("may"), max_length=8, choices=Scope, default=Scope.READ)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=["read", "capture"]), name="api_key_scope_known"),
        ]

    def __str__(self) -> str:
        return f"cn_{self.prefix}"

    @property
    def code(self) -> str:
        """What names the key in the audit log: never the secret."""
        return self.prefix

    @property
    def may_capture(self) -> bool:
        return self.scope == self.Scope.CAPTURE
