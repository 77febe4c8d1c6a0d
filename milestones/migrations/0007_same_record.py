"""A row that names another row of a record belongs to the same record: composite foreign keys, in both databases."""

from django.db import migrations, models

from milestones.models.same_record import SameRecord

PARENTS = {"checkin": "checkin_of_record", "treatment": "treatment_of_record", "visit": "visit_of_record"}
CHILDREN = {
    "sideeffect": ("check_in", "effect_check_in_same_record"),
    "treatmentchange": ("treatment", "change_treatment_same_record"),
    "visitquestion": ("visit", "question_visit_same_record"),
    "worklistentry": ("grant", "entry_grant_same_record"),
}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_grant_of_record"), ("milestones", "0006_who_wrote_it_down")]
    operations = [
        *(
            migrations.AddConstraint(
                model_name=model, constraint=models.UniqueConstraint(fields=("patient", "id"), name=name)
            )
            for model, name in PARENTS.items()
        ),
        *(
            migrations.AddConstraint(model_name=model, constraint=SameRecord(parent=parent, name=name))
            for model, (parent, name) in CHILDREN.items()
        ),
    ]
