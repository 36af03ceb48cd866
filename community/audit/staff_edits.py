"""What staff change by a form of the admin leaves one line in the audit: which fields, and from what to what."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

MOST = 160


class LeavesALine:
    """For an edit view of the admin, before the others. ``write_line`` records the act; nothing changed, no line.

    ``personal``: fields named without their values, since the audit holds no personal data. ``told_elsewhere``: fields
    whose verbs leave lines of their own.
    """

    form: Any
    personal: frozenset[str] = frozenset()
    told_elsewhere: frozenset[str] = frozenset()

    def write_line(self, saved: Any, what: str) -> None:
        raise NotImplementedError

    def save_instance(self) -> Any:
        changed = [name for name in self.form.changed_data if name not in self.told_elsewhere]
        with override("vi"):  # the language in which the market keeps its books
            what = "; ".join(self._words(name) for name in changed)
        with transaction.atomic():
            saved = super().save_instance()  # type: ignore[misc]
            if changed:
                self.write_line(saved, what)
        return saved

    def _words(self, name: str) -> str:
        label = str(self.form.fields[name].label or name)
        before, after = self.form[name].initial, self.form.cleaned_data.get(name)
        if name in self.personal or name.startswith("password") or isinstance(after, models.QuerySet | models.Model):
            return label
        return f"{label}: “{self._shown(name, before)}” → “{self._shown(name, after)}”"

    def _shown(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        choices = dict(getattr(self.form.fields[name], "choices", ()) or ())
        text = " ".join(str(choices.get(value, "" if value is None else value)).split())
        return text if len(text) <= MOST else text[: MOST - 1] + "…"
