"""Floor 3 of the house."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from marketplace.payments import checks  # noqa: F401 - registers what refuses contradicting money settings


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Rooms with models can be imported only now."""
        import_module("marketplace.shopping.buy_box").offer_to_passports()
        import_module("marketplace.selling.batch_door").show_on_batches()
        import_module("marketplace.claims.forgetting").at_erasure()
        import_module("marketplace.reviews.minding").at_erasure()
        import_module("community.privacy.desk").also_due(import_module("marketplace.privacy.due").due_of_buyers)
        agreeing = import_module("community.consents.agreeing")
        hide = import_module("marketplace.catalogue.cataloguing").hide_again
        for purpose in ("photo", "phone"):
            agreeing.at_end(purpose, hide)
            agreeing.at_yes(purpose, hide)
        tell = import_module("community.audit.sentences").tell
        tell(import_module("marketplace.acts").TOLD)
