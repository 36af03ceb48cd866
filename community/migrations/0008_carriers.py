from __future__ import annotations

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Messages that leave by carriers: by which way, what became of them, and a carrier's changing keys."""

    dependencies = [
        ('community', '0007_questions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarrierToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('born_of', models.CharField(max_length=64)),
                ('sealed', models.TextField(blank=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('refreshing_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'keys of a carrier',
            },
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='delivered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='message arrived'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='else by e-mail to'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='facts',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='given_up',
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='provider_ref',
            field=models.CharField(blank=True, max_length=80, verbose_name='number at the carrier'),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='rounds',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='way',
            field=models.CharField(blank=True, choices=[('zns', 'Zalo message'), ('sms', 'Text message'), ('email', 'E-mail')], max_length=10, verbose_name='left by'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='tries'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='channel',
            field=models.CharField(choices=[('sms', 'Telephone'), ('email', 'E-mail')], default='sms', max_length=10, verbose_name='by'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='message written'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='due_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='due'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='key',
            field=models.CharField(max_length=120, verbose_name='about which'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='kind',
            field=models.CharField(max_length=60, verbose_name='about what'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='language',
            field=models.CharField(default='vi', max_length=5, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='last_error',
            field=models.CharField(blank=True, max_length=200, verbose_name='why it failed'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='sent_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='message sent'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='status',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('sent', 'Sent'), ('failed', 'Failed')], default='waiting', max_length=10, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='subject',
            field=models.CharField(blank=True, max_length=200, verbose_name='subject'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='text',
            field=models.TextField(verbose_name='text'),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='to',
            field=models.CharField(max_length=254, verbose_name='to'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('provider_ref', ''), _negated=True), fields=['provider_ref'], name='outbox_ref'),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['', 'zns', 'sms', 'email'])), name='outbox_way_known'),
        ),
    ]
