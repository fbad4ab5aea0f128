from django.db import migrations, models


class Migration(migrations.Migration):
    """A statement of account reads the index alone: the items of a customer lie scattered over the heap."""

    dependencies = [("receivables", "0007_net_by_side")]

    operations = [
        migrations.RemoveIndex(model_name="item", name="item_customer"),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                fields=["customer_id", "posting_date"],
                include=["company_id", "id", "due_date", "kind", "currency", "number", "original_amount"],
                name="item_customer",
            ),
        ),
    ]
