"""What hangs from a grant can name it together with its record."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_limits_and_email_changes")]
    operations = [
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(fields=("patient", "id"), name="grant_of_record"),
        ),
    ]
