"""What a helper had typed, as a member reads it: beside the labels of its form, and the screen that shows that form."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.forms import Field
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext_lazy

from community.mandates.models import KeptForm

SHOWN_AT = {"selling:question_answer": ("selling:questions", 0), "fieldwork:explain": ("fieldwork:balance", 1)}
"""Addresses that are only posted to: the screen with their form, and how many words of the address it shares. There
are several such forms on one screen, so nothing is filled in: the words stand on this page."""
WITHOUT_FORM = {"answer": gettext_lazy("Answer")}
"""Labels of fields that stand in a template only."""
FOR_MACHINES = ("_is", "uuid", "key", "_at")


def words_of(kept: KeptForm) -> list[tuple[str, str]]:
    """(label, text); "" for what no form names. Without marks that only machines need."""
    match = _match(kept.path)
    fields = _fields(match, {name for name, _text in kept.fields}) if match else {}
    told = []
    for name, text in kept.fields:
        field = fields.get(name)
        if not text.strip() or name.endswith(FOR_MACHINES) or (field is not None and field.widget.is_hidden):
            continue
        label = str(WITHOUT_FORM.get(name, "") if field is None else field.label or "")
        told.append((label, _chosen(field, text)))
    return told


def screen_of(kept: KeptForm) -> tuple[str, bool]:
    """Where its form is, and whether that screen fills it in."""
    match = _match(kept.path)
    name, shared = SHOWN_AT.get(match.view_name, ("", 0)) if match else ("", 0)
    if match and name:
        return reverse(name, args=list(match.kwargs.values())[:shared]), False
    return kept.path, True


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path.partition("?")[0])
    except Resolver404:
        return None


def _fields(match: ResolverMatch, names: set[str]) -> dict[str, Field]:
    """Of the form of that screen which knows most of the names."""
    found = [form.base_fields for form in _forms(match.func.__module__)]
    return max(found, key=lambda fields: len(names & set(fields)), default={})


def _forms(module: str) -> Iterator[type[forms.Form]]:
    for one in list(vars(sys.modules[module]).values()):
        if isinstance(one, type) and issubclass(one, forms.Form):
            yield one


def _chosen(field: Field | None, text: str) -> str:
    """A choice as it is read on the screen: "Hết hàng", not "sold_out"."""
    if not isinstance(field, forms.ChoiceField):
        return text
    choices = cast(Iterable[tuple[Any, Any]], field.choices)
    said = {str(value): str(words) for value, words in choices if not isinstance(words, (list, tuple))}
    return said.get(text, text)
