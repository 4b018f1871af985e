from campaigns.models.demands import Demand, DemandChange, DemandChangeText, DemandWording
from campaigns.models.letters import Letter, LetterAddressee, LetterPassage
from campaigns.models.officeholders import OfficeHolder, OfficeHolderText
from campaigns.models.signatories import LetterCount, Signatory, SignatoryImport

__all__ = [
    "Demand",
    "DemandChange",
    "DemandChangeText",
    "DemandWording",
    "Letter",
    "LetterAddressee",
    "LetterCount",
    "LetterPassage",
    "OfficeHolder",
    "OfficeHolderText",
    "Signatory",
    "SignatoryImport",
]
