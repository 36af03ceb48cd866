from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PinField
from community.cooperatives.models import Membership
from community.mandates.scopes import Scope

HOW_LONG = ((1, _("Only today")), (7, _("7 days")), (30, _("30 days")))


class AskForm(forms.Form):
    """What to help with, what for, how long."""

    scopes = forms.MultipleChoiceField(
        label=_("What will you help with?"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing to help with.")},
    )
    purpose = forms.CharField(
        label=_("What for?"),
        max_length=200,
        help_text=_("In a few words, as you would tell the member. For example: put 6 kinds of goods on sale."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write what it is for.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long?"), choices=HOW_LONG, coerce=int, widget=forms.RadioSelect, initial=1
    )


class OfficerForm(forms.Form):
    """Who of the cooperative says yes."""

    officer = forms.ChoiceField(
        label=_("Who says yes?"), widget=forms.RadioSelect, error_messages={"required": _("Choose who says yes.")}
    )

    def __init__(self, *args: Any, officers: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officers = {one.code: one for one in officers}
        field = self.fields["officer"]
        field.choices = [(one.code, f"{one.user.name} ({one.get_role_display()})") for one in officers]  # type: ignore[attr-defined]
        if len(officers) == 1:
            field.initial = officers[0].code

    @property
    def membership(self) -> Membership:
        return self.officers[self.cleaned_data["officer"]]


class PinForm(OfficerForm):
    """The officer types the PIN on the helper's phone; it is compared and forgotten."""

    pin = PinField(label=_("Their PIN (they type it themselves)"), autocomplete="off")


class CardForm(forms.Form):
    card = forms.CharField(
        label=_("Code on the member card"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-scan": ""}),
        error_messages={"required": _("Scan or type the code of the card.")},
    )
    pin = PinField(label=_("Their PIN (they type it themselves)"), autocomplete="off")

    def clean_card(self) -> str:
        """The code, or the whole address that the QR code holds."""
        return str(self.cleaned_data["card"]).rstrip("/").rpartition("/")[2]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from their phone (6 digits)"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "pin"}),
        error_messages={"required": _("Type the code.")},
    )


class PaperForm(forms.Form):
    signed_by = forms.CharField(
        label=_("Who has signed?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write who has signed the paper.")},
    )
    paper = forms.FileField(
        label=_("Photo of the signed paper"),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf", "capture": "environment"}),
        error_messages={"required": _("Take a photo of the paper.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = {"days": settings.MANDATE_PAPER_DAYS}
        self.fields["paper"].help_text = (
            gettext("Only who needs it sees the picture. It is deleted %(days)s days after the mandate is over.") % days
        )
