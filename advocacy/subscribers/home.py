"""The bulletin on the home page: one field and the words that one agrees to. The rest can be chosen later."""

from datetime import datetime

from django.urls import reverse

from advocacy.delivery import stamps
from advocacy.delivery.pages import LANGUAGE_NAMES
from advocacy.publishing.models import HomePart
from advocacy.subscribers.forms import SignUpForm
from advocacy.subscribers.models import ConsentText
from advocacy.subscribers.views import SIGN_UP


def home_parts(language: str, at: datetime) -> list[HomePart]:
    action = reverse("subscribers:subscribe", kwargs={"language": language})
    form = SignUpForm(
        initial={"stamp": stamps.stamp(SIGN_UP, action, at)},
        languages=[(language, LANGUAGE_NAMES[language])],
    )
    context = {"form": form, "action": action, "language": language, "consent": ConsentText.shown(language)}
    return [
        HomePart(order=10, template="subscribers/_home_form.html", context=context, side=True, has_form=True)
    ]
