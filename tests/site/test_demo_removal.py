"""Taking the sample out: exactly what it made, and nothing that somebody worked on or that own texts use."""

import pytest
from django.utils import timezone

from advocacy.publishing.models import Publication, Version, Work
from advocacy.site import demo
from advocacy.site.models import Page
from advocacy.subscribers.models import Subscriber
from campaigns.models import Demand, Letter, OfficeHolder, Signatory
from newsroom.models import Coverage, Outlet, Release
from tests.accounts.makers import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(db):
    demo.load(timezone.now())


def test_nothing_is_left_of_the_sample():
    assert Subscriber.objects.receiving().count() == 50
    assert demo.remove() == []
    for model in (Work, Publication, Version, Demand, Signatory, OfficeHolder, Outlet, Subscriber):
        assert not model.objects.exists(), model


@pytest.mark.slow
def test_own_texts_stay_and_keep_the_samples_they_use():
    letter = Letter.objects.filter(language="en").first()
    own = Release.objects.create(
        title="Our own", place="Yerevan", language="en", body="<p>Ours</p>", carried_work=letter.work
    )
    own.publish(who=make_user())
    kept = demo.remove()
    assert [letter.title in sentence for sentence in kept] == [True]
    assert Release.objects.get().pk == own.pk
    assert not Coverage.objects.exists()


@pytest.mark.slow
def test_what_somebody_worked_on_is_theirs():
    editor = make_user()
    about = Page.objects.get(slug="about")
    about.title = "About us"
    about.save()
    about.stamp(editor)
    about.publish(who=editor)
    signed = Signatory.objects.filter(is_organisation=False).first()
    Signatory.objects.filter(pk=signed.pk).update(entered_by=editor)
    assert len(demo.remove()) == 2
    assert Page.objects.get().title == "About us"
    assert Signatory.objects.filter(pk=signed.pk).exists()
