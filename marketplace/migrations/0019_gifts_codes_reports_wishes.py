"""Reports to the market, wishes to hear of goods, gifts, discount codes."""

import community.clock
import django.db.models.deletion
import django.db.models.expressions
import marketplace.reports.models
import marketplace.wishes.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0005_onboarding'),
        ('marketplace', '0018_catalogue'),
        ('traceability', '0006_scans_and_cover'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MarketReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=marketplace.reports.models.new_report_code, editable=False, max_length=12, unique=True, verbose_name='reference')),
                ('kind', models.CharField(choices=[('fake', 'Fake, or not from where it says'), ('forbidden', 'Forbidden goods'), ('unsafe', 'Dangerous to health'), ('wrong', 'Wrongly described, or wrong papers'), ('other', 'Something else')], max_length=12, verbose_name='what is not right')),
                ('words', models.CharField(max_length=1000, verbose_name='words')),
                ('contact', models.CharField(blank=True, max_length=254, verbose_name='where the answer goes')),
                ('language', models.CharField(default='vi', max_length=5, verbose_name='language')),
                ('reported_at', models.DateTimeField(default=community.clock.now, verbose_name='reported')),
                ('outcome', models.CharField(blank=True, choices=[('acted', 'Something was done'), ('unfounded', 'Nothing wrong was found')], max_length=12, verbose_name='outcome')),
                ('answer', models.CharField(blank=True, max_length=1000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='market_reports', to='community.cooperative', verbose_name='cooperative')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='market_reports', to='traceability.product', verbose_name='product')),
            ],
            options={
                'indexes': [models.Index(fields=['answered_at', 'reported_at'], name='marketplace_answere_6e30d6_idx')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['fake', 'forbidden', 'unsafe', 'wrong', 'other'])), name='market_report_kind_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('outcome', '')), models.Q(('answered_at__isnull', False), ('outcome__in', ['acted', 'unfounded']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='market_report_answered_with_words'),
                ],
                'verbose_name': 'report to the market',
                'verbose_name_plural': 'reports to the market',
                'ordering': ['-reported_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='StockWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact', models.CharField(max_length=254, verbose_name='where the answer goes')),
                ('language', models.CharField(default='vi', max_length=5, verbose_name='language')),
                ('token', models.CharField(default=marketplace.wishes.models.new_wish_token, editable=False, max_length=32, unique=True, verbose_name='secret address')),
                ('wished_at', models.DateTimeField(default=community.clock.now, verbose_name='consented')),
                ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='told')),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stock_wishes', to='traceability.pack', verbose_name='pack')),
            ],
            options={
                'indexes': [models.Index(fields=['told_at', 'pack'], name='marketplace_told_at_7c57cc_idx')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('contact', ''), _negated=True), name='stock_wish_has_a_contact'),
                    models.UniqueConstraint(condition=models.Q(('told_at__isnull', True)), fields=('pack', 'contact'), name='stock_wish_once_while_it_waits'),
                ],
                'verbose_name': 'wish to hear of goods',
                'verbose_name_plural': 'wishes to hear of goods',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='percent')),
                ('dong', models.BigIntegerField(blank=True, null=True, verbose_name='sum (đồng)')),
                ('most_dong', models.BigIntegerField(blank=True, null=True, verbose_name='at most (đồng)')),
                ('min_goods_dong', models.BigIntegerField(default=0, verbose_name='from goods for (đồng)')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('most_uses', models.PositiveIntegerField(verbose_name='times in all')),
                ('per_phone', models.PositiveSmallIntegerField(default=1, verbose_name='times for one phone')),
                ('uses', models.PositiveIntegerField(default=0, verbose_name='used')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped')),
                ('created_at', models.DateTimeField(default=community.clock.now, editable=False, verbose_name='written')),
                ('cooperative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='community.cooperative', verbose_name='cooperative')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('cooperative', 'code'), name='voucher_code_once_per_seller'),
                    models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9A-Z]{3,20}$')), name='voucher_code_is_plain'),
                    models.CheckConstraint(condition=models.Q(models.Q(('dong__isnull', False), ('most_dong__isnull', True), ('percent__isnull', True)), models.Q(('dong__isnull', True), ('percent__isnull', False)), _connector='OR'), name='voucher_percent_or_sum'),
                    models.CheckConstraint(condition=models.Q(('percent__isnull', True), models.Q(('percent__gte', 1), ('percent__lte', 50)), _connector='OR'), name='voucher_percent_up_to_half'),
                    models.CheckConstraint(condition=models.Q(('dong__isnull', True), models.Q(('dong__gte', 1), ('min_goods_dong__gte', django.db.models.expressions.CombinedExpression(models.F('dong'), '*', models.Value(2)))), _connector='OR'), name='voucher_sum_up_to_half'),
                    models.CheckConstraint(condition=models.Q(('most_dong__isnull', True), ('most_dong__gte', 1), _connector='OR'), name='voucher_most_positive'),
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='voucher_days_in_order'),
                    models.CheckConstraint(condition=models.Q(('most_uses__gte', 1), ('per_phone__gte', 1), ('uses__lte', models.F('most_uses'))), name='voucher_uses_counted'),
                ],
                'verbose_name': 'discount code',
                'verbose_name_plural': 'discount codes',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='VoucherUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dong', models.BigIntegerField(verbose_name='discount (đồng)')),
                ('used_at', models.DateTimeField(default=community.clock.now, verbose_name='used')),
                ('given_back_at', models.DateTimeField(blank=True, null=True, verbose_name='given back')),
                ('parcel', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='voucher_use', to='marketplace.parcel', verbose_name='parcel')),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='used_by', to='marketplace.voucher', verbose_name='discount code')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('dong__gt', 0)), name='voucher_use_positive'),
                ],
                'verbose_name': 'use of a discount code',
                'verbose_name_plural': 'uses of discount codes',
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='orderline',
            name='order_line_total_is_price_times_quantity',
        ),
        migrations.AddField(
            model_name='basket',
            name='voucher_code',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='order',
            name='gift_words',
            field=models.CharField(blank=True, max_length=200, verbose_name='words for the gift'),
        ),
        migrations.AddField(
            model_name='order',
            name='is_gift',
            field=models.BooleanField(default=False, verbose_name='gift'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='discount_dong',
            field=models.BigIntegerField(default=0, verbose_name='discount (đồng)'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('total_dong', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unit_price_dong'), '*', models.F('quantity')), '-', models.F('discount_dong'))), ('discount_dong__gte', 0), ('quantity__gt', 0), ('total_dong__gte', 0)), name='order_line_total_is_price_times_quantity'),
        ),
    ]
