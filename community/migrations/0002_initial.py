import django.db.models.deletion
import django.utils.timezone
import modelsearch.index
import taggit.managers
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0001_initial'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdminUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, unique=True)),
                ('level', models.CharField(choices=[('province', 'Province'), ('commune', 'Commune')], max_length=10)),
                ('kind', models.CharField(choices=[('tinh', 'Tỉnh'), ('thanh_pho', 'Thành phố'), ('xa', 'Xã'), ('phuong', 'Phường'), ('dac_khu', 'Đặc khu')], max_length=10)),
                ('name', models.CharField(max_length=60)),
                ('name_with_type', models.CharField(max_length=80)),
                ('folded', models.CharField(db_index=True, max_length=60)),
                ('sort_key', models.CharField(editable=False, max_length=300)),
                ('is_current', models.BooleanField(default=True)),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='communes', to='community.adminunit')),
            ],
            options={
                'verbose_name': 'administrative unit',
                'verbose_name_plural': 'administrative units',
                'ordering': ['sort_key', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('level', 'province'), ('parent__isnull', True)), models.Q(('level', 'commune'), ('parent__isnull', False)), _connector='OR'), name='admin_unit_commune_has_province'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['tinh', 'thanh_pho']), ('level', 'province')), models.Q(('kind__in', ['xa', 'phuong', 'dac_khu']), ('level', 'commune')), _connector='OR'), name='admin_unit_kind_fits_level'), models.CheckConstraint(condition=models.Q(models.Q(('gone_at__isnull', True), ('is_current', True)), models.Q(('gone_at__isnull', False), ('is_current', False)), _connector='OR'), name='admin_unit_gone_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Cooperative',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=140, unique=True, verbose_name='address of the booth')),
                ('legal_form', models.CharField(choices=[('cooperative', 'Cooperative'), ('group', 'Cooperative group'), ('household', 'Household business'), ('enterprise', 'Enterprise'), ('club', 'Club')], default='cooperative', max_length=20, verbose_name='legal form')),
                ('status', models.CharField(choices=[('applied', 'Applied'), ('active', 'Active'), ('suspended', 'Suspended'), ('ceased', 'Ceased')], db_index=True, default='applied', max_length=20, verbose_name='status')),
                ('address_line', models.CharField(blank=True, max_length=200, verbose_name='house number, hamlet')),
                ('phone', models.CharField(blank=True, max_length=16, verbose_name='phone')),
                ('tax_code', models.CharField(blank=True, max_length=20, verbose_name='tax code')),
                ('gln', models.CharField(blank=True, max_length=13, null=True, unique=True, verbose_name='GLN')),
                ('intro', models.TextField(blank=True, verbose_name='introduction')),
                ('intro_en', models.TextField(blank=True, verbose_name='introduction in English')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demo')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created at')),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cooperatives', to='community.adminunit', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'cooperative',
                'verbose_name_plural': 'cooperatives',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ('actor_label', models.CharField(max_length=120)),
                ('mandate_code', models.CharField(blank=True, max_length=20)),
                ('action', models.CharField(db_index=True, max_length=60)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('subject_code', models.CharField(blank=True, max_length=60)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_entries', to=settings.AUTH_USER_MODEL)),
                ('cooperative', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_entries', to='community.cooperative')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='audit_entry_subject')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('prefix', models.CharField(max_length=12, unique=True)),
                ('secret_sha256', models.CharField(max_length=64)),
                ('scope', models.CharField(choices=[('read', 'Read records'), ('capture', 'Read and write records')], default='read', max_length=8, verbose_name='may')),
                ('created_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_keys', to='community.cooperative')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('scope__in', ['read', 'capture'])), name='api_key_scope_known')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('recorder', 'Recorder'), ('packer', 'Packer'), ('viewer', 'Viewer')], default='viewer', max_length=20, verbose_name='role')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='community.cooperative', verbose_name='cooperative')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'cooperative'), name='membership_active_once'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'manager', 'recorder', 'packer', 'viewer'])), name='membership_role'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='membership_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=120)),
                ('channel', models.CharField(choices=[('sms', 'Text message'), ('email', 'E-mail')], default='sms', max_length=10)),
                ('to', models.CharField(max_length=254)),
                ('language', models.CharField(default='vi', max_length=5)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField()),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('sent', 'Sent'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'indexes': [models.Index(fields=['status', 'due_at'], name='outbox_due')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='outbox_message_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['sms', 'email'])), name='outbox_channel'), models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'sending', 'sent', 'failed'])), name='outbox_status'), models.CheckConstraint(condition=models.Q(('sent_at__isnull', False), models.Q(('status', 'sent'), _negated=True), _connector='OR'), name='outbox_sent_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', upload_to=wagtail.images.models.get_upload_to, verbose_name='file', width_field='width')),
                ('description', models.CharField(blank=True, default='', max_length=255, verbose_name='description')),
                ('width', models.IntegerField(editable=False, verbose_name='width')),
                ('height', models.IntegerField(editable=False, verbose_name='height')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
                ('focal_point_x', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_y', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_width', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_height', models.PositiveIntegerField(blank=True, null=True)),
                ('file_size', models.PositiveIntegerField(editable=False, null=True)),
                ('file_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ('sha256', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('is_illustration', models.BooleanField(default=False, verbose_name='illustration, not a photograph')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='taken at')),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('cooperative', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='community.cooperative', verbose_name='cooperative')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
                ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ],
            options={
                'verbose_name': 'photo',
                'verbose_name_plural': 'photos',
                'abstract': False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter_spec', models.CharField(db_index=True, max_length=255)),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', storage=wagtail.images.models.get_rendition_storage, upload_to=wagtail.images.models.get_rendition_upload_to, width_field='width')),
                ('width', models.IntegerField(editable=False)),
                ('height', models.IntegerField(editable=False)),
                ('focal_point_key', models.CharField(blank=True, default='', editable=False, max_length=16)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='community.photo')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('image', 'filter_spec', 'focal_point_key'), name='rendition_once')],
            },
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name='UnitAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('folded', models.CharField(db_index=True, max_length=80)),
                ('kind', models.CharField(choices=[('old_province', 'Old province'), ('old_district', 'Old district'), ('old_commune', 'Old commune')], max_length=20)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='community.adminunit')),
            ],
            options={
                'verbose_name': 'old name',
                'verbose_name_plural': 'old names',
                'constraints': [models.UniqueConstraint(fields=('unit', 'kind', 'name'), name='unit_alias_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['old_province', 'old_district', 'old_commune'])), name='unit_alias_kind')],
            },
        ),
        migrations.AddField(
            model_name='cooperative',
            name='members',
            field=models.ManyToManyField(related_name='cooperatives', through='community.Membership', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='cooperative',
            name='photo',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='community.photo', verbose_name='photo'),
        ),
        migrations.AddConstraint(
            model_name='cooperative',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['applied', 'active', 'suspended', 'ceased'])), name='cooperative_status'),
        ),
        migrations.AddConstraint(
            model_name='cooperative',
            constraint=models.CheckConstraint(condition=models.Q(('legal_form__in', ['cooperative', 'group', 'household', 'enterprise', 'club'])), name='cooperative_legal_form'),
        ),
        migrations.AddConstraint(
            model_name='cooperative',
            constraint=models.CheckConstraint(condition=models.Q(('gln__isnull', True), ('gln__regex', '^[0-9]{13}$'), _connector='OR'), name='cooperative_gln_is_13_digits'),
        ),
    ]
