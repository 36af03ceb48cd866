"""Forms about certificates: what a paper covers, and how much of a lot is claimed under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.text.dates import show_date
from traceability.balance.models import ClaimModel
from traceability.certificates.models import Certificate
from traceability.fieldwork.lot_forms import amount_field, base_of
from traceability.fieldwork.lot_words import unit_name
from traceability.fieldwork.sentences import reader_language
from traceability.plots.models import Plot

LARGEST = {"g": "kg", "ml": "litre", "piece": "piece"}
MODELS = (
    (ClaimModel.SG, gettext_lazy("All goods of this lot have the certificate, kept apart from others")),
    (ClaimModel.IP, gettext_lazy("The same, and they come from one plot (or one set of plots)")),
    (ClaimModel.MB, gettext_lazy("Mixed: only a part has the certificate, counted by mass")),
)


class ScopeForm(forms.Form):
    """Which plots the paper names, and the most it covers, in the unit one speaks in."""

    plots = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Which plots does the paper name?"),
        queryset=Plot.objects.none(),
        required=False,
        help_text=gettext_lazy("None chosen: all plots of the cooperative."),
        widget=forms.CheckboxSelectMultiple,
    )
    most = amount_field(gettext_lazy("How much does it cover at most?"), required=False)  # type: ignore[arg-type]

    def __init__(self, *args: Any, plots: QuerySet[Plot], unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plots"].queryset = plots  # type: ignore[attr-defined]
        self.fields["most"].help_text = _("As the paper says it, for the whole time it is valid. Empty: it says none.")
        self.unit = unit
        if not plots:
            del self.fields["plots"]

    @property
    def unit_name(self) -> str:
        return unit_name(LARGEST[self.unit])

    def clean_most(self) -> int | None:
        """Base units."""
        typed: str = self.cleaned_data["most"]
        return base_of(typed, LARGEST[self.unit]) if typed else None


class ClaimForm(forms.Form):
    """Under which paper, how much, and how the goods are kept."""

    certificate = forms.ModelChoiceField(
        label=gettext_lazy("Under which certificate?"),
        queryset=Certificate.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose a certificate.")},
    )
    amount = amount_field(gettext_lazy("How much of the lot?"))  # type: ignore[arg-type]
    model = forms.ChoiceField(label=gettext_lazy("How are the goods kept?"), choices=MODELS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, papers: Sequence[Certificate], unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["certificate"]
        field.queryset = Certificate.objects.filter(pk__in=[paper.pk for paper in papers])  # type: ignore[attr-defined]
        field.label_from_instance = paper_words  # type: ignore[attr-defined]
        self.unit = unit

    @property
    def unit_name(self) -> str:
        return unit_name(LARGEST[self.unit])

    def clean_amount(self) -> int:
        base = base_of(self.cleaned_data["amount"], LARGEST[self.unit])
        if base <= 0:
            raise forms.ValidationError(_("Type how much, like 60 or 42,5."), code="amount_needed")
        return base


def paper_words(paper: Certificate) -> str:
    """ "VietGAP · VG-0012, đến 31/12/2026" """
    said = f"{paper.get_scheme_display()} · {paper.number}"
    if paper.expires_on is None:
        return said
    return _("%(paper)s, until %(day)s") % {"paper": said, "day": show_date(paper.expires_on, reader_language())}
