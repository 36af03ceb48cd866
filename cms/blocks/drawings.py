"""The drawings an editor may choose from, by the name of their file in static/img/art/webp."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DRAWINGS = [
    ("basket", _("Basket")),
    ("sheaf-of-rice", _("Rice")),
    ("rice-bag", _("Bag of rice")),
    ("mango", _("Mango")),
    ("tangerine", _("Orange")),
    ("pomelo", _("Pomelo")),
    ("lychee", _("Lychee")),
    ("lotus", _("Lotus")),
    ("honey-pot", _("Honey")),
    ("teapot", _("Tea")),
    ("hot-beverage", _("Coffee")),
    ("bottle-amber", _("Fish sauce")),
    ("moon-cake", _("Cake")),
    ("herb", _("Herbs")),
    ("loom", _("Loom")),
    ("woman-farmer", _("Farmer")),
    ("honeybee", _("Bee")),
    ("canoe", _("Boat")),
    ("mobile-phone", _("Mobile phone")),
    ("camera", _("Camera")),
    ("clipboard", _("Notes")),
    ("label", _("Label")),
    ("package", _("Parcel")),
    ("delivery-truck", _("Delivery truck")),
    ("credit-card", _("Bank card")),
    ("open-book", _("Book")),
    ("light-bulb", _("Idea")),
    ("microscope", _("Laboratory")),
]
