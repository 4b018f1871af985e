from newsroom.models.coverage import Coverage, CoverageAbout, Outlet, OutletAlias
from newsroom.models.inquiries import Inquiry
from newsroom.models.releases import (
    Release,
    ReleaseAttachment,
    ReleaseContact,
    ReleasePicture,
    ReleaseQuote,
    ReleaseRelated,
)

__all__ = [
    "Coverage",
    "CoverageAbout",
    "Inquiry",
    "Outlet",
    "OutletAlias",
    "Release",
    "ReleaseAttachment",
    "ReleaseContact",
    "ReleasePicture",
    "ReleaseQuote",
    "ReleaseRelated",
]
