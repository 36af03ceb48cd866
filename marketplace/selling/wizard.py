"""Putting goods on sale: a photo, then five questions, one a screen. Every screen is saved when it is answered: a phone
that dies reopens where it stopped, and Back loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import clock
from community.door.current import IN_PERSON, MemberRequest, member_required
from community.photos.art import line_drawing
from community.photos.taking_in import BadPhoto, take_in_photo
from marketplace.listings.drafting import (
    Described,
    DraftClosed,
    change_draft,
    described,
    drop_draft,
    keep_typing,
    missing_screen,
    start_draft,
)
from marketplace.listings.flags import word_flags
from marketplace.listings.looking import look_of_draft
from marketplace.listings.models import ListingDraft
from marketplace.listings.offering import STRONG_SPIRIT_PERCENT, send_draft, words_of
from marketplace.listings.packs import CONTAINER_BY_LINE, SUBGROUP_BY_LINE
from marketplace.listings.pages import page_of_draft
from marketplace.listings.papers import papers_to_choose, state_of
from marketplace.listings.shelves import shown_unit_price
from marketplace.listings.writing import BadListing
from marketplace.selling.door import draft_or_404
from marketplace.selling.flag_words import flag_sentences
from marketplace.selling.forms import KindForm, PackForm, PriceForm, StoryForm
from marketplace.selling.goods_forms import ChoosePapersForm
from marketplace.selling.sentences import sentence_of
from traceability.products.models import ProductLine

# Screen → (its address, its template). The order is that of the rule module.
ADDRESSES = {"photo": "anh", "kind": "loai", "pack": "quy-cach", "price": "gia", "words": "loi", "papers": "giay"}
SCREEN_AT = {address: screen for screen, address in ADDRESSES.items()}
LOOK = "xem"
ORDER = [*ADDRESSES.values(), LOOK]


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", drafts=True)
def new_listing(request: MemberRequest) -> HttpResponseBase:
    """The first screen: a photo. Nothing is kept before there is one."""
    if request.method != "POST":
        return _show(request, "photo", None)
    photo, fault = _photo_of(request)
    if photo is None:
        return _show(request, "photo", None, fault=fault, status=HTTPStatus.BAD_REQUEST)
    draft = start_draft(cooperative=request.cooperative, photo=photo, actor=request.actor)
    return redirect("selling:draft", code=draft.code, screen=ADDRESSES["kind"])


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", drafts=True)
def draft_page(request: MemberRequest, code: str, screen: str = "") -> HttpResponseBase:
    draft = draft_or_404(request.cooperative, code)
    if draft.listing is not None:
        return redirect("selling:listing", code=draft.listing.product.code)
    if screen not in ORDER:
        return redirect("selling:draft", code=draft.code, screen=ADDRESSES.get(missing_screen(draft) or "", LOOK))
    if screen == LOOK:
        return _look(request, draft)
    try:
        if screen == ADDRESSES["papers"]:
            return _papers(request, draft)
        return _photo(request, draft) if screen == ADDRESSES["photo"] else _ask(request, draft, SCREEN_AT[screen])
    except DraftClosed as fault:
        messages.error(request, sentence_of(fault))
        return redirect("selling:listings")


@require_POST
@member_required("list", scopes=IN_PERSON)
def drop(request: MemberRequest, code: str) -> HttpResponseBase:
    drop_draft(draft=draft_or_404(request.cooperative, code), actor=request.actor)
    messages.success(request, _("Thrown away."))
    return redirect("selling:listings")


def _photo(request: MemberRequest, draft: ListingDraft) -> HttpResponseBase:
    if request.method != "POST":
        return _show(request, "photo", draft)
    photo, fault = _photo_of(request)
    if photo is None:
        return _show(request, "photo", draft, fault=fault, status=HTTPStatus.BAD_REQUEST)
    change_draft(draft=draft, photo=photo, actor=request.actor)
    return _onward(draft, "photo")


def _photo_of(request: MemberRequest) -> tuple[Any, str]:
    """The uploaded photo, taken in; or None and the sentence that says what is wrong."""
    upload: UploadedFile | None = next((file for file in request.FILES.getlist("photo") if file), None)
    if upload is None:
        return None, _("Choose or take a photo first.")
    try:
        photo = take_in_photo(
            upload=upload, title=_("Goods"), actor=request.actor.as_part(), cooperative=request.cooperative
        )
    except BadPhoto as fault:
        return None, sentence_of(fault)
    return photo, ""


def _ask(request: MemberRequest, draft: ListingDraft, screen: str) -> HttpResponseBase:
    said = described(draft)
    form = FORMS[screen](said, request.POST if request.method == "POST" else None)
    if "keep" in request.POST:
        keep_typing(draft=draft, screen=screen, typed={name: request.POST.get(name, "") for name in form.fields})
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    form.initial |= said.typed.get(screen, {})
    if request.method == "POST" and form.is_valid():
        change_draft(draft=draft, actor=request.actor, screen=screen, **SAID[screen](form))
        if screen == "price":  # read back in words before going on
            return redirect(f"{request.path}?doc=1")
        return _onward(draft, screen)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return _show(request, screen, draft, form=form, is_typed=True, status=status)


def _papers(request: MemberRequest, draft: ListingDraft) -> HttpResponseBase:
    """Which papers of the cooperative these goods have. The way to a new one keeps what is ticked."""
    papers = papers_to_choose(request.cooperative)
    posted = request.POST if request.method == "POST" else None
    form = ChoosePapersForm(posted, papers=papers, initial={"papers": list(described(draft).papers)})
    if form.is_bound and form.is_valid():
        adds = "new" in request.POST
        change_draft(draft=draft, actor=request.actor, papers=form.cleaned_data["papers"], papers_told=not adds)
        if adds:
            return redirect(f"{reverse('selling:paper_new')}?nhap={draft.code}")
        return _onward(draft, "papers")
    today = clock.today()
    chosen = {int(number) for number in form["papers"].value() or [] if str(number).isdigit()}
    lines = [(paper, state_of(paper, today), paper.pk in chosen) for paper in papers]
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return _show(request, "papers", draft, form=form, papers=lines, status=status)


def _onward(draft: ListingDraft, screen: str) -> HttpResponseBase:
    following = ORDER[ORDER.index(ADDRESSES[screen]) + 1]
    return redirect("selling:draft", code=draft.code, screen=following)


def _kind_form(said: Described, data: Any) -> KindForm:
    initial = {
        "line": said.line,
        "name": said.name,
        "subgroup": said.subgroup if said.subgroup != SUBGROUP_BY_LINE.get(said.line) else "",
        "abv_percent": said.abv_percent.replace(".", ","),
    }
    return KindForm(data, initial=initial, subgroup_by_line=SUBGROUP_BY_LINE)


def _pack_form(said: Described, data: Any) -> PackForm:
    initial = {
        "container": said.container if said.amount else CONTAINER_BY_LINE.get(said.line, "bag"),
        "amount": said.amount,
        "unit": said.unit or {"craft": "piece", "honey": "ml", "spirit": "ml", "fish_sauce": "ml"}.get(said.line, "g"),
        "shelf_life": said.shelf_life,
        "shelf_life_unit": said.shelf_life_unit or "months",
        "ship_weight_g": said.ship_weight_g or "",
        "gtin": said.gtin,
    }
    return PackForm(data, initial=initial)


def _price_form(said: Described, data: Any) -> PriceForm:
    return PriceForm(data, initial={"price": f"{said.price_dong:,}".replace(",", ".") if said.price_dong else ""})


def _story_form(said: Described, data: Any) -> StoryForm:
    return StoryForm(data, initial={name: getattr(said, name) for name in StoryForm.base_fields})


FORMS: dict[str, Callable[[Described, Any], Any]] = {
    "kind": _kind_form,
    "pack": _pack_form,
    "price": _price_form,
    "words": _story_form,
}
SAID: dict[str, Callable[[Any], dict[str, Any]]] = {
    "kind": lambda form: form.cleaned_data,
    "pack": lambda form: form.said(),
    "price": lambda form: {"price_dong": form.cleaned_data["price"]},
    "words": lambda form: {name: text.strip() for name, text in form.cleaned_data.items()},
}


def _show(
    request: MemberRequest, screen: str, draft: ListingDraft | None, *, status: HTTPStatus = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    address = ADDRESSES[screen]
    number = ORDER.index(address)
    said = described(draft) if draft else Described()
    has_pack = screen == "price" and bool(said.net_quantity_base)
    facts = {
        "draft": draft,
        "said": said,
        "unit_price": shown_unit_price(said.price_dong, said.net_quantity_base, said.base_unit) if has_pack else "",
        "number": number,
        "of": len(ADDRESSES) - 1,
        "before": ORDER[number - 1] if draft and number else "",
        "after": ORDER[number + 1],
        "read_back": "doc" in request.GET,
        "lines": [(line, line_drawing(line.code)) for line in ProductLine.objects.all()] if screen == "kind" else [],
        **more,
    }
    return render(request, f"selling/draft_{screen}.html", facts, status=status)


def _look(request: MemberRequest, draft: ListingDraft) -> HttpResponseBase:
    """Exactly as the buyer will see it; then off to the moderators."""
    missing = missing_screen(draft)
    if missing is not None:
        return redirect("selling:draft", code=draft.code, screen=ADDRESSES[missing])
    fault = ""
    if request.method == "POST":
        try:
            listing = send_draft(draft=draft, actor=request.actor)
        except (BadListing, DraftClosed) as refusal:
            fault = sentence_of(refusal)
        else:
            messages.success(request, _("Sent. The market looks at it and sends a message, mostly within a day."))
            return redirect("selling:listing", code=listing.product.code)
    said = described(draft)
    page = page_of_draft(draft)
    proven = {stamp.scheme for stamp in page.stamps}
    facts = page.facts() | {
        "draft": draft,
        "said": said,
        "look": look_of_draft(draft),
        "fault": fault,
        "flags": flag_sentences(word_flags("\n".join(words_of(said).all()), proven=proven)),
        "is_alcohol": said.is_alcohol,
        "is_strong": said.abv is not None and said.abv >= STRONG_SPIRIT_PERCENT,
        "waiting_papers": [one for one in papers_to_choose(request.cooperative) if one.pk in said.papers],
    }
    status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    return render(request, "selling/draft_look.html", facts, status=status)
