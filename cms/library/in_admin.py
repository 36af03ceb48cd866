"""The library in the editors' admin: a list that can be searched, and a form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.library.models import OfficialPaper, words_of


class OfficialPaperForm(WagtailAdminModelForm):
    def save(self, commit: bool = True) -> Any:
        self.instance.words = words_of(self.instance)
        return super().save(commit=commit)


class OfficialPapers(SnippetViewSet):
    model = OfficialPaper
    icon = "doc-full-inverse"
    menu_label = _("Library")
    menu_order = 350
    add_to_admin_menu = True
    list_display = ["title", "number", "issuer", "issued_on", "standing"]
    list_filter = ["kind", "standing", "subject"]
    search_fields = ["title", "number", "issuer"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("number"), FieldPanel("issued_on")]),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("issuer")]),
            FieldRowPanel([FieldPanel("subject"), FieldPanel("standing")]),
            FieldPanel("replaced_by"),
            FieldPanel("summary"),
            MultiFieldPanel([FieldPanel("file"), FieldPanel("link")], heading=_("Where it is")),
        ],
        base_form_class=OfficialPaperForm,
    )
