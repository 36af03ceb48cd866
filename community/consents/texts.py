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
    Purpose.PHOTO: Text(
        1,
        _("The market may show the photo in which I can be seen: on the page of our booth, of our goods and of our "
          "batches. When I take this back, the photo is shown nowhere from that moment."),
    ),
    Purpose.PHONE: Text(
        1,
        _("The telephone with which I sign in may stand on the pages of our booth, our goods and our batches, so that "
          "buyers can call. When I take this back, it is taken off the pages at once."),
    ),
    Purpose.ZALO: Text(
        1,
        _("Messages about my orders and my work may come by Zalo. When I take this back, they come as text messages, "
          "from the next one on."),
    ),
}  # fmt: skip
