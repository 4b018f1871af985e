from newsroom.models.bulletins import Bulletin, BulletinContact, BulletinItem
from newsroom.models.coverage import Coverage, CoverageAbout, Outlet, OutletAlias
from newsroom.models.inquiries import Digest, Inquiry, InquiryNote
from newsroom.models.press import PressContact, PressImport, PressSending
from newsroom.models.releases import (
    Release,
    ReleaseAttachment,
    ReleaseContact,
    ReleasePicture,
    ReleaseQuote,
    ReleaseRelated,
)

__all__ = [
    "Bulletin",
    "BulletinContact",
    "BulletinItem",
    "Coverage",
    "CoverageAbout",
    "Digest",
    "Inquiry",
    "InquiryNote",
    "Outlet",
    "OutletAlias",
    "PressContact",
    "PressImport",
    "PressSending",
    "Release",
    "ReleaseAttachment",
    "ReleaseContact",
    "ReleasePicture",
    "ReleaseQuote",
    "ReleaseRelated",
]
