"""What is stored of a person's course. Levels are computed when they are read, never stored."""

from milestones.models.clinical_profile import ClinicalProfile
from milestones.models.lab_result import DatePrecision, LabResult, ResultSource
from milestones.models.planned_test import PlannedTest
from milestones.models.treatment import MedicineChoice, Treatment
from milestones.models.treatment_change import ChangeReason, TreatmentChange, TreatmentChangeKind
from milestones.models.versioned import RecordStatus

__all__ = [
    "ChangeReason",
    "ClinicalProfile",
    "DatePrecision",
    "LabResult",
    "MedicineChoice",
    "PlannedTest",
    "RecordStatus",
    "ResultSource",
    "Treatment",
    "TreatmentChange",
    "TreatmentChangeKind",
]
