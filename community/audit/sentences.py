"""Acts in words: "Nguyễn Văn Tuấn, làm thay HTX Hương Quê theo giấy số UQ12, đã đổi giá từ … thành …".

Each floor says its own acts (``acts.py``) and hands them over when the apps are ready (:func:`tell`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community.audit.models import AuditEntry
from community.text.dates import show_date
from community.text.money import show_dong
from community.text.quantities import show_number

Words = str | Promise
Choices = Mapping[str, Words]
Names = Mapping[int, str]

HOLE = re.compile(r"%\((\w+)\)s")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")

LABELS: dict[str, Words] = {
    "buyer": gettext_lazy("The buyer"),
    "visitor": gettext_lazy("A visitor"),
    "": gettext_lazy("A person whose name was erased"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """``texts``: what was done, the first of which all facts are there; ``choices``: words for a fact's values."""

    texts: tuple[Words, ...]
    choices: Mapping[str, Choices]


_told: dict[str, Said] = {}
_kinds: dict[str, Words] = {}
_names: dict[str, Callable[[Collection[int]], Names]] = {}


def said(*texts: Words, **choices: Choices | type[TextChoices]) -> Said:
    """For a floor's list of acts. English past tense without who did it; in Vietnamese the frame puts "đã" before."""
    return Said(texts, {name: _words_of(each) for name, each in choices.items()})


def tell(told: Mapping[str, Said]) -> None:
    """Add a floor's acts; once, when its app is ready."""
    _told.update(told)


def actions_saying(words: str) -> list[str]:
    """Actions whose sentence has these words in the language of the page: what a search by act looks for."""
    wanted = words.casefold()
    return [action for action, each in _told.items() if any(wanted in _plain(text) for text in each.texts)]


def name_by(label: str, *fields: str, kind: Words = "") -> None:
    """How rows of the model ``label`` ("marketplace.offer") are called: these columns, joined. ``kind``: what such a

    thing is, where its table has no words of its own.
    """
    if kind:
        _kinds[label] = kind

    def names(ids: Collection[int]) -> Names:
        rows = apps.get_model(label)._default_manager.filter(pk__in=ids).values_list("pk", *fields)
        return {row[0]: " · ".join(str(each) for each in row[1:] if each not in (None, "")) for row in rows}

    _names[label] = names


def subject_names(entries: Iterable[AuditEntry]) -> dict[int, str]:
    """What each entry is about, by the entry's pk: "Sản phẩm Mật ong rừng". One query for each kind of thing."""
    wanted: dict[str, set[int]] = {}
    entries = list(entries)
    for entry in entries:
        if entry.subject_type in _names and entry.subject_id is not None:
            wanted.setdefault(entry.subject_type, set()).add(entry.subject_id)
    found = {label: _names[label](ids) for label, ids in wanted.items()}
    return {
        entry.pk: _subject(entry, found.get(entry.subject_type, {}).get(entry.subject_id or 0, "")) for entry in entries
    }


def did_of(entry: AuditEntry) -> str:
    """What was done, without who and "đã": "đổi giá từ 185.000 ₫ thành 190.000 ₫". In the active language."""
    held = _told.get(entry.action)
    facts = entry.facts if isinstance(entry.facts, dict) else {}
    for text in held.texts if held else ():
        holes = HOLE.findall(str(text))
        if all(facts.get(hole) not in (None, "") for hole in holes):
            choices = held.choices if held else {}
            return str(text) % {hole: _shown(hole, facts[hole], choices.get(hole)) for hole in holes}
    return _("did something that is not told in words any more")


def who_of(entry: AuditEntry) -> str:
    """A person by name; a machine, a buyer, a visitor in words."""
    if entry.actor is not None:
        return entry.actor.name or str(LABELS[""])
    kind, _colon, rest = entry.actor_label.partition(":")
    if kind == "system":
        return _("The system")
    if kind == "key":
        return _("Another computer (%(key)s)") % {"key": rest}
    return str(LABELS.get(kind, entry.actor_label))


def sentence_of(entry: AuditEntry, *, who: str = "") -> str:
    """The whole sentence, without a dot. ``who`` instead of the name: staff are not named to sellers."""
    words = {"who": who or who_of(entry), "did": did_of(entry)}
    if not entry.mandate_code:
        return _("%(who)s %(did)s") % words
    seller = entry.cooperative.name if entry.cooperative else ""
    return _("%(who)s, acting for %(seller)s by paper no. %(mandate)s, %(did)s") % (
        words | {"seller": seller, "mandate": entry.mandate_code}
    )


# --- inside -----------------------------------------------------------------------------------------------------------
def _words_of(each: Choices | type[TextChoices]) -> Choices:
    return dict(each.choices) if isinstance(each, type) else each


def _plain(text: Words) -> str:
    return HOLE.sub("…", str(text)).casefold()


def _subject(entry: AuditEntry, name: str) -> str:
    try:
        kind = str(_kinds.get(entry.subject_type) or apps.get_model(entry.subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        kind = ""
    told = f"{kind} {name or entry.subject_code}".strip()
    return told[:1].upper() + told[1:]


def _shown(name: str, value: Any, choices: Choices | None) -> str:
    language = (get_language() or "vi")[:2]
    if choices is not None:
        return str(choices.get(str(value), value))
    if isinstance(value, int) and not isinstance(value, bool):
        return show_dong(value) if name.endswith("dong") else show_number(value, language)
    text = str(value)
    if DAY.fullmatch(text):
        return show_date(date.fromisoformat(text), language)
    if month := MONTH.fullmatch(text):
        return f"{month[2]}/{month[1]}"
    return text
