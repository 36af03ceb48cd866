from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import community.questions.models


class Migration(migrations.Migration):
    """The question box: desks by place, questions with their answers."""

    dependencies = [("community", "0006_rules")]

    operations = [
        migrations.CreateModel(
            name="QuestionDesk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name of the team or office")),
                ("phone", models.CharField(blank=True, max_length=16, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True,
                        related_name="question_desks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who of the staff",
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question_desk",
                        to="community.adminunit",
                        verbose_name="commune or province",
                    ),
                ),
            ],
            options={
                "verbose_name": "desk for questions",
                "verbose_name_plural": "desks for questions",
                "ordering": ["unit__sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=community.questions.models.new_question_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=community.questions.models.new_question_token,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("buying", "Buying and paying"),
                            ("delivery", "Delivery and returns"),
                            ("scanning", "Codes and origin"),
                            ("selling", "Selling here"),
                            ("ocop", "OCOP and support programmes"),
                            ("other", "Something else"),
                        ],
                        default="other",
                        max_length=12,
                        verbose_name="about",
                    ),
                ),
                ("text", models.TextField(max_length=1500, verbose_name="question")),
                ("language", models.CharField(default="vi", max_length=5)),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("contact", models.CharField(blank=True, max_length=254, verbose_name="phone or e-mail")),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("", "Only the page"), ("sms", "Text message"), ("email", "E-mail")],
                        default="",
                        max_length=8,
                        verbose_name="answer by",
                    ),
                ),
                (
                    "agreed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="agreed to be written to"),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked at")),
                ("due_on", models.DateField(db_index=True, verbose_name="answer by the day")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("answered", "Answered"),
                            ("closed", "Closed without an answer"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                (
                    "faq_question",
                    models.CharField(blank=True, max_length=300, verbose_name="question as published"),
                ),
                ("faq_answer", models.TextField(blank=True, max_length=2000, verbose_name="answer as published")),
                ("faq_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="published at")),
                (
                    "forgotten_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="personal data erased at"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="community.adminunit",
                        verbose_name="commune",
                    ),
                ),
                (
                    "cooperative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="community.cooperative",
                        verbose_name="cooperative",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="questions",
                        to="community.questiondesk",
                        verbose_name="desk",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["-asked_at", "-pk"],
                "indexes": [models.Index(fields=["status", "due_on"], name="question_waits")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about__in", ["buying", "delivery", "scanning", "selling", "ocop", "other"])
                        ),
                        name="question_about",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "answered", "closed"])), name="question_status"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", ""), ("contact", "")),
                            models.Q(("agreed_at__isnull", False), ("channel__in", ["sms", "email"])),
                            _connector="OR",
                        ),
                        name="question_contact_agreed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), _negated=True),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="question_answered_has_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("faq_at", None),
                            models.Q(
                                models.Q(("faq_question", ""), _negated=True),
                                models.Q(("faq_answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="question_faq_whole",
                    ),
                ],
            },
        ),
    ]
