"""What a sack holds: said once for each product, on the way to a harvest or here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.door.current import MemberRequest, member_required
from community.text.quantities import UNITS, InvalidNumber, parse_decimal_vi, show_quantity, to_base
from traceability.fieldwork.door import SeeOther
from traceability.fieldwork.lot_words import unit_name
from traceability.fieldwork.progress import product_drawing
from traceability.fieldwork.sentences import reader_language
from traceability.fieldwork.spoken import LARGEST_OF, NOT_A_NUMBER, measure_fault
from traceability.products.measures import WORDS, Measure, say_measure
from traceability.products.models import Product

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


class MeasureForm(forms.Form):
    """ "One sack = 50 kg". What is unusual is asked twice (``sure``)."""

    word = forms.ChoiceField(
        label=gettext_lazy("Which word?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a word.")},
    )
    each = forms.CharField(
        label=gettext_lazy("How much does one hold?"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "keypad", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type how much, like 60 or 42,5."), "max_length": NOT_A_NUMBER},
    )
    unit = forms.ChoiceField(label=gettext_lazy("In which unit?"), widget=forms.RadioSelect)
    sure = forms.BooleanField(label=gettext_lazy("Yes, these numbers are right"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].choices = [(code, word.shown) for code, word in WORDS.items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(unit, unit_name(unit)) for unit in LARGEST_OF.values()]  # type: ignore[attr-defined]

    @property
    def asks_if_sure(self) -> bool:
        return self.has_error("sure")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not all(cleaned.get(name) for name in ("word", "each", "unit")):
            return cleaned
        base_unit = UNITS[cleaned["unit"]][0]
        try:
            each_base = to_base(parse_decimal_vi(cleaned["each"]), cleaned["unit"])
        except InvalidNumber:
            self.add_error("each", NOT_A_NUMBER)
            return cleaned
        if fault := measure_fault(cleaned["word"], each_base, base_unit, sure=cleaned["sure"]):
            self.add_error(*fault)
        return cleaned | {"each_base": each_base, "base_unit": base_unit}


@require_safe
@member_required("record")
def units_page(request: MemberRequest) -> HttpResponse:
    """Every product with the words whose weight is known. Two queries."""
    products = Product.objects.of_cooperative(request.cooperative).active().select_related("line")
    lines = [
        (product, product_drawing(product), [_told(one) for one in product.measures.all()])
        for product in products.prefetch_related("measures")
    ]
    return render(request, "fieldwork/units.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def unit_page(request: MemberRequest, product_code: str) -> HttpResponseBase:
    """``?tu=bao`` proposes that word, with what is known of it."""
    products = Product.objects.of_cooperative(request.cooperative).active().select_related("line", "cooperative")
    product = get_object_or_404(products, code=product_code)
    if request.method != "POST":
        return _page(request, product, MeasureForm(initial=_known(product, request.GET.get("tu", "bao"))))
    form = MeasureForm(request.POST)
    if not form.is_valid():
        return _page(request, product, form, status=UNPROCESSABLE)
    said = form.cleaned_data
    measure = say_measure(
        product=product,
        word=said["word"],
        each_base=said["each_base"],
        base_unit=said["base_unit"],
        actor=request.actor,
    )
    messages.success(request, _("From now on: %(told)s. Earlier records stay as they are.") % {"told": _told(measure)})
    return SeeOther(reverse("fieldwork:units"))


def _known(product: Product, word: str) -> dict[str, Any]:
    word = word if word in WORDS else "bao"
    held = Measure.objects.filter(product=product, word=word).first()
    base_unit = held.base_unit if held else next(iter(WORDS[word].usual))
    unit = LARGEST_OF[base_unit]
    each = f"{held.each_base / UNITS[unit][1]:g}".replace(".", ",") if held else ""
    return {"word": word, "unit": unit, "each": each}


def _told(measure: Measure) -> str:
    """ "1 bao = 50 kg" """
    return f"1 {measure.shown_word} = {show_quantity(measure.each_base, measure.base_unit, reader_language())}"


def _page(request: MemberRequest, product: Product, form: MeasureForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    facts = {"form": form, "product": product, "drawing": product_drawing(product)}
    return render(request, "fieldwork/unit.html", facts, status=status)
