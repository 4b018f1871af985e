from campaigns.models.demands import Demand, DemandChange, DemandChangeText, DemandWording
from campaigns.models.letters import Letter, LetterAddressee, LetterPassage
from campaigns.models.officeholders import OfficeHolder, OfficeHolderText
from campaigns.models.proposals import DemandProposal, ToldBeforehand
from campaigns.models.signatories import LetterCount, Signatory, SignatoryImport

__all__ = [
    "Demand",
    "DemandChange",
    "DemandChangeText",
    "DemandProposal",
    "DemandWording",
    "Letter",
    "LetterAddressee",
    "LetterCount",
    "LetterPassage",
    "OfficeHolder",
    "OfficeHolderText",
    "Signatory",
    "SignatoryImport",
    "ToldBeforehand",
]
