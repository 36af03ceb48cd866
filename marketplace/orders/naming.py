"""What goods were called when they were sold, in the reader's language: of lines of orders and of sales elsewhere."""

from __future__ import annotations

from traceability.products.models import in_language


class NamedGoods:
    """Over columns ``title``, ``title_en``, ``pack_name`` and ``pack_name_en``."""

    title: str
    title_en: str
    pack_name: str
    pack_name_en: str

    @property
    def shown_title(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def shown_pack_name(self) -> str:
        """ "" when the title says it already ("Gạo ST25 (túi 5 kg)")."""
        name = in_language(self.pack_name, self.pack_name_en)
        return "" if name in self.shown_title else name
