import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import community.photos.paper_files
import traceability.certificates.models


class Migration(migrations.Migration):
    dependencies = [
        ("traceability", "0005_local_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CertificateScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=traceability.certificates.models.new_scan_code, editable=False, max_length=12, unique=True)),
                ('file', models.FileField(storage=community.photos.paper_files.paper_storage, upload_to=community.photos.paper_files.paper_path, verbose_name='file')),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='traceability.certificate', verbose_name='certificate')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'scan of a certificate',
                'verbose_name_plural': 'scans of certificates',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('content_type__in', ['image/jpeg', 'application/pdf'])), name='certificate_scan_type')],
            },
        ),
        migrations.CreateModel(
            name='CoverRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('waiting', 'Waiting for staff'), ('confirmed', 'Confirmed'), ('refused', 'Refused'), ('withdrawn', 'Taken back by the seller')], db_index=True, default='waiting', max_length=10, verbose_name='status')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('words', models.CharField(blank=True, max_length=400, verbose_name='message to the seller')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cover_requests', to='traceability.certificate', verbose_name='certificate')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cover_requests', to='traceability.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'question whether a certificate covers goods',
                'verbose_name_plural': 'questions whether certificates cover goods',
                'ordering': ['asked_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'confirmed', 'refused', 'withdrawn'])), name='cover_request_status'), models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('certificate', 'product'), name='cover_request_waits_once')],
            },
        ),
    ]
