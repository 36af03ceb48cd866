from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.text.folding import fold_for_search


class OfficialPaper(models.Model):
    """One document: what it is called and where it is. The file is one of Wagtail's documents, or a link leads on.

    ``words``: title, number, issuer, subject and summary, folded, each word after a blank; kept by ``words_of``.
    """

    class Kind(models.TextChoices):
        LAW = "law", _("Law")
        DECREE = "decree", _("Decree")
        CIRCULAR = "circular", _("Circular")
        DECISION = "decision", _("Decision")
        PLAN = "plan", _("Plan")
        NOTICE = "notice", _("Public notice")
        GUIDE = "guide", _("Guidance")
        FORM = "form", _("Form")

    class Standing(models.TextChoices):
        VALID = "valid", _("Still in force")
        COMING = "coming", _("Not in force yet")
        REPLACED = "replaced", _("Replaced")
        ENDED = "ended", _("No longer in force")

    title = models.CharField(_("title"), max_length=300)
    number = models.CharField(_("number"), max_length=60, help_text=_("As printed, for example 148/QĐ-TTg."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.DECISION)
    issuer = models.CharField(_("issuer"), max_length=160)
    issued_on = models.DateField(_("date"))
    subject = models.CharField(_("topic"), max_length=40, blank=True)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.VALID)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces", verbose_name=_("replaced by")
    )
    summary = models.TextField(_("summary"), blank=True, max_length=600)
    file = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("file"),
    )
    link = models.URLField(_("or address at the issuer's"), blank=True)
    words = models.TextField(editable=False, blank=True)

    class Meta:
        verbose_name = _("document of the library")
        verbose_name_plural = _("documents of the library")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number", "issuer"], name="official_paper_number_of_issuer"),
            models.CheckConstraint(
                name="official_paper_kind",
                condition=Q(
                    kind__in=["law", "decree", "circular", "decision", "plan", "notice", "guide", "form"],
                ),
            ),
            models.CheckConstraint(
                name="official_paper_standing", condition=Q(standing__in=["valid", "coming", "replaced", "ended"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    @property
    def address(self) -> str:
        """Where it is read: the file, else the issuer's page, else ""."""
        return str(self.file.url) if self.file else str(self.link)


def words_of(paper: OfficialPaper) -> str:
    """What the search of the library looks through."""
    told = (paper.title, paper.number, paper.issuer, paper.subject, paper.summary)
    return " " + fold_for_search(" ".join(told))
