"""Cooperatives and memberships in the staff's admin. What is a change of standing goes through the verbs, so it is
checked and audited; only words and addresses are written by the form itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import ModelPermissionPolicy

from community.accounts.fields import PhoneField
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.audit.staff_edits import LeavesALine
from community.cooperatives.founding import CannotFound, create_cooperative
from community.cooperatives.joining import CannotJoin, CannotLeave, add_member, end_membership
from community.cooperatives.models import Cooperative, Membership
from community.places.models import AdminUnit

SENTENCES = {
    "already_member": _("This person already belongs to the cooperative."),
    "not_allowed": _("This is not allowed."),
    "last_owner": _("The last owner cannot leave: somebody must answer for the cooperative."),
    "already_ended": _("This membership has already ended."),
    "name_missing": _("Enter the name."),
    "not_a_commune": _("Choose a commune that exists today."),
}


class NothingIsDeleted(ModelPermissionPolicy):
    """Cooperatives cease, memberships end."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))

    def user_has_permission_for_instance(self, user: User, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


class CooperativeForm(forms.ModelForm):
    """Without the standing: founded as an applicant, admitted and stopped at the desk for sellers."""

    commune_code = forms.CharField(
        label=_("Code of the commune"), min_length=5, max_length=5, help_text=_("Five digits, for example 31673.")
    )
    phone = PhoneField(required=False)

    class Meta:
        model = Cooperative
        fields = ("name", "legal_form", "address_line", "phone", "tax_code", "intro", "intro_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["commune_code"].initial = self.instance.commune.code

    def clean_commune_code(self) -> AdminUnit:
        found = AdminUnit.objects.current().communes().filter(code=self.cleaned_data["commune_code"]).first()
        if found is None:
            raise ValidationError(SENTENCES["not_a_commune"], code="not_a_commune")
        return found


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("cooperative", "user", "role")


class EndMembershipForm(forms.ModelForm):
    ends_now = forms.BooleanField(label=_("End this membership now"), help_text=_("Holds on the next page opened."))

    class Meta:
        model = Membership
        fields = ()


class SaysNo:
    """Turns a verb's refusal into a sentence on the form, like any wrong field."""

    def form_valid(self, form: forms.ModelForm) -> Any:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except (CannotFound, CannotJoin, CannotLeave) as error:
            form.add_error(None, ValidationError(SENTENCES[error.code], code=error.code))
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]


class FoundView(SaysNo, CreateView):
    def save_instance(self) -> Cooperative:
        told = dict(self.form.cleaned_data)
        return create_cooperative(commune=told.pop("commune_code"), actor=Actor.of(self.request.user), **told)


class CooperativeEditView(SaysNo, LeavesALine, EditView):
    personal = frozenset({"phone", "address_line", "commune_code"})

    def write_line(self, saved: Cooperative, what: str) -> None:
        actor = Actor.of(self.request.user)
        record(actor=actor, action="cooperative.edited", subject=saved, cooperative=saved, what=what)

    def save_instance(self) -> Cooperative:
        self.form.instance.commune = self.form.cleaned_data["commune_code"]
        cooperative: Cooperative = super().save_instance()
        return cooperative


class JoinView(SaysNo, CreateView):
    def save_instance(self) -> Membership:
        return add_member(actor=Actor.of(self.request.user), **self.form.cleaned_data)


class LeaveView(SaysNo, EditView):
    def save_instance(self) -> Membership:
        return end_membership(membership=self.form.instance, actor=Actor.of(self.request.user))


class CooperativeViewSet(ModelViewSet):
    model = Cooperative
    icon = "group"
    menu_label = _("Cooperatives")
    add_view_class = FoundView
    edit_view_class = CooperativeEditView
    list_display = ("name", "commune", "legal_form", "status")
    list_filter = ("status", "legal_form", "is_demo")
    list_select_related = ("commune__parent",)
    search_fields = ("name", "code", "phone", "tax_code")
    inspect_view_enabled = True
    copy_view_enabled = False

    @cached_property
    def permission_policy(self) -> NothingIsDeleted:
        return NothingIsDeleted(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return CooperativeForm


class MembershipViewSet(ModelViewSet):
    model = Membership
    icon = "user"
    menu_label = _("Members")
    add_view_class = JoinView
    edit_view_class = LeaveView
    list_display = (
        Column("user", label=_("Person")),
        "cooperative",
        "role",
        "started_at",
        "ended_at",
    )
    list_filter = ("role",)
    ordering = ("-pk",)
    search_fields = ("user__name", "user__phone", "cooperative__name")
    inspect_view_enabled = True
    copy_view_enabled = False

    @cached_property
    def permission_policy(self) -> NothingIsDeleted:
        return NothingIsDeleted(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return EndMembershipForm if for_update else MembershipForm


class CooperativesGroup(ViewSetGroup):
    menu_label = _("Cooperatives")
    menu_icon = "group"
    menu_order = 250
    items = (CooperativeViewSet("cooperatives"), MembershipViewSet("memberships"))
