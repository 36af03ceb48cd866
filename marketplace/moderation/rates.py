"""Commission and tax by date in the staff's admin: rows are added, never changed; what was agreed stays readable."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import CreateView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.staff_rights import OnlyThese
from marketplace.pricing.settlement import WITHHELD_SELLER_TYPES
from marketplace.rates.models import CommissionRule, TaxRule


class AddedOnly(OnlyThese):
    """A newer row ends an older one."""

    acts = frozenset({"view", "add"})


class RuleForm(WagtailAdminModelForm):
    """A rule cannot begin in the past: orders were made without it."""

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < clock.today():
            raise forms.ValidationError(_("A rule begins today or later."))
        return day


class CommissionForm(RuleForm):
    class Meta:
        model = CommissionRule
        fields = ("cooperative", "bps", "valid_from", "note")
        widgets = {"valid_from": AdminDateInput}


class TaxForm(RuleForm):
    confirmed = forms.BooleanField(
        label=_("I have compared these figures with the law"),
        help_text=_("Without this the tax is reckoned and shown, never deducted."),
        required=False,
    )

    class Meta:
        model = TaxRule
        fields = ("legal_form", "vat_bps", "pit_bps", "on_shipping", "valid_from", "legal_basis")
        widgets = {"valid_from": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, name) for code, name in self.fields["legal_form"].choices if code in WITHHELD_SELLER_TYPES]
        self.fields["legal_form"].choices = choices


class AddRule(CreateView):
    def save_instance(self) -> Any:
        rule = self.form.save(commit=False)
        if isinstance(rule, CommissionRule):
            rule.created_by = self.request.user
        elif self.form.cleaned_data["confirmed"]:
            rule.confirmed_by = self.request.user
        rule.save()
        record(actor=Actor.of(self.request.user), action=f"{rule._meta.model_name}.added", subject=rule)
        return rule


class RuleViewSet(ModelViewSet):
    add_view_class = AddRule
    inspect_view_enabled = True
    copy_view_enabled = False
    ordering = ("-valid_from", "-pk")

    @cached_property
    def permission_policy(self) -> AddedOnly:
        return AddedOnly(self.model)


class CommissionRuleViewSet(RuleViewSet):
    model = CommissionRule
    icon = "tag"
    menu_label = _("Commission")
    list_display = (
        "__str__",
        Column("who", label=_("Cooperative"), accessor=lambda rule: rule.cooperative or _("Everybody")),
        Column("note", label=_("Agreed where")),
        DateColumn("valid_from", label=_("From")),
    )
    list_select_related = ("cooperative",)

    def get_form_class(self, for_update: bool = False) -> type[CommissionForm]:
        return CommissionForm


class TaxRuleViewSet(RuleViewSet):
    model = TaxRule
    icon = "tag"
    menu_label = _("Tax rates")
    list_display = (
        "__str__",
        Column("vat_bps", label=_("VAT, basis points")),
        Column("pit_bps", label=_("Income tax, basis points")),
        Column("by", label=_("Confirmed by"), accessor=lambda rule: rule.confirmed_by or _("Nobody yet")),
        DateColumn("valid_from", label=_("From")),
    )
    list_select_related = ("confirmed_by",)

    def get_form_class(self, for_update: bool = False) -> type[TaxForm]:
        return TaxForm
