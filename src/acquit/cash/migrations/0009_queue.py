"""The order of what waits, its owners, what customers were asked, and who confirmed what was learned."""

import acquit.infra.fields
import django.contrib.postgres.functions
from django.db import migrations, models

from acquit.infra.schema import run_sql_file


class Migration(migrations.Migration):

    dependencies = [
        ('cash', '0008_debits_and_refunds'),
        ('receivables', '0008_statement_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerQuestion',
            fields=[
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('receipt_id', models.BigIntegerField()),
                ('customer_id', models.BigIntegerField()),
                ('asked_by_id', models.BigIntegerField(null=True)),
                ('company_id', models.IntegerField()),
                ('asked_date', models.DateField()),
                ('waits_until', models.DateField()),
                ('language', models.TextField()),
                ('kind', models.TextField()),
                ('subject', models.TextField()),
                ('body', models.TextField()),
            ],
            options={
                'db_table': 'customer_question',
            },
        ),
        migrations.AddField(
            model_name='payeralias',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='payeralias',
            name='confirmed_by_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='payeralias',
            name='reviewed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='payeralias',
            name='reviewed_by_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='receipt',
            name='owner_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='receipt',
            name='purpose',
            field=models.TextField(db_default=''),
        ),
        migrations.AddField(
            model_name='receipt',
            name='waits_until',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='receipt',
            name='weight',
            field=acquit.infra.fields.AmountField(decimal_places=10, max_digits=24, null=True),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('weight__isnull', False)), fields=['company_id', 'state', '-weight', '-id'], name='receipt_queue'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ('', 'PREPAYMENT'))), name='receipt_known_purpose'),
        ),
        migrations.AddIndex(
            model_name='customerquestion',
            index=models.Index(fields=['receipt_id'], name='customer_question_receipt'),
        ),
        migrations.AddConstraint(
            model_name='customerquestion',
            constraint=models.CheckConstraint(condition=models.Q(('waits_until__gt', models.F('asked_date'))), name='customer_question_waits'),
        ),
        run_sql_file("cash", "receipt_weight.sql"),
    ]
