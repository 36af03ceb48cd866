from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import community.clock
import marketplace.privacy.models


class Migration(migrations.Migration):
    """What buyers ask about the data of an order."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('marketplace', '0019_gifts_codes_reports_wishes'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=marketplace.privacy.models.new_request_code, editable=False, max_length=12, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('erase', 'Erase what is stored about the buyer'), ('question', 'Question, correction or objection')], max_length=8, verbose_name='kind of request')),
                ('status', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('refused', 'Refused'), ('withdrawn', 'Taken back by the buyer')], default='open', max_length=10, verbose_name='status')),
                ('words', models.CharField(blank=True, max_length=600, verbose_name='words of the buyer')),
                ('asked_at', models.DateTimeField(default=community.clock.now, verbose_name='asked on')),
                ('answer_by', models.DateTimeField(verbose_name='to be answered until')),
                ('finish_by', models.DateTimeField(verbose_name='to be done until')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answer', models.CharField(blank=True, max_length=600, verbose_name='answer')),
                ('extended_at', models.DateTimeField(blank=True, null=True, verbose_name='time extended')),
                ('waits_for', models.CharField(blank=True, max_length=20, verbose_name='waits for')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_requests', to='marketplace.order', verbose_name='order')),
            ],
            options={
                'verbose_name': 'request about data',
                'verbose_name_plural': 'requests about data',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['status', 'finish_by'], name='data_request_due')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['erase', 'question'])), name='data_request_kind_known'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['open', 'done', 'refused', 'withdrawn'])), name='data_request_status_known'),
                    models.CheckConstraint(condition=models.Q(('status', 'open'), ('ended_at__isnull', False), _connector='OR'), name='data_request_ended_has_time'),
                    models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('order', 'kind'), name='data_request_one_runs_per_kind'),
                ],
            },
        ),
    ]
