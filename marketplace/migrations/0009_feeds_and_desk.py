import community.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from community import guarding


def guard(apps, schema_editor):
    """SQLite makes an altered table anew, without its triggers."""
    guarding.install(schema_editor.connection, "marketplace")


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0005_audit_triggers'),
        ('marketplace', '0008_money_triggers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('sepay', 'SePay'), ('payos', 'payOS'), ('casso', 'Casso'), ('statement', 'Statement of the bank'), ('manual', 'A member, by hand'), ('stripe', 'Stripe'), ('simulated', 'Simulated bank or card')], max_length=12, verbose_name='asked')),
                ('since', models.DateTimeField(verbose_name='from')),
                ('started_at', models.DateTimeField(default=community.clock.now, verbose_name='asked at')),
                ('told', models.PositiveIntegerField(default=0, verbose_name='incoming transfers told')),
                ('found', models.PositiveIntegerField(default=0, verbose_name='missed before, found now')),
                ('differences', models.JSONField(default=list, verbose_name='differences')),
                ('error', models.CharField(blank=True, max_length=120, verbose_name='error')),
            ],
            options={
                'verbose_name': 'reconciliation with a bank',
                'verbose_name_plural': 'reconciliations with banks',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=120, verbose_name='file')),
                ('status', models.CharField(choices=[('uploaded', 'Columns to be chosen'), ('reading', 'Being read'), ('read', 'To be checked'), ('confirmed', 'Taken in'), ('dropped', 'Dropped')], default='uploaded', max_length=12, verbose_name='status')),
                ('columns', models.JSONField(default=dict)),
                ('seen', models.JSONField(default=dict)),
                ('uploaded_at', models.DateTimeField(default=community.clock.now, verbose_name='uploaded')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken in')),
            ],
            options={
                'verbose_name': 'bank statement',
                'verbose_name_plural': 'bank statements',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='StatementFormat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bank_bin', models.CharField(max_length=6, unique=True)),
                ('columns', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='SuspenseDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('attach', 'Counted for a payment'), ('send_back', 'Sent back to where it came from'), ('not_ours', 'Not money of the market'), ('twice', 'The same transfer, told twice')], max_length=12, verbose_name='what was decided')),
                ('amount_dong', models.BigIntegerField(verbose_name='amount (đồng)')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='reference of the bank')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('decided_at', models.DateTimeField(default=community.clock.now, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'decision about money',
                'verbose_name_plural': 'decisions about money',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='capture',
            name='capture_provider_known',
        ),
        migrations.RemoveConstraint(
            model_name='inboxevent',
            name='inbox_event_provider_known',
        ),
        migrations.RemoveConstraint(
            model_name='receivingaccount',
            name='receiving_account_feed_known',
        ),
        migrations.AlterField(
            model_name='capture',
            name='provider',
            field=models.CharField(choices=[('sepay', 'SePay'), ('payos', 'payOS'), ('casso', 'Casso'), ('statement', 'Statement of the bank'), ('manual', 'A member, by hand'), ('stripe', 'Stripe'), ('simulated', 'Simulated bank or card')], max_length=12, verbose_name='told by'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='provider',
            field=models.CharField(choices=[('sepay', 'SePay'), ('payos', 'payOS'), ('casso', 'Casso'), ('statement', 'Statement of the bank'), ('manual', 'A member, by hand'), ('stripe', 'Stripe'), ('simulated', 'Simulated bank or card')], max_length=12, verbose_name='sent by'),
        ),
        migrations.AlterField(
            model_name='receivingaccount',
            name='feed',
            field=models.CharField(choices=[('sepay', 'SePay'), ('payos', 'payOS'), ('casso', 'Casso'), ('manual', 'By hand'), ('simulated', 'Simulated bank')], default='manual', max_length=12, verbose_name='how transfers are told'),
        ),
        migrations.AddConstraint(
            model_name='capture',
            constraint=models.CheckConstraint(condition=models.Q(('provider__in', ['sepay', 'payos', 'casso', 'statement', 'manual', 'stripe', 'simulated'])), name='capture_provider_known'),
        ),
        migrations.AddConstraint(
            model_name='inboxevent',
            constraint=models.CheckConstraint(condition=models.Q(('provider__in', ['sepay', 'payos', 'casso', 'statement', 'manual', 'stripe', 'simulated'])), name='inbox_event_provider_known'),
        ),
        migrations.AddConstraint(
            model_name='receivingaccount',
            constraint=models.CheckConstraint(condition=models.Q(('feed__in', ['sepay', 'payos', 'casso', 'manual', 'simulated'])), name='receiving_account_feed_known'),
        ),
        migrations.AddIndex(
            model_name='reconciliation',
            index=models.Index(fields=['source', 'started_at'], name='marketplace_source_99deeb_idx'),
        ),
        migrations.AddField(
            model_name='statement',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='marketplace.receivingaccount', verbose_name='receiving account'),
        ),
        migrations.AddField(
            model_name='statement',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken in by'),
        ),
        migrations.AddField(
            model_name='statement',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by'),
        ),
        migrations.AddField(
            model_name='suspensedecision',
            name='capture',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='marketplace.capture'),
        ),
        migrations.AddField(
            model_name='suspensedecision',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suspensedecision',
            name='payment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='marketplace.payment'),
        ),
        migrations.AddField(
            model_name='suspensedecision',
            name='undoes',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='marketplace.suspensedecision'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['uploaded', 'reading', 'read', 'confirmed', 'dropped'])), name='statement_status_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'dropped'), _negated=True), fields=('account', 'sha256'), name='statement_file_once_per_account'),
        ),
        migrations.AddConstraint(
            model_name='suspensedecision',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['attach', 'send_back', 'not_ours', 'twice'])), name='suspense_decision_act_known'),
        ),
        migrations.AddConstraint(
            model_name='suspensedecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_dong__gt', 0), ('undoes__isnull', True)), models.Q(('amount_dong__lt', 0), ('undoes__isnull', False)), _connector='OR'), name='suspense_decision_amount_signed'),
        ),
        migrations.AddConstraint(
            model_name='suspensedecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'attach'), ('payment__isnull', False)), models.Q(models.Q(('act', 'attach'), _negated=True), ('payment__isnull', True)), _connector='OR'), name='suspense_decision_names_its_payment'),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
