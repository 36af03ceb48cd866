"""What other systems hand in for capture, and what became of it."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0004_api_keys"),
        ("traceability", "0006_gtin_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaptureJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("behaviour", models.CharField(default="rollback", max_length=8)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("success", models.BooleanField(default=False)),
                ("body", models.TextField(blank=True)),
                ("received", models.PositiveIntegerField(default=0)),
                ("stored", models.PositiveIntegerField(default=0)),
                ("repeated", models.PositiveIntegerField(default=0)),
                ("errors", models.JSONField(blank=True, default=list)),
                (
                    "api_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="community.apikey"
                    ),
                ),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="community.cooperative"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["cooperative", "created_at", "id"], name="capture_job_of_cooperative"),
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["created_at"],
                        name="capture_job_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("behaviour__in", ["rollback", "proceed"])),
                        name="capture_job_behaviour_known",
                    )
                ],
            },
        ),
    ]
