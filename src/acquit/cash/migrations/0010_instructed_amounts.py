"""What the payer instructed, where that was in another currency than the line."""

import acquit.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cash', '0009_queue'),
    ]

    operations = [
        migrations.AddField(
            model_name='announcedline',
            name='original_amount',
            field=acquit.infra.fields.AmountField(decimal_places=10, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name='announcedline',
            name='original_currency',
            field=models.TextField(db_default=''),
        ),
        migrations.AddField(
            model_name='bankline',
            name='original_amount',
            field=acquit.infra.fields.AmountField(decimal_places=10, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name='bankline',
            name='original_currency',
            field=models.TextField(db_default=''),
        ),
    ]
