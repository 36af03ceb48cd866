"""Which language a page speaks: the address alone says it, and the desks speak Vietnamese and English only."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language

DESK_LANGUAGES = ("vi", "en")
# Whoever works here: sellers, recorders, staff. Khmer awaits its speaker's review and is kept to the public's pages.
DESKS = re.compile(
    r"/(?:ban-hang|ghi|ket-noi|tai-khoan|dang-nhap|dang-xuat|chon-hop-tac-xa|the|loi-moi)(?:/|\Z)"
)  # fmt: skip


class LanguageMiddleware(LocaleMiddleware):
    """Django's, which with a prefix-free default language asks no browser and no cookie: a printed address never
    leads elsewhere. A desk asked for under a language it does not speak answers at its Vietnamese address."""

    def process_request(self, request: HttpRequest) -> HttpResponseRedirect | None:  # type: ignore[override]
        super().process_request(request)
        language = get_language() or settings.LANGUAGE_CODE
        if language in DESK_LANGUAGES or not DESKS.match(rest := request.path_info.removeprefix(f"/{language}")):
            return None
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(rest + (f"?{query}" if query else ""))
