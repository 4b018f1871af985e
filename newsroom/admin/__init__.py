from newsroom.admin.bulletins import BulletinAdmin
from newsroom.admin.coverage import CoverageAdmin
from newsroom.admin.inquiries import InquiryAdmin
from newsroom.admin.outlets import OutletAdmin
from newsroom.admin.press import PressContactAdmin
from newsroom.admin.releases import ReleaseAdmin

__all__ = [
    "BulletinAdmin",
    "CoverageAdmin",
    "InquiryAdmin",
    "OutletAdmin",
    "PressContactAdmin",
    "ReleaseAdmin",
]
