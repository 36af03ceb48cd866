from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from community.places.asking import CommuneForm
from community.questions.asking import SHORTEST
from community.questions.models import Question
from community.text.phones import InvalidPhone, parse_phone


class AskForm(CommuneForm):
    """One question, and from where."""

    field_order = ("about", "text", "place", "commune", "name", "contact", "agreed")

    about = forms.ChoiceField(label=_("What is it about?"), choices=Question.About.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Your question"),
        min_length=SHORTEST,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("No order codes of others, no bank details, please."),
    )
    place = forms.CharField(
        label=_("Your commune and province"),
        max_length=120,
        help_text=_("For example: Trần Đề, Cần Thơ. The team of that commune answers."),
    )
    name = forms.CharField(label=_("What shall we call you?"), max_length=80, required=False)
    contact = forms.CharField(
        label=_("Phone or e-mail for the answer"),
        max_length=254,
        required=False,
        help_text=_("Without it, keep the address of the next page: the answer appears there."),
    )
    agreed = forms.BooleanField(
        label=_("You may write to this phone or e-mail to answer."),
        required=False,
        help_text=_("Used for this answer only and erased afterwards."),
    )

    def clean_contact(self) -> str:
        typed: str = self.cleaned_data["contact"].strip()
        self.channel = ""
        if "@" in typed:
            validate_email(typed)
            self.channel = "email"
            return typed
        if typed:
            try:
                typed = parse_phone(typed)
            except InvalidPhone as fault:
                raise ValidationError(_("This is neither a phone number nor an e-mail address.")) from fault
            self.channel = "sms"
        return typed

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("contact") and not told.get("agreed"):
            self.add_error("agreed", ValidationError(_("Tick this, or leave phone and e-mail empty.")))
        told["channel"] = getattr(self, "channel", "")
        return told
