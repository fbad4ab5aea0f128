"""What the bank's own codes say of a line: reversals, charges, interest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cash", "0001_initial")]

    operations = [
        migrations.AddField("bankline", "is_reversal", models.BooleanField(default=False)),
        migrations.AddField("bankline", "transaction_code", models.TextField(default="")),
        migrations.AddField("bankline", "bank_code", models.TextField(default="")),
    ]
