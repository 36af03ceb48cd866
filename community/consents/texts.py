"""The words people agree to. Other words are another version: who agreed to the old ones is asked anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.consents.models import Purpose


@dataclass(frozen=True, slots=True)
class Text:
    version: int
    words: str | Promise

    @property
    def sha256(self) -> str:
        """Of the Vietnamese words, which bind."""
        with override("vi"):
            return hashlib.sha256(str(self.words).encode()).hexdigest()


TEXTS: dict[str, Text] = {
    Purpose.STORY: Text(
        1,
        _("The market may tell my story on its pages, with my name and my picture. When I take this back, the story is "
          "taken off the pages at once."),
    ),
    Purpose.ZALO: Text(
        1,
        _("Messages about my orders and my work may come by Zalo. When I take this back, they come as text messages, "
          "from the next one on."),
    ),
}  # fmt: skip
