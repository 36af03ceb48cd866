"""People in the staff's admin: Wagtail's user pages, fitted to a user with one name and perhaps no e-mail address.

Made here, a person is staff. Members are opened by `opening.py`; here their name, phone and standing can be corrected.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import ModelPermissionPolicy
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, IndexView, UserViewSet

from community.accounts.fields import PhoneField
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.audit.staff_edits import LeavesALine


class StaffCreationForm(UserCreationForm):
    """A new member of staff: name, e-mail, password."""

    first_name = None
    last_name = None

    class Meta(UserCreationForm.Meta):
        fields = ("name", "email", "is_superuser", "groups")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        user: User = super().save(commit)
        return user


class PersonEditForm(UserEditForm):
    """Somebody's name, phone and standing. Passwords only of staff: a member's PIN is set with her, not here."""

    first_name = None
    last_name = None
    phone = PhoneField(required=False)

    class Meta(UserEditForm.Meta):
        fields = ("name", "phone", "email", "is_active", "is_superuser", "groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = self.instance.is_staff
        if not self.instance.is_staff:
            for name in ("password1", "password2", "is_superuser", "groups"):
                self.fields.pop(name, None)

    @property
    def password_enabled(self) -> bool:
        return bool(self.instance.is_staff and super().password_enabled)

    def clean_phone(self) -> str | None:
        return self.cleaned_data["phone"] or None

    def clean_email(self) -> str | None:
        return (self.cleaned_data["email"] or "").lower() or None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("phone") and not cleaned.get("email"):
            raise forms.ValidationError(_("Enter a phone number or an e-mail address."), code="no_login")
        return cleaned

    def _clean_username(self) -> None:
        """Wagtail looks for others with the same user name; without an e-mail there is none to look for."""
        if self.cleaned_data.get("email"):
            super()._clean_username()


class PersonEditView(LeavesALine, EditView):
    personal = frozenset({"name", "phone", "email"})

    def write_line(self, saved: User, what: str) -> None:
        record(actor=Actor.of(self.request.user), action="user.edited", subject=saved, what=what)


class PeopleIndexView(IndexView):
    @cached_property
    def search_fields(self) -> set[str]:
        return {"name", "email", "phone"}


class NobodyDeletes(ModelPermissionPolicy):
    """People are closed (`is_active`), never deleted: the audit log names them."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))

    def user_has_permission_for_instance(self, user: User, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


class PeopleViewSet(UserViewSet):
    index_view_class = PeopleIndexView
    edit_view_class = PersonEditView
    create_template_name = "community/person_create.html"
    edit_template_name = "community/person_edit.html"

    @cached_property
    def permission_policy(self) -> NobodyDeletes:
        return NobodyDeletes(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonEditForm if for_update else StaffCreationForm
