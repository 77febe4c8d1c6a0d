"""A web process sees the reminders of the record that is open, and no others (docs/decisions/0017-second-wall.md)."""

from django.db import migrations

from milestones.models.wall import wall_around


class Migration(migrations.Migration):
    dependencies = [("milestones", "0009_reminders")]
    operations = [wall_around("milestones_reminderchoice", "milestones_sentreminder")]
