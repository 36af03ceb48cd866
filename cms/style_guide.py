"""The living style page: every component with sample data, for staff and for whoever writes a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from cms.blocks.groups import group_links


@dataclass(frozen=True, slots=True)
class SampleCard:
    """Shaped like marketplace's CatalogueCard."""

    title: str
    cooperative_name: str
    place: str
    stars: int | None
    price_dong: int
    unit_price: str
    left: str
    left_kind: str
    drawing: str
    url: str = "#"
    is_illustration: bool = True
    photo: None = None

    @property
    def picture_url(self) -> str:
        return static(f"img/sample/{self.drawing}.webp")


SAMPLE_CARDS = [
    SampleCard("Cam Cao Phong", "HTX Mường Thàng", "Xã Cao Phong, Phú Thọ", 4, 35_000, "", "Còn 420 kg", "",
               "tangerine"),
    SampleCard("Gạo thơm ST25, túi 5 kg", "HTX Hương Quê Trần Đề", "Xã Trần Đề, Cần Thơ", 5, 195_000, "39.000 ₫/kg",
               "Còn 612 túi", "", "rice-bag"),
    SampleCard("Mật ong hoa rừng Đà Bắc nguyên chất, chai 500 ml có nắp nhỏ giọt", "HTX Đà Bắc", "Xã Đà Bắc, Phú Thọ",
               None, 185_000, "370.000 ₫/l", "Còn 4 chai", "few", "honey-pot"),
    SampleCard("Bánh pía sầu riêng, hộp 4", "Cơ sở Phú Tâm", "Xã Phú Tâm, Cần Thơ", 3, 78_000, "", "Tạm hết", "none",
               "moon-cake"),
]  # fmt: skip


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"))
    phone = forms.CharField(label=_("Phone"), help_text=_("The courier calls this number."))
    commune = forms.ChoiceField(label=_("Commune"), choices=[("", "…"), ("1", "Xã Trần Đề"), ("2", "Xã Cao Phong")])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
    pay = forms.ChoiceField(
        label=_("How to pay"),
        choices=[("bank", _("Bank transfer by QR")), ("card", _("International card"))],
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(label=_("The rules of the market are fine"))


def style_guide(request: HttpRequest) -> HttpResponse:
    """Staff only: Wagtail guards every address under its admin."""
    return render(request, "style_guide.html", sample_context())


def sample_context() -> dict[str, Any]:
    wrong = SampleForm({"name": "Trần Thị Lan", "phone": "12", "pay": "bank"})
    wrong.add_error("phone", _("A phone number has ten digits and starts with 0."))
    return {
        "cards": SAMPLE_CARDS,
        "form": SampleForm(initial={"name": "Trần Thị Lan", "pay": "bank"}),
        "wrong_form": wrong,
        "groups": group_links(),
        "page_of_rows": Paginator(range(200), 12).page(4),
        "crumbs": [("Chợ Nguồn", "/"), ("Thực phẩm", "#"), ("Gạo thơm ST25", "")],
        "tokens": ["paper", "card", "ink", "soft", "leaf", "lotus", "gold", "brick", "sky", "stone"],
        "basket_count": 2,
        "may_have_messages": False,
    }
