import community.mandates.models
import community.photos.private
import community.teams.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0009_training'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=community.mandates.models.new_mandate_code, editable=False, max_length=20, unique=True)),
                ('scope_words', models.CharField(max_length=60, verbose_name='for what')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='purpose')),
                ('days', models.PositiveSmallIntegerField(default=1, verbose_name='days')),
                ('status', models.CharField(choices=[('asked', "Waits for the cooperative's yes"), ('paper', 'Paper waits for a second helper: drafts only'), ('running', 'Runs'), ('ended', 'Ended')], default='asked', max_length=10, verbose_name='status')),
                ('way', models.CharField(blank=True, choices=[('', 'Not given yet'), ('code', "Code on the member's phone"), ('pin', "PIN on the helper's phone"), ('card', 'Member card and PIN'), ('paper', 'Signed paper'), ('desk', "On the member's own desk")], default='', max_length=10, verbose_name='how it was given')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked at')),
                ('lapses_at', models.DateTimeField(verbose_name='lapses at')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='since')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('signed_by', models.CharField(blank=True, max_length=120, verbose_name='who signed the paper')),
                ('evidence', models.FileField(blank=True, storage=community.photos.private.private_storage, upload_to=community.mandates.models.consent_path, verbose_name='paper')),
                ('evidence_sha256', models.CharField(blank=True, max_length=64)),
                ('evidence_type', models.CharField(blank=True, max_length=40)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('code_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('code_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('code_tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('codes_sent', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('ended_why', models.CharField(blank=True, choices=[('', ''), ('revoked', 'ended by the cooperative'), ('refused', 'refused by the cooperative'), ('given_back', 'given back by the helper'), ('left', 'the helper left the team'), ('staff', "ended by the market's staff"), ('unconfirmed', 'the paper was not right'), ('replaced', 'another one took its place')], default='', max_length=12, verbose_name='why it ended')),
                ('code_for', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='community.cooperative', verbose_name='cooperative')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='given by')),
                ('helper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_held', to=settings.AUTH_USER_MODEL, verbose_name='helper')),
            ],
            options={
                'verbose_name': 'mandate',
                'verbose_name_plural': 'mandates',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='KeptForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=community.mandates.models.new_kept_code, editable=False, max_length=12, unique=True)),
                ('path', models.CharField(max_length=400, verbose_name='page')),
                ('fields', models.JSONField(default=list)),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='kept at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('mandate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_forms', to='community.mandate', verbose_name='mandate')),
            ],
            options={
                'verbose_name': 'form left half-way',
                'verbose_name_plural': 'forms left half-way',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SupportingOrganisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, unique=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('bank', 'Bank'), ('union', 'Union or association'), ('school', 'School'), ('office', 'Office of the state'), ('firm', 'Firm'), ('other', 'Something else')], default='other', max_length=10, verbose_name='kind')),
                ('phone', models.CharField(blank=True, max_length=16, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='supports until')),
            ],
            options={
                'verbose_name': 'supporting organisation',
                'verbose_name_plural': 'supporting organisations',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['bank', 'union', 'school', 'office', 'firm', 'other'])), name='support_kind')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=community.teams.models.new_team_code, editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('hamlet', models.CharField(blank=True, max_length=120, verbose_name='hamlet')),
                ('formed_on', models.DateField(blank=True, null=True, verbose_name='formed on')),
                ('decision_no', models.CharField(blank=True, max_length=60, verbose_name='number of the decision')),
                ('phone', models.CharField(blank=True, max_length=16, verbose_name='phone')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='dissolved on')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demo')),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digital_teams', to='community.adminunit', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'digital team',
                'verbose_name_plural': 'digital teams',
                'ordering': ['commune__sort_key', 'name', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='mandate',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='community.team', verbose_name='digital team'),
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=community.teams.models.new_team_code, editable=False, max_length=12, unique=True)),
                ('role', models.CharField(choices=[('head', 'Head of the team'), ('deputy', 'Deputy'), ('member', 'Member of the team'), ('partner', 'Partner: looks only'), ('inspector', 'Inspector: looks only')], default='member', max_length=10, verbose_name='role')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='community.supportingorganisation', verbose_name='supporting organisation')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='community.team', verbose_name='digital team')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team_places', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'place in a team',
                'verbose_name_plural': 'places in teams',
                'ordering': ['team', 'started_at', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(fields=['cooperative', 'status'], name='mandate_of_cooperative'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(fields=['helper', 'status'], name='mandate_of_helper'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'paper', 'running', 'ended'])), name='mandate_status'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['', 'code', 'pin', 'card', 'paper', 'desk'])), name='mandate_way'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 30)), name='mandate_days'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('scope_words__regex', '^(list|record|orders|pack|import)(,(list|record|orders|pack|import))*$')), name='mandate_scopes'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'running'), _negated=True), models.Q(('confirmed_by__isnull', False), ('ends_at__isnull', False), ('starts_at__isnull', False), models.Q(('way', ''), _negated=True)), _connector='OR'), name='mandate_runs_with_proof'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('way', 'paper'), _negated=True), models.Q(models.Q(('evidence', ''), _negated=True), models.Q(('signed_by', ''), _negated=True)), _connector='OR'), name='mandate_paper_is_there'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given_by__isnull', True), models.Q(('given_by', models.F('helper')), _negated=True), _connector='OR'), models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('helper')), _negated=True), _connector='OR')), name='mandate_never_by_oneself'),
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status', 'ended'), models.Q(('ended_why', ''), _negated=True)), models.Q(models.Q(('status', 'ended'), _negated=True), ('ended_at__isnull', True), ('ended_why', '')), _connector='OR'), name='mandate_end_whole'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'team'), name='team_place_active_once'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['head', 'deputy', 'member', 'partner', 'inspector'])), name='team_place_role'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='team_place_ends_after_start'),
        ),
    ]
