from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the move: PostgreSQL changes no table whose rows the same transaction has just written."""

    dependencies = [("marketplace", "0016_private_claim_photos")]
    operations = [migrations.RemoveField(model_name="claimphoto", name="photo")]
