from django.db import migrations

from acquit.infra.schema import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [run_sql_file("ledger", "books.sql")]
