"""Work, Publication, Version: the three tables that carry everything the organisation publishes.

The public reads versions only.
"""

from advocacy.publishing.models.kind import HomePart, listed_words
from advocacy.publishing.models.passes import Pass
from advocacy.publishing.models.publications import Publication
from advocacy.publishing.models.publishing import on_our_clocks, zone
from advocacy.publishing.models.steps import Step, Withdrawal
from advocacy.publishing.models.text_pictures import TextPicture
from advocacy.publishing.models.typing import Typing
from advocacy.publishing.models.versions import Reference, Version, VersionQuerySet, folded
from advocacy.publishing.models.works import Work

__all__ = [
    "HomePart",
    "Pass",
    "Publication",
    "Reference",
    "Step",
    "TextPicture",
    "Typing",
    "Version",
    "VersionQuerySet",
    "Withdrawal",
    "Work",
    "folded",
    "listed_words",
    "on_our_clocks",
    "zone",
]
