"""What is stored of a person's course. Levels are computed when they are read, never stored."""

from milestones.models.check_in import (
    CheckIn,
    InterferenceChoice,
    MoodChoice,
    SideEffect,
    SymptomChoice,
    UrgentSignChoice,
)
from milestones.models.clinical_profile import ClinicalProfile
from milestones.models.lab_result import DatePrecision, LabResult, ResultSource
from milestones.models.other_medicine import MissedCount, MissedDoses, OtherMedicine
from milestones.models.other_result import AnalyteChoice, CountUnitChoice, OtherResult
from milestones.models.personal_goal import GoalKind, GoalLevel, GoalState, PersonalGoal
from milestones.models.planned_test import PlannedTest
from milestones.models.reminder import ReminderChoice, ReminderKind, SentReminder
from milestones.models.treatment import MedicineChoice, Treatment
from milestones.models.treatment_change import ChangeReason, TreatmentChange, TreatmentChangeKind
from milestones.models.versioned import RecordStatus
from milestones.models.visit import Visit, VisitQuestion
from milestones.models.worklist_entry import WorklistEntry

__all__ = [
    "AnalyteChoice",
    "ChangeReason",
    "CheckIn",
    "ClinicalProfile",
    "CountUnitChoice",
    "DatePrecision",
    "GoalKind",
    "GoalLevel",
    "GoalState",
    "InterferenceChoice",
    "LabResult",
    "MedicineChoice",
    "MissedCount",
    "MissedDoses",
    "MoodChoice",
    "OtherMedicine",
    "OtherResult",
    "PersonalGoal",
    "PlannedTest",
    "RecordStatus",
    "ReminderChoice",
    "ReminderKind",
    "ResultSource",
    "SentReminder",
    "SideEffect",
    "SymptomChoice",
    "Treatment",
    "TreatmentChange",
    "TreatmentChangeKind",
    "UrgentSignChoice",
    "Visit",
    "VisitQuestion",
    "WorklistEntry",
]
