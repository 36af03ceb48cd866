"""Forms about goods that are on the market, and about their papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from community import clock
from marketplace.selling.forms import PackForm, PriceForm
from traceability.balance.submitting import PaperFacts
from traceability.certificates.models import Certificate

OCOP_YEARS = 3
"""An OCOP certificate holds 36 months from the decision (Decision 919/QĐ-TTg)."""

EARLIEST = date(1990, 1, 1)
"""No paper of the kinds asked for is older: a mistyped year."""

STARS = (("", "—"), ("3", "★★★ 3"), ("4", "★★★★ 4"), ("5", "★★★★★ 5"))


def day_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        widget=widget,
        error_messages={
            "required": gettext_lazy("Choose the day that stands on the paper."),
            "invalid": gettext_lazy("Choose the day that stands on the paper."),
        },
        **more,
    )


class ScanForm(forms.Form):
    """A picture of a paper."""

    file = forms.FileField(
        label=gettext_lazy("Photo or PDF of the paper"),
        help_text=gettext_lazy("The whole paper, so that number and stamp can be read."),
        error_messages={"required": gettext_lazy("Take a photo of the paper, or choose a file.")},
    )
    file.widget.attrs["accept"] = "image/*,application/pdf"


class CertificateForm(ScanForm):
    """What stands on the paper, and a picture of it."""

    field_order = ["scheme", "stars", "number", "issuer", "issued_on", "expires_on", "file"]

    scheme = forms.ChoiceField(
        label=gettext_lazy("Which paper is it?"),
        choices=Certificate.Scheme.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose which paper it is.")},
    )
    stars = forms.ChoiceField(
        label=gettext_lazy("How many OCOP stars?"),
        choices=STARS,
        required=False,
        help_text=gettext_lazy("Only for OCOP."),
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the paper"),
        max_length=80,
        help_text=gettext_lazy("For OCOP: the number of the decision, like 1234/QĐ-UBND."),
        error_messages={"required": gettext_lazy("Write the number that stands on the paper.")},
    )
    issuer = forms.CharField(
        label=gettext_lazy("Who issued it?"),
        max_length=160,
        error_messages={"required": gettext_lazy("Write who signed the paper.")},
    )
    issued_on = day_field(gettext_lazy("Issued on"))
    expires_on = day_field(
        gettext_lazy("Valid until"), required=False, help_text=gettext_lazy("Leave it empty if the paper says none.")
    )

    def clean_issued_on(self) -> date:
        """Before anything is reckoned from it: no calendar goes beyond the year 9999."""
        day: date = self.cleaned_data["issued_on"]
        if not EARLIEST <= day <= clock.today():
            raise forms.ValidationError(
                gettext_lazy("The day of issue lies behind us, and after 1990. Look at the year."), code="issued_on"
            )
        return day

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        is_ocop = told.get("scheme") == Certificate.Scheme.OCOP
        if is_ocop and not told.get("stars"):
            self.add_error("stars", forms.ValidationError(gettext_lazy("Choose the number of stars."), code="stars"))
        if not is_ocop:
            told["stars"] = ""
        if is_ocop and told.get("issued_on") and not told.get("expires_on"):
            told["expires_on"] = years_after(told["issued_on"], OCOP_YEARS)
        return told

    def facts(self) -> PaperFacts:
        said = self.cleaned_data
        return PaperFacts(
            scheme=said["scheme"],
            number=" ".join(said["number"].split()),
            issuer=" ".join(said["issuer"].split()),
            issued_on=said["issued_on"],
            expires_on=said["expires_on"],
            stars=int(said["stars"]) if said["stars"] else None,
        )


def years_after(day: date, years: int) -> date:
    """The same day; the 29th of February becomes the 28th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year + years, day.month, last)


class ChoosePapersForm(forms.Form):
    """Which of the cooperative's papers cover these goods; none is an answer too."""

    papers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which papers do these goods have?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, papers: Sequence[Certificate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["papers"].choices = [(paper.pk, str(paper)) for paper in papers]  # type: ignore[attr-defined]


class NewPackForm(PackForm, PriceForm):
    """Another pack of goods that are there already: how much is in it, and its price."""

    field_order = ["amount", "unit", "container", "price", "gtin", "ship_weight_g"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["shelf_life"], self.fields["shelf_life_unit"]


class PackSizeForm(PackForm):
    """Only how much is in it; a barcode has a page of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("shelf_life", "shelf_life_unit", "gtin"):
            del self.fields[name]
