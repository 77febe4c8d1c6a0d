"""State and last day of a grant as one key, which a team's worklist repeats."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_team_keys")]
    operations = [
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(fields=("id", "state", "ends_on"), name="grant_as_it_stands"),
        ),
    ]
