"""More acts ask a second person; a provider may keep money in another currency."""

from django.db import migrations, models
from django.db.migrations.state import StateApps

from community import guarding

ACTS = [
    ("attach", "Count money for a payment"),
    ("send_back", "Money sent back to where it came from"),
    ("not_ours", "Not money of the market"),
    ("dues", "Dues of a cooperative received"),
    ("loss", "Who bears a lost dispute"),
    ("claim", "A buyer's claim is decided"),
    ("twice", "The same transfer, told twice"),
    ("taken_over", "A refund that was made at the provider"),
    ("arrived", "A payout of the card provider arrived"),
    ("not_arrived", "A payout of the card provider has not arrived"),
    ("undo_move", "Own money moved: undo it"),
]


def put_up(apps: StateApps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    """SQLite makes an altered table anew without its triggers."""
    guarding.install(schema_editor.connection, "marketplace")


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0013_packing_and_hand_sales")]

    operations = [
        migrations.RemoveConstraint(model_name="proposal", name="proposal_act_known"),
        migrations.AlterField(
            model_name="proposal",
            name="act",
            field=models.CharField(choices=ACTS, max_length=12, verbose_name="what shall be done"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", [code for code, _words in ACTS])), name="proposal_act_known"
            ),
        ),
        migrations.AddField(
            model_name="toldbalance", name="currency", field=models.CharField(default="VND", max_length=3)
        ),
        migrations.RunPython(put_up, migrations.RunPython.noop),
    ]
