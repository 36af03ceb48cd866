from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code

MOST_GUESTS = 500


def new_session_code() -> str:
    return new_code(8)


class Level(models.TextChoices):
    """How far somebody is with a lesson; each holds those before it."""

    SEEN = "seen", _("Seen")
    TRIED = "tried", _("Tried")
    ALONE = "alone", _("Does it alone")


class How(models.TextChoices):
    SELF = "self", _("said by the learner")
    SANDBOX = "sandbox", _("in the exercise")
    SESSION = "session", _("at a session")


class TrainingSession(models.Model):
    """An hour in which several people learn. ``lessons``: their keys. Men, women and minorities are counts that the

    leader may type; nobody's ethnicity is kept with a person.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Session planned")
        HELD = "held", _("Session held")
        CALLED_OFF = "called_off", _("Session called off")

    code = models.CharField(max_length=12, unique=True, default=new_session_code, editable=False)
    commune = models.ForeignKey(
        "community.AdminUnit", on_delete=models.PROTECT, related_name="training_sessions", verbose_name=_("commune")
    )
    held_on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=160)
    lessons = models.JSONField(_("lessons"), default=list)
    led_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("led by")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PLANNED)
    guests = models.PositiveSmallIntegerField(_("guests without a name"), default=0)
    women = models.PositiveSmallIntegerField(_("women"), null=True, blank=True)
    men = models.PositiveSmallIntegerField(_("men"), null=True, blank=True)
    minorities = models.PositiveSmallIntegerField(_("of ethnic minorities"), null=True, blank=True)
    planned_at = models.DateTimeField(_("planned at"), default=clock.now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo"), default=False)

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_session_status", condition=Q(status__in=["planned", "held", "called_off"])
            ),
            models.CheckConstraint(name="training_session_guests", condition=Q(guests__lte=MOST_GUESTS)),
            models.CheckConstraint(
                name="training_session_closed",
                condition=Q(status="planned", closed_at__isnull=True)
                | (~Q(status="planned") & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y} · {self.place}"


class Attendance(models.Model):
    """Somebody who came, and how far he got there with the lessons of the session."""

    session = models.ForeignKey(
        TrainingSession, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("training session")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="training_attendances",
        verbose_name=_("person"),
    )
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.SEEN)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_once"),
            models.CheckConstraint(name="attendance_level", condition=Q(level__in=["seen", "tried", "alone"])),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_level_display()}"


class LessonLevel(models.Model):
    """Somebody reached a level of a lesson; one row for each. What is done alone in earnest is not written here:

    it is read from the audit (``progress.levels_of``).
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_levels", verbose_name=_("person")
    )
    lesson = models.SlugField(_("lesson"), max_length=40)
    level = models.CharField(_("level"), max_length=8, choices=Level)
    how = models.CharField(_("how it is known"), max_length=8, choices=How)
    session = models.ForeignKey(
        TrainingSession,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("training session"),
    )
    reached_at = models.DateTimeField(_("reached at"), default=clock.now)

    class Meta:
        verbose_name = _("level of a lesson")
        verbose_name_plural = _("levels of lessons")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "lesson", "level"], name="lesson_level_once"),
            models.CheckConstraint(name="lesson_level_known", condition=Q(level__in=["seen", "tried", "alone"])),
            models.CheckConstraint(name="lesson_level_how", condition=Q(how__in=["self", "sandbox", "session"])),
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.get_level_display()}"
