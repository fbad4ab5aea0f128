from django.db import migrations

from acquit.infra.schema import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("infra", "0001_initial")]
    operations = [run_sql_file("infra", "guards.sql")]
