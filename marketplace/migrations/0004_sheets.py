"""Sheets that cooperatives bring and take away."""

import community.clock
import django.db.models.deletion
import marketplace.exporting.models
import marketplace.importing.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0003_written_once'),
        ('marketplace', '0003_own_money'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=marketplace.importing.models.new_import_code, editable=False, max_length=12, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('status', models.CharField(choices=[('reading', 'Being read'), ('checked', 'Checked'), ('applying', 'Being taken in'), ('applied', 'Taken in'), ('undoing', 'Being undone'), ('undone', 'Taken back'), ('unreadable', 'Not readable'), ('dropped', 'Dropped')], default='reading', max_length=12, verbose_name='status')),
                ('columns', models.JSONField(default=dict)),
                ('seen', models.JSONField(default=dict)),
                ('refused', models.JSONField(blank=True, default=dict)),
                ('uploaded_at', models.DateTimeField(default=community.clock.now, verbose_name='uploaded')),
                ('asked_at', models.DateTimeField(default=community.clock.now)),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='taken in')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ('applied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheet_imports', to='community.cooperative', verbose_name='cooperative')),
            ],
            options={
                'verbose_name': 'import of a sheet',
                'verbose_name_plural': 'imports of sheets',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('sheet', models.CharField(blank=True, max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('values', models.JSONField(default=dict)),
                ('faults', models.JSONField(default=list)),
                ('effects', models.JSONField(default=list)),
                ('made', models.JSONField(default=dict)),
                ('is_bad', models.BooleanField(default=False)),
                ('sheet_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='marketplace.sheetimport')),
            ],
            options={
                'ordering': ['place'],
            },
        ),
        migrations.CreateModel(
            name='SheetExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=marketplace.exporting.models.new_export_code, editable=False, max_length=20, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('xlsx', 'Excel workbook'), ('zip', 'csv files in a zip')], max_length=5, verbose_name='kind')),
                ('with_buyers', models.BooleanField(default=False)),
                ('with_money', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField(default=community.clock.now, verbose_name='asked')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='bytes')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheet_exports', to='community.cooperative', verbose_name='cooperative')),
            ],
            options={
                'verbose_name': "export of a cooperative's data",
                'verbose_name_plural': "exports of cooperatives' data",
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['xlsx', 'zip'])), name='sheet_export_kind_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='sheetimport',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['reading', 'checked', 'applying', 'applied', 'undoing', 'undone', 'unreadable', 'dropped'])), name='sheet_import_status_known'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['sheet_import', 'is_bad', 'place'], name='marketplace_sheet_i_46cef4_idx'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('sheet_import', 'place'), name='import_row_place_once'),
        ),
    ]
