from newsroom.models.coverage import Coverage, CoverageAbout, Outlet, OutletAlias
from newsroom.models.inquiries import Digest, Inquiry, InquiryNote
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
    "Digest",
    "Inquiry",
    "InquiryNote",
    "Outlet",
    "OutletAlias",
    "Release",
    "ReleaseAttachment",
    "ReleaseContact",
    "ReleasePicture",
    "ReleaseQuote",
    "ReleaseRelated",
]
