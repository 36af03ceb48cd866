"""Floor 2 of the house."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class TraceabilityConfig(AppConfig):
    name = "traceability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Rooms with models can be imported only now."""
        import_module("traceability.balance.checking").watch_lots()
        redraw = import_module("traceability.passport.consenting")
        agreeing = import_module("community.consents.agreeing")
        for purpose, draw in (("photo", redraw.redraw_for_photo), ("phone", redraw.redraw_for_phone)):
            agreeing.at_end(purpose, draw)
            agreeing.at_yes(purpose, draw)
        tell = import_module("community.audit.sentences").tell
        tell(import_module("traceability.acts").TOLD)
