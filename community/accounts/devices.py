"""What a browser says of itself, in a word or two that its owner knows: "Android · SM-A105F · Chrome"."""

from __future__ import annotations

import re

MOST_READ = 400  # of a header that anybody may make as long as the server lets through

_MODEL = re.compile(r"Android [0-9.]+; ([A-Za-z0-9][A-Za-z0-9 _./-]{1,24}?)(?: Build/|[;)])")
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
# The first that fits: most browsers also name those they descend from.
_BROWSERS = (
    ("Zalo", "Zalo"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_of(user_agent: str) -> str:
    """At most 60 letters; "" for what says nothing we know."""
    text = user_agent[:MOST_READ]
    model = _MODEL.search(text)
    known_model = model[1] if model and model[1] != "K" else ""  # Chrome says "K" for every phone
    parts = (_first(text, _SYSTEMS), known_model, _first(text, _BROWSERS))
    return " · ".join(filter(None, parts))[:60]


def _first(text: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in table if sign in text), "")
