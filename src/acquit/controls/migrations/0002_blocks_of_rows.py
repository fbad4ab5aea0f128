import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    """Seals cover the rows of every append-only table. The chain begins anew: the next sealing covers all rows."""

    dependencies = [
        ('controls', '0001_initial'),
    ]

    operations = [
        migrations.DeleteModel(name='AuditSeal'),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('previous_hash', models.TextField(unique=True)),
                ('block_hash', models.TextField(unique=True)),
            ],
            options={
                'db_table': 'audit_seal',
            },
        ),
        migrations.CreateModel(
            name='AuditSealInterval',
            fields=[
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('pk', models.CompositePrimaryKey('seal_id', 'table_name', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seal_id', models.BigIntegerField()),
                ('first_id', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('row_count', models.BigIntegerField()),
                ('table_name', models.TextField()),
                ('columns', models.TextField()),
                ('rows_hash', models.TextField()),
                ('marks', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_seal_interval',
                'constraints': [models.UniqueConstraint(fields=('table_name', 'last_id'), name='audit_seal_interval_once'), models.CheckConstraint(condition=models.Q(('last_id__gte', models.F('first_id')), ('row_count__gte', 0)), name='audit_seal_interval_range')],
            },
        ),
    ]
