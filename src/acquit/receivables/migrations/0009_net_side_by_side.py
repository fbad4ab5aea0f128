from django.db import migrations

from acquit.infra.schema import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("receivables", "0008_statement_index")]
    operations = [run_sql_file("receivables", "live_set.sql")]
