"""The scale's word: one lot counted again, or a whole month closed and signed."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community import clock
from community.door.current import MemberRequest, member_required
from community.text.quantities import InvalidNumber, parse_decimal_vi, show_quantity, to_base
from traceability.balance.counting import BadCount, Book, CannotSign, books_of, correct_count, last_months, sign_month
from traceability.batches.models import Batch
from traceability.fieldwork.door import SeeOther, batch_or_404
from traceability.fieldwork.forms import BUYERS_READ
from traceability.fieldwork.photos import gather_photos
from traceability.fieldwork.progress import product_drawing
from traceability.fieldwork.sentences import reader_language, sentence_of
from traceability.products.models import Pack

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
SPOKEN = {"g": "kg", "ml": "litre", "piece": "piece"}
UNIT_NAMES = {"g": gettext_lazy("kg"), "ml": gettext_lazy("litres"), "piece": gettext_lazy("pieces")}
LONGEST_NOTE = 200


class CountForm(forms.Form):
    """``amount`` is in kg, litres or pieces, as people speak; of packed goods, which nobody weighs, in packs."""

    amount = forms.CharField(
        label=gettext_lazy("What is there now?"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "keypad", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Why is it another amount?"),
        help_text=BUYERS_READ,
        max_length=LONGEST_NOTE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: object, unit: str, pack: Pack | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.unit, self.pack = unit, pack

    @property
    def unit_name(self) -> str:
        return f"× {self.pack.shown_name}" if self.pack else str(UNIT_NAMES[self.unit])

    def clean_amount(self) -> int:
        try:
            number: Decimal = parse_decimal_vi(self.cleaned_data["amount"])
            if self.pack:
                return to_base(number, "piece") * self.pack.net_quantity_base
            return to_base(number, SPOKEN[self.unit])
        except InvalidNumber as fault:
            if self.pack and fault.code == "too_fine":
                raise forms.ValidationError(_("Whole packs only."), code=fault.code) from fault
            raise forms.ValidationError(
                _("This is not a number. Type digits, with a comma for decimals: 42,5."), code="bad_number"
            ) from fault


class SignForm(CountForm):
    """A month needs a word only when there is something to say."""

    month = forms.DateField(widget=forms.HiddenInput)
    book = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: object, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        self.fields["note"].required = False
        self.fields["note"].label = _("A word about this month")
        self.fields["note"].help_text = _("Only the cooperative and the market's staff read this.")
        self.fields["amount"].label = _("What the scale says")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def count_page(request: MemberRequest, public_code: str) -> HttpResponseBase:
    batch = batch_or_404(request.cooperative, public_code)
    if request.method != "POST":
        return _count_form(request, batch, CountForm(unit=batch.base_unit, pack=batch.pack))
    form = CountForm(request.POST, unit=batch.base_unit, pack=batch.pack)
    if form.is_valid() and _counted(request, batch, form):
        messages.success(request, _("The books of lot %(lot)s are set to your count.") % {"lot": batch.lot_code})
        return SeeOther(reverse("fieldwork:balance", args=[batch.public_code]))
    return _count_form(request, batch, form, status=UNPROCESSABLE)


def _counted(request: MemberRequest, batch: Batch, form: CountForm) -> bool:
    uploads: list[UploadedFile] = request.FILES.getlist("photo")[:1]  # type: ignore[assignment]
    title = _("Scale, lot %(lot)s") % {"lot": batch.lot_code}
    gathered = gather_photos(uploads=uploads, kept=[], batch=batch, title=title, actor=request.actor)
    for fault in gathered.faults:
        form.add_error(None, fault)
    if gathered.faults:
        return False
    try:
        correct_count(
            batch=batch,
            counted_base=form.cleaned_data["amount"],
            note=form.cleaned_data["note"],
            actor=request.actor,
            photo=gathered.photos[0] if gathered.photos else None,
        )
    except BadCount as fault:
        form.add_error("amount" if fault.code != "photo_needed" else None, sentence_of(fault))
        return False
    return True


def _count_form(request: MemberRequest, batch: Batch, form: CountForm, *, status: int = 200) -> HttpResponse:
    book = batch.on_hand_base - batch.shortfall_base
    facts = {
        "batch": batch,
        "drawing": product_drawing(batch.product),
        "form": form,
        "book": book,
        "book_packs": book // batch.pack.net_quantity_base if batch.pack else None,
    }
    return render(request, "fieldwork/count.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def closings_page(request: MemberRequest) -> HttpResponseBase:
    """The last three months: what is signed, and a form for what is not."""
    months = last_months(clock.today())
    books = {month: books_of(request.cooperative, month) for month in months}
    wrong: SignForm | None = None
    if request.method == "POST":
        wrong = _sign(request, [book for its in books.values() for book in its])
        if wrong is None:
            messages.success(request, _("The month is closed and signed."))
            return SeeOther(reverse("fieldwork:closings"))
    facts = {
        "months": [(month, [(book, _kind(book), _form_of(book, wrong)) for book in books[month]]) for month in months],
        "wrong": wrong,
    }
    return render(request, "fieldwork/closings.html", facts, status=UNPROCESSABLE if wrong else HTTPStatus.OK)


def _kind(book: Book) -> str:
    return str(Batch.Kind(book.kind).label)


def _form_of(book: Book, wrong: SignForm | None) -> SignForm:
    if wrong is not None and wrong.data.get("book") == book.key and wrong.data.get("month") == f"{book.month}":
        return wrong
    prefix = f"{book.key}-{book.month:%y%m}"
    return SignForm(unit=book.base_unit, initial={"month": book.month, "book": book.key}, auto_id=f"id_{prefix}_%s")


def _sign(request: MemberRequest, books: list[Book]) -> SignForm | None:
    """None when it is signed, else the form with what was wrong."""
    wanted = (request.POST.get("book", ""), request.POST.get("month", ""))
    book = next((one for one in books if (one.key, f"{one.month}") == wanted), None)
    form = SignForm(request.POST, unit=book.base_unit if book else "g")
    if book is None:
        form.add_error(None, sentence_of(CannotSign("unknown_book")))
        return form
    if not form.is_valid():
        return form
    counted: int = form.cleaned_data["amount"]
    try:
        sign_month(
            book=book,
            cooperative=request.cooperative,
            counted_base=counted,
            note=form.cleaned_data["note"],
            actor=request.actor,
        )
    except CannotSign as fault:
        form.add_error("amount", _why_not(fault, book))
        return form
    return None


def _why_not(fault: CannotSign, book: Book) -> str:
    if fault.code != "counts_differ":
        return sentence_of(fault)
    shown = {
        "book": show_quantity(fault.facts["book_base"], book.base_unit, reader_language()),
        "counted": show_quantity(fault.facts["counted_base"], book.base_unit, reader_language()),
    }
    return _("The books say %(book)s, the scale %(counted)s. First count the lots one by one and correct them.") % shown
