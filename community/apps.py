from __future__ import annotations

from importlib import import_module

import pillow_heif
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    label = "community"
    verbose_name = _("Community")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Teach Pillow the picture format of iPhones; Wagtail's own HEIC support reads only, after the upload form."""
        pillow_heif.register_heif_opener()
        tell = import_module("community.audit.sentences").tell
        tell(import_module("community.acts").TOLD)
        refuses = import_module("community.consents.agreeing").refuses_zalo
        import_module("community.outbox.carriers.choosing").refuse_zalo(refuses)
        at_no, at_yes = (getattr(import_module("community.consents.agreeing"), name) for name in ("at_end", "at_yes"))
        shown = import_module("community.consents.showing").show_or_withhold
        at_no("photo", shown)
        at_yes("photo", shown)
