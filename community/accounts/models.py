from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_FAILED_PINS = 5
"""Wrong PINs in a row before a number is locked: five guesses in a million for whoever finds a phone."""


class UserManager(BaseUserManager["User"]):
    """Makes users. `password` may be a PIN (members) or a password (staff): both are hashed into the same column."""

    use_in_migrations = True

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. A member has a phone number (E.164) and a PIN; staff have an e-mail address and password.

    A phone is a *login*, not a person: households share one. Names are one field (family, middle, given).
    """

    class Language(models.TextChoices):
        VI = "vi", "Tiếng Việt"
        EN = "en", "English"

    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=16, unique=True, null=True, blank=True)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.VI)
    failed_pins = models.PositiveSmallIntegerField(_("wrong PINs"), default=0)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="user_has_phone_or_email", condition=Q(phone__isnull=False) | Q(email__isnull=False)
            ),
            models.CheckConstraint(
                name="user_email_is_lower", condition=Q(email__isnull=True) | Q(email=Lower("email"))
            ),
            models.CheckConstraint(name="user_failed_pins_limit", condition=Q(failed_pins__lte=MAX_FAILED_PINS)),
            models.CheckConstraint(name="user_language", condition=Q(language__in=["vi", "en"])),
        ]

    def __str__(self) -> str:
        return self.name or "—"

    @property
    def is_locked(self) -> bool:
        """No PIN opens this account until somebody unlocks it (`community.accounts.unlocking`)."""
        return self.locked_at is not None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """The given name, which comes last in Vietnamese: "Hồ Thị Lan" → "Lan"."""
        return self.name.split()[-1] if self.name.strip() else ""
