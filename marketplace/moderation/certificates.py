"""Papers in the staff's admin: added from what the cooperative sent, counted only when somebody has looked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from community.audit.actors import Actor
from community.audit.recording import record
from community.audit.staff_edits import LeavesALine
from marketplace.moderation.rights import NothingDeleted
from traceability.balance.certifying import judge_certificate
from traceability.certificates.models import Certificate

STARS = ((None, "—"), (3, "3"), (4, "4"), (5, "5"))


class CertificateForm(forms.ModelForm):
    stars = forms.TypedChoiceField(label=_("OCOP stars"), choices=STARS, required=False, coerce=int, empty_value=None)
    is_checked = forms.BooleanField(
        label=_("I have compared it with the paper or the issuer's register"),
        required=False,
        help_text=_("Buyers see a certificate only when somebody has checked it."),
    )
    revoked = forms.DateField(
        label=_("Revoked on"),
        required=False,
        widget=AdminDateInput,
        help_text=_("From this day on it does not count. Empty: it is not revoked."),
    )
    actor: Actor

    class Meta:
        model = Certificate
        fields = (
            "cooperative",
            "products",
            "plots",
            "max_quantity_base",
            "scheme",
            "stars",
            "number",
            "issuer",
            "issuer_en",
            "issued_on",
            "expires_on",
        )
        widgets = {"issued_on": AdminDateInput, "expires_on": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["is_checked"].initial = self.instance.checked_at is not None
            self.fields["revoked"].initial = self.instance.revoked_on

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if (told.get("scheme") == Certificate.Scheme.OCOP) != (told.get("stars") is not None):
            self.add_error("stars", ValidationError(_("Stars belong to OCOP certificates, and every one has them.")))
        cooperative, products = told.get("cooperative"), told.get("products")
        if cooperative and products and products.exclude(cooperative=cooperative).exists():
            self.add_error("products", ValidationError(_("Choose only products of this cooperative.")))
        plots = told.get("plots")
        if cooperative and plots and plots.exclude(cooperative=cooperative).exists():
            self.add_error("plots", ValidationError(_("Choose only plots of this cooperative.")))
        if told.get("max_quantity_base") is not None and told["max_quantity_base"] <= 0:
            self.add_error("max_quantity_base", ValidationError(_("Type an amount above zero, or leave it empty.")))
        if told.get("expires_on") and told.get("issued_on") and told["expires_on"] < told["issued_on"]:
            self.add_error("expires_on", ValidationError(_("This day is before the day of issue.")))
        return told

    def save(self, commit: bool = True) -> Certificate:
        said = self.cleaned_data
        return judge_certificate(
            certificate=self.instance,
            products=said["products"],
            plots=said["plots"],
            counts=said["is_checked"],
            revoked_on=said["revoked"],
            actor=self.actor,
        )


class ThroughVerbs:
    """The words are the form's; the verb writes them, and decides and audits whether the paper counts."""

    form: CertificateForm

    def save_instance(self) -> Certificate:
        self.form.actor = Actor.of(self.request.user)  # type: ignore[attr-defined]
        certificate: Certificate = super().save_instance()  # type: ignore[misc]
        return certificate


class AddCertificate(ThroughVerbs, CreateView):
    pass


class EditCertificate(LeavesALine, ThroughVerbs, EditView):
    told_elsewhere = frozenset({"is_checked", "revoked", "plots", "max_quantity_base"})

    def write_line(self, saved: Certificate, what: str) -> None:
        actor = Actor.of(self.request.user)
        record(actor=actor, action="certificate.edited", subject=saved, cooperative=saved.cooperative, what=what)

    def get_success_message(self) -> str:
        if self.form.fields["revoked"].initial and self.object.revoked_on is None:
            return gettext("Saved. %(paper)s is not revoked any more: no day was given.") % {"paper": self.object}
        said: str = super().get_success_message()
        return said


class CertificateViewSet(ModelViewSet):
    model = Certificate
    icon = "doc-full"
    menu_label = _("Certificates")
    menu_order = 170
    add_to_admin_menu = True
    url_prefix = "chung-nhan"
    add_view_class = AddCertificate
    edit_view_class = EditCertificate
    list_display = (
        "__str__",
        "cooperative",
        "issuer",
        DateColumn("expires_on", label=_("Valid to")),
        DateColumn("checked_at", label=_("Checked")),
    )
    list_filter = ("scheme", "cooperative")
    list_select_related = ("cooperative",)
    search_fields = ("number", "issuer", "cooperative__name")
    copy_view_enabled = False
    inspect_view_enabled = True

    @cached_property
    def permission_policy(self) -> NothingDeleted:
        return NothingDeleted(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return CertificateForm
