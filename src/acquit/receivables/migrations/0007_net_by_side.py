from django.db import migrations

from acquit.infra.schema import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("receivables", "0006_provision_basis")]
    operations = [run_sql_file("receivables", "live_set.sql")]
