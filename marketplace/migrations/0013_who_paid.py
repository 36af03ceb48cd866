import django.db.models.deletion
from django.db import migrations, models

from community import guarding


def guard(apps, schema_editor):
    guarding.install(schema_editor.connection, "marketplace")


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0012_invoice_requests'),
    ]

    operations = [
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parcel', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='spending', to='marketplace.parcel', verbose_name='parcel')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spendings', to='marketplace.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'parcel paid by a payment',
                'verbose_name_plural': 'parcels paid by payments',
                'ordering': ['pk'],
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
