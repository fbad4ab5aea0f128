"""Which statement's opening balance a bank account's books begin with, and by which entry."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cash", "0002_bank_codes")]

    operations = [
        migrations.AddField("bankaccount", "opening_statement_id", models.BigIntegerField(null=True)),
        migrations.AddField("bankaccount", "opening_entry_id", models.BigIntegerField(null=True)),
        migrations.AddField("bankaccount", "opening_date", models.DateField(null=True)),
    ]
