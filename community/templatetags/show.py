"""How facts look on every page: money, numbers, dates, phones, photos, icons. `{% load show %}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from community.consents.showing import shown_phone
from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.photos.rendering import share_card_of, sources_of
from community.text.dates import show_date, show_datetime, show_weekday_date
from community.text.languages import Spoken, foreign_language, language_name
from community.text.money import dong_in_words, show_dong
from community.text.phones import show_phone
from community.text.quantities import show_number, show_quantity

register = template.Library()
register.filter(language_name)
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:kg|g|ml|lít|l|L|m)\b)")


def _language() -> str:
    return (get_language() or "vi")[:2]


@register.filter
def spoken(words: str) -> str:
    """Words of the data; those of another language than the page's stand in a <span lang>. Not inside attributes."""
    language = foreign_language(words)
    return format_html('<span lang="{}">{}</span>', language, str(words)) if language and words else words


@register.filter
def lang_of(words: str) -> SafeString | str:
    """For a block around such words: ` lang="vi"`, or nothing."""
    language = foreign_language(words)
    return format_html(' lang="{}"', language) if language and words else ""


@register.filter
def dong(amount: int | None) -> str:
    """185000 → "185.000 ₫"; nothing for None."""
    return "" if amount is None or amount == "" else show_dong(int(amount))


@register.filter
def dong_words(amount: int | None) -> str:
    """185000 → "một trăm tám mươi lăm nghìn đồng": read back what somebody typed."""
    return "" if amount is None or amount == "" else dong_in_words(int(amount))


@register.filter
def phone(number: str | None) -> str:
    """ "+84912345678" → "0912 345 678"; whatever is no such number stays as it is."""
    return show_phone(str(number)) if number else ""


@register.filter
def vn_date(day: date | None) -> str:
    return show_date(day, _language()) if day else ""


@register.filter
def vn_weekday(day: date | None) -> str:
    """ "thứ Sáu 27/11" """
    return show_weekday_date(day, _language()) if day else ""


@register.filter
def vn_datetime(moment: datetime | None) -> str:
    """ "09:14 05/11/2026" on one line: an hour without its day says nothing. English is longer and may break: "5 Nov
    2026, 09:14" before its hour."""
    shown = show_datetime(moment, _language()) if moment else ""
    return shown.replace(" ", "\u00a0").replace(",\u00a0", ", ")


@register.filter
def quantity(base: int | None, unit: str = "g") -> str:
    """{{ batch.on_hand_base|quantity:batch.base_unit }} → "3.200 kg"."""
    return "" if base is None or base == "" else show_quantity(int(base), unit or "g", _language())


@register.filter
def number(value: Any) -> str:
    """1240 → "1.240" (vi), "1,240" (en)."""
    return "" if value is None or value == "" else show_number(value, _language())


@register.filter
def unbroken(text: str) -> str:
    """ "chai 500 ml" never ends a line with "500"."""
    kept = _BEFORE_UNIT.sub("\u00a0", str(text))
    return Spoken(kept, text.language) if isinstance(text, Spoken) else kept


@register.simple_tag
def photo(picture: Photo | None, width: int = 640, alt: str = "", eager: bool = False) -> SafeString:
    """A responsive <img>, lazy unless `eager=True` (the one picture above the fold). Nothing for none."""
    if picture is None or not picture.file or picture.is_withheld:
        return SafeString("")
    found = sources_of(picture, int(width))
    sizes = format_html(' srcset="{}" sizes="(max-width: {}px) 100vw, {}px"', found.srcset, width, width)
    loading = SafeString(' fetchpriority="high"' if eager else ' loading="lazy"')  # nosec B703
    return format_html(
        '<img src="{}"{} width="{}" height="{}" alt="{}"{} decoding="async">',
        found.src,
        sizes if found.srcset else "",
        found.width,
        found.height,
        alt,
        loading,
    )


@register.simple_tag
def ocop_stars(count: int | None) -> SafeString:
    """ "★★★★", read out as "OCOP 4 stars"; nothing without a certificate."""
    if not count:
        return SafeString("")
    told = gettext("OCOP %(stars)s stars") % {"stars": count}
    return format_html(
        '<span class="stars"><span class="vh">{}</span><span aria-hidden="true">{}</span></span>', told, "★" * count
    )


@register.simple_tag
def seller_phone(seller: Cooperative) -> str:
    """What buyers may call: never somebody's own number without that person's yes."""
    return shown_phone(seller)


@register.filter
def share_locale(code: str) -> str:
    """ "vi" → "vi_VN", as Open Graph names languages."""
    return {"vi": "vi_VN", "en": "en_GB", "km": "km_KH"}.get(code, code)


@dataclass(frozen=True, slots=True)
class SharePicture:
    """Sizes as they stand in a tag: no language's dots in them."""

    address: str
    width: str
    height: str


@register.simple_tag
def share_picture(picture: Photo | None = None) -> SharePicture:
    """What a shared link shows: this photo if the worker has made it ready, else the market's own picture."""
    card = share_card_of(picture) if picture else None
    site = settings.SITE_URL.rstrip("/")
    if card is None:
        return SharePicture(site + static("img/share.jpg"), "1200", "630")
    return SharePicture(urljoin(f"{site}/", card.url), str(card.width), str(card.height))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One drawing of static/img/icons.svg. Beside a word it is decoration; alone it needs a `label`."""
    href = f"{static('img/icons.svg')}#{name}"
    told = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {} focusable="false"><use href="{}"></use></svg>', told, href)
