from datetime import time

from advocacy.organisation.models import Organisation, OrganisationText


def make_organisation(*, names=None, about_line="", reprint_note="", **columns):
    """The one row, and its name in each of the languages of `names`."""
    organisation = Organisation.objects.create(
        **{
            "time_zone": "Asia/Yerevan",
            "press_email": "press@carm.example",
            "phone": "+374 10 555 01",
            "desk_opens": time(8),
            "desk_closes": time(22),
            **columns,
        }
    )
    for language, name in (names or {"en": "Coalition for Artsakh Relief & Memory"}).items():
        OrganisationText.objects.create(
            organisation=organisation,
            language=language,
            name=name,
            about_line=about_line,
            reprint_note=reprint_note,
        )
    return organisation
