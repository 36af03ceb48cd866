"""What a buyer is asked about goods that came: stars, words, a photo, and whether a short name is shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

STARS = (
    ("5", gettext_lazy("★★★★★ very good")),
    ("4", gettext_lazy("★★★★ good")),
    ("3", gettext_lazy("★★★ all right")),
    ("2", gettext_lazy("★★ not so good")),
    ("1", gettext_lazy("★ bad")),
)


class ReviewForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=gettext_lazy("How are the goods?"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the stars.")},
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Taste, freshness, packing: what another buyer wants to know."),
    )
    named = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: object, short_name: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["named"].label = gettext_lazy("Show as “%(name)s”") % {"name": short_name}
        self.fields["named"].help_text = gettext_lazy("Otherwise no name is shown.")


class ReportForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What is wrong with this review?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write in a few words what is wrong.")},
    )
