"""What card providers tell of the operator's balance, their payouts to the bank, and money staff moved."""

import community.clock
from community import guarding
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


def install(apps, schema_editor):
    guarding.install(schema_editor.connection, "marketplace")


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0002_written_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BalanceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('sepay', 'SePay'), ('payos', 'payOS'), ('casso', 'Casso'), ('statement', 'Statement of the bank'), ('manual', 'A member, by hand'), ('stripe', 'Stripe'), ('simulated', 'Simulated bank or card')], max_length=12, verbose_name='told by')),
                ('txn_id', models.CharField(max_length=255, verbose_name='transaction')),
                ('category', models.CharField(max_length=40, verbose_name='kind')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('fee', models.BigIntegerField(verbose_name='fee')),
                ('net', models.BigIntegerField(verbose_name='net')),
                ('currency', models.CharField(max_length=3)),
                ('thing', models.CharField(blank=True, max_length=255)),
                ('money_ref', models.CharField(blank=True, max_length=255)),
                ('charged_dong', models.BigIntegerField(blank=True, null=True)),
                ('livemode', models.BooleanField(default=True, verbose_name='real money')),
                ('at', models.DateTimeField(verbose_name='booked')),
                ('recorded_at', models.DateTimeField(default=community.clock.now, verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'movement at a card provider',
                'verbose_name_plural': 'movements at card providers',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OwnMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('transfer', 'Moved between own accounts'), ('bank_charge', 'Charge of the bank'), ('interest', 'Interest')], max_length=12, verbose_name='what it was')),
                ('status', models.CharField(choices=[('proposed', 'Waits for a second person'), ('booked', 'In the books'), ('refused', 'Refused'), ('undone', 'Undone')], default='proposed', max_length=12, verbose_name='status')),
                ('amount_dong', models.BigIntegerField(verbose_name='amount (đồng)')),
                ('out_of', models.CharField(blank=True, max_length=80, verbose_name='out of')),
                ('into', models.CharField(blank=True, max_length=80, verbose_name='into')),
                ('reference', models.CharField(max_length=120, verbose_name='reference of the bank')),
                ('moved_on', models.DateField(verbose_name='day')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('livemode', models.BooleanField(default=True, verbose_name='real money')),
                ('recorded_at', models.DateTimeField(default=community.clock.now, verbose_name='written down')),
                ('booked_at', models.DateTimeField(blank=True, null=True, verbose_name='booked')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='refused or undone')),
            ],
            options={
                'verbose_name': 'own money moved',
                'verbose_name_plural': 'own money moved',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ProviderPayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('sepay', 'SePay'), ('payos', 'payOS'), ('casso', 'Casso'), ('statement', 'Statement of the bank'), ('manual', 'A member, by hand'), ('stripe', 'Stripe'), ('simulated', 'Simulated bank or card')], max_length=12, verbose_name='told by')),
                ('provider_ref', models.CharField(max_length=255, verbose_name='reference of the provider')),
                ('amount_dong', models.BigIntegerField(verbose_name='amount (đồng)')),
                ('words', models.CharField(blank=True, max_length=120, verbose_name="words on the bank's statement")),
                ('status', models.CharField(choices=[('in_transit', 'On its way'), ('arrived', 'Arrived'), ('failed', 'Came back')], default='in_transit', max_length=12, verbose_name='status')),
                ('livemode', models.BooleanField(default=True, verbose_name='real money')),
                ('sent_at', models.DateTimeField(verbose_name='sent')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='expected on')),
                ('arrived_at', models.DateTimeField(blank=True, null=True, verbose_name='arrived')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='came back')),
            ],
            options={
                'verbose_name': 'payout of a card provider',
                'verbose_name_plural': 'payouts of card providers',
                'ordering': ['-sent_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ToldBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=80, verbose_name='account')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('amount_dong', models.BigIntegerField(verbose_name='amount (đồng)')),
                ('livemode', models.BooleanField(default=True, verbose_name='real money')),
                ('told_by', models.CharField(choices=[('sepay', 'SePay'), ('payos', 'payOS'), ('casso', 'Casso'), ('statement', 'Statement of the bank'), ('manual', 'A member, by hand'), ('stripe', 'Stripe'), ('simulated', 'Simulated bank or card')], max_length=12, verbose_name='told by')),
                ('recorded_at', models.DateTimeField(default=community.clock.now, verbose_name='written down')),
            ],
            options={
                'verbose_name': 'balance as the bank says',
                'verbose_name_plural': 'balances as the banks say',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='balanceline',
            index=models.Index(fields=['source', 'money_ref'], name='marketplace_source_7bb425_idx'),
        ),
        migrations.AddConstraint(
            model_name='balanceline',
            constraint=models.UniqueConstraint(fields=('source', 'txn_id'), name='balance_line_once'),
        ),
        migrations.AddConstraint(
            model_name='balanceline',
            constraint=models.CheckConstraint(condition=models.Q(('net', django.db.models.expressions.CombinedExpression(models.F('amount'), '-', models.F('fee')))), name='balance_line_adds_up'),
        ),
        migrations.AddField(
            model_name='ownmove',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='ownmove',
            name='capture',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_moves', to='marketplace.capture', verbose_name='money received'),
        ),
        migrations.AddField(
            model_name='ownmove',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused or undone by'),
        ),
        migrations.AddField(
            model_name='ownmove',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written down by'),
        ),
        migrations.AddField(
            model_name='providerpayout',
            name='capture',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='provider_payout', to='marketplace.capture', verbose_name='money received'),
        ),
        migrations.AddField(
            model_name='toldbalance',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written down by'),
        ),
        migrations.AddConstraint(
            model_name='ownmove',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['transfer', 'bank_charge', 'interest'])), name='own_move_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='ownmove',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'booked', 'refused', 'undone'])), name='own_move_status_known'),
        ),
        migrations.AddConstraint(
            model_name='ownmove',
            constraint=models.CheckConstraint(condition=models.Q(('amount_dong__gt', 0)), name='own_move_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='ownmove',
            constraint=models.CheckConstraint(condition=models.Q(('out_of', models.F('into')), _negated=True), name='own_move_goes_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='ownmove',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), ('recorded_by__isnull', True), models.Q(('approved_by', models.F('recorded_by')), _negated=True), _connector='OR'), name='own_move_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='ownmove',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['proposed', 'booked'])), fields=('kind', 'reference', 'out_of', 'into'), name='own_move_once_per_reference'),
        ),
        migrations.AddConstraint(
            model_name='ownmove',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['proposed', 'booked'])), fields=('capture',), name='own_move_once_per_line'),
        ),
        migrations.AddConstraint(
            model_name='providerpayout',
            constraint=models.UniqueConstraint(fields=('source', 'provider_ref'), name='provider_payout_once'),
        ),
        migrations.AddConstraint(
            model_name='providerpayout',
            constraint=models.CheckConstraint(condition=models.Q(('amount_dong__gt', 0)), name='provider_payout_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='providerpayout',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['in_transit', 'arrived', 'failed'])), name='provider_payout_status_known'),
        ),
        migrations.AddIndex(
            model_name='toldbalance',
            index=models.Index(fields=['place', 'at'], name='marketplace_place_5ec263_idx'),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
