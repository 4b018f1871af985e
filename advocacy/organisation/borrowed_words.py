"""Words of Django's own that readers see and that its catalogues lack in a language of the site.

Nothing imports this file: here `makemessages` finds them, and our catalogues, which are asked first, give them.
"""

from django.utils.translation import gettext_noop, pgettext_lazy

# Months as they stand after a day: 28 September. Armenian wants the genitive, in small letters.
MONTHS = [
    pgettext_lazy("alt. month", "January"),
    pgettext_lazy("alt. month", "February"),
    pgettext_lazy("alt. month", "March"),
    pgettext_lazy("alt. month", "April"),
    pgettext_lazy("alt. month", "May"),
    pgettext_lazy("alt. month", "June"),
    pgettext_lazy("alt. month", "July"),
    pgettext_lazy("alt. month", "August"),
    pgettext_lazy("alt. month", "September"),
    pgettext_lazy("alt. month", "October"),
    pgettext_lazy("alt. month", "November"),
    pgettext_lazy("alt. month", "December"),
]
# Languages in which people give interviews.
LANGUAGES = [
    gettext_noop("Armenian"),
    gettext_noop("Central Kurdish (Sorani)"),
    gettext_noop("Igbo"),
    gettext_noop("Kabyle"),
    gettext_noop("Kannada"),
    gettext_noop("Kyrgyz"),
    gettext_noop("Lower Sorbian"),
    gettext_noop("Malay"),
    gettext_noop("Norwegian Bokmal"),
    gettext_noop("Tajik"),
    gettext_noop("Turkmen"),
    gettext_noop("Upper Sorbian"),
    gettext_noop("Uyghur"),
    gettext_noop("Uzbek"),
]
