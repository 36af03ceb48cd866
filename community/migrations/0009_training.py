import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import community.clock
import community.training.models


class Migration(migrations.Migration):
    dependencies = [("community", "0008_carriers")]

    operations = [
        migrations.CreateModel(
            name="TrainingSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=community.training.models.new_session_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("held_on", models.DateField(verbose_name="day")),
                ("place", models.CharField(max_length=160, verbose_name="place")),
                ("lessons", models.JSONField(default=list, verbose_name="lessons")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Session planned"),
                            ("held", "Session held"),
                            ("called_off", "Session called off"),
                        ],
                        default="planned",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "guests",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="guests without a name"
                    ),
                ),
                (
                    "women",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="women"
                    ),
                ),
                (
                    "men",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="men"
                    ),
                ),
                (
                    "minorities",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="of ethnic minorities"
                    ),
                ),
                (
                    "planned_at",
                    models.DateTimeField(
                        default=community.clock.now,
                        editable=False,
                        verbose_name="planned at",
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="closed at"
                    ),
                ),
                ("is_demo", models.BooleanField(default=False, verbose_name="demo")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_sessions",
                        to="community.adminunit",
                        verbose_name="commune",
                    ),
                ),
                (
                    "led_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="led by",
                    ),
                ),
            ],
            options={
                "verbose_name": "training session",
                "verbose_name_plural": "training sessions",
                "ordering": ["-held_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LessonLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("lesson", models.SlugField(max_length=40, verbose_name="lesson")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("seen", "Seen"),
                            ("tried", "Tried"),
                            ("alone", "Does it alone"),
                        ],
                        max_length=8,
                        verbose_name="level",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("self", "said by the learner"),
                            ("sandbox", "in the exercise"),
                            ("session", "at a session"),
                        ],
                        max_length=8,
                        verbose_name="how it is known",
                    ),
                ),
                (
                    "reached_at",
                    models.DateTimeField(
                        default=community.clock.now, verbose_name="reached at"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lesson_levels",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="community.trainingsession",
                        verbose_name="training session",
                    ),
                ),
            ],
            options={
                "verbose_name": "level of a lesson",
                "verbose_name_plural": "levels of lessons",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("seen", "Seen"),
                            ("tried", "Tried"),
                            ("alone", "Does it alone"),
                        ],
                        default="seen",
                        max_length=8,
                        verbose_name="level",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="training_attendances",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="community.trainingsession",
                        verbose_name="training session",
                    ),
                ),
            ],
            options={
                "verbose_name": "attendance",
                "verbose_name_plural": "attendances",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="trainingsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "held", "called_off"])),
                name="training_session_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("guests__lte", 500)), name="training_session_guests"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "planned")),
                    models.Q(
                        models.Q(("status", "planned"), _negated=True),
                        ("closed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="training_session_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonlevel",
            constraint=models.UniqueConstraint(
                fields=("person", "lesson", "level"), name="lesson_level_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["seen", "tried", "alone"])),
                name="lesson_level_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["self", "sandbox", "session"])),
                name="lesson_level_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(
                fields=("session", "person"), name="attendance_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["seen", "tried", "alone"])),
                name="attendance_level",
            ),
        ),
    ]
