"""Floor 4 of the house."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Rooms with models can be imported only now."""
        stop = import_module("cms.pages.consenting").take_story_down
        import_module("community.consents.agreeing").at_end("story", stop)
