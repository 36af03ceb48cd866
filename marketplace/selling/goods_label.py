"""What the label of goods has to say, on one quiet screen."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from marketplace.listings.labelling import LabelFacts, is_eaten, tell_label
from marketplace.listings.seasons import MONTHS
from marketplace.listings.writing import BadListing
from marketplace.selling.door import listing_or_404, posted
from traceability.products.allergens import ALLERGENS
from traceability.products.models import Product

TROUBLES = {
    "praise": gettext_lazy("Write only facts here. Praise belongs into the words, which the market looks at."),
    "unknown_allergen": gettext_lazy("Choose from the list."),
    "unknown_month": gettext_lazy("Choose from the list."),
}


class LabelForm(forms.Form):
    """Nothing is required: who sells baskets leaves all of it empty."""

    ingredients = forms.CharField(
        label=gettext_lazy("What is in it?"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("As on the pack, what is most first."),
    )
    allergens = forms.MultipleChoiceField(
        label=gettext_lazy("Some people must not eat it. It contains:"),
        required=False,
        choices=list(ALLERGENS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    storage = forms.CharField(
        label=gettext_lazy("How to keep it"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For example: dry and cool; after opening in the fridge, one week."),
    )
    warnings = forms.CharField(
        label=gettext_lazy("What buyers should mind"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For example: not for children under one year."),
    )

    season_months = forms.TypedMultipleChoiceField(
        label=gettext_lazy("In which months is it harvested or made?"),
        required=False,
        coerce=int,
        choices=list(enumerate(MONTHS, start=1)),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Buyers who look for goods in season find it in these months. All year: tick all."),
    )

    def __init__(self, product: Product, data: QueryDict | None = None) -> None:
        names = ("storage", "ingredients", "allergens", "warnings", "season_months")
        super().__init__(data, initial={name: getattr(product, name) for name in names})
        if not is_eaten(product):
            del self.fields["ingredients"], self.fields["allergens"]


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def label_page(request: MemberRequest, code: str) -> HttpResponseBase:
    listing = listing_or_404(request.cooperative, code)
    product = listing.product
    form = LabelForm(product, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            tell_label(product=product, facts=LabelFacts(**form.cleaned_data), actor=request.actor)
        except BadListing as fault:
            form.add_error(None, str(TROUBLES[fault.code]))
        else:
            messages.success(request, _("Kept. Buyers read it from now on."))
            return redirect("selling:listing", code=product.code)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/label_facts.html", {"listing": listing, "form": form}, status=status)
