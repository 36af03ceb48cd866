"""Which pages are to be drawn, and which words events use, from an index instead of from every row."""

from django.db import migrations, models
from django.db.models import F

from traceability.log import triggers

DRAWN = """
UPDATE traceability_batch SET drawn_version = page_version
WHERE (SELECT COUNT(*) FROM traceability_passportpage p
       WHERE p.batch_id = traceability_batch.id AND p.version = traceability_batch.page_version) >= 2
"""


def install(apps, schema_editor):
    """SQLite made the table of batches anew."""
    triggers.install(schema_editor.connection)


def words(column, name):
    return migrations.AddIndex("event", models.Index(fields=[column, "event_time"], name=name))


class Migration(migrations.Migration):
    dependencies = [("traceability", "0016_shared_ground")]

    operations = [
        migrations.AddField("batch", "drawn_version", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddIndex(
            "batch", models.Index(F("status"), F("page_version") - F("drawn_version"), name="batch_pages_to_draw")
        ),
        words("type", "traceabilit_type_a0aff0_idx"),
        words("biz_step", "traceabilit_biz_ste_9314cd_idx"),
        words("disposition", "traceabilit_disposi_ed6a6b_idx"),
        words("read_point", "traceabilit_read_po_db56f4_idx"),
        words("biz_location", "traceabilit_biz_loc_6e51c7_idx"),
        migrations.AddIndex("passportpage", models.Index(fields=["valid_until"], name="traceabilit_valid_u_0e3ef9_idx")),
        migrations.AddIndex("passportpage", models.Index(fields=["etag"], name="traceabilit_etag_5e3439_idx")),
        migrations.RunPython(install, migrations.RunPython.noop),
        migrations.RunSQL(DRAWN, migrations.RunSQL.noop),
    ]
