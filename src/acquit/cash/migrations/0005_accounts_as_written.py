"""How the first file wrote a bank account: an account number keeps its slashes and dashes for who reads it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cash", "0004_advices")]

    operations = [
        migrations.AddField("bankaccount", "written", models.TextField(default="", db_default="")),
    ]
