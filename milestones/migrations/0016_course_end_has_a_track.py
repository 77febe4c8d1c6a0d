"""The end of a course has a track: what was kept without one is emptied, so that the whole course is read once."""

from django.db import migrations


def empty(apps, _schema_editor):
    apps.get_model("milestones", "WorklistEntry").objects.update(course_end=[])


class Migration(migrations.Migration):
    dependencies = [("milestones", "0015_entries_kept_private")]
    operations = [migrations.RunPython(empty, empty)]
