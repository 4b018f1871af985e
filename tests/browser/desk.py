"""The desk as tests in a browser find it: rows of every sort, and the address of every page that opens."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import F, Max
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from advocacy.publishing.models import Pass, Publication, Work
from campaigns.models import Demand, DemandProposal
from newsroom.models import Release
from tests.accounts.makers import give_app, make_user
from tests.hostile.conftest import make_rows
from tests.hostile.pages import COUNTED, ROWS_OF
from tests.newsroom.makers import make_contact, make_release
from tests.roles.test_every_address import patterns, value_of

RELEASE_IN_EACH_STATE, STATES = ("newsroom_release_change", "newsroom_release_publish"), 7
# A mail as it was caught, shown in a frame where no script runs, our own questions to it included.
# What anyone may have written, and a piece of a page that stands in the editor's window.
NO_PAGE_OF_OURS = {"mail_caughtmail_html", "pictures_picture_choose"}
HOUR = timedelta(hours=1)


def furnish():
    """A row in every table beside the sample, and a text in each state; the administrator who looks at it all."""
    make_rows()
    administrator = make_user(role="Administrator", name="ada")
    give_app(administrator)
    make_corrected(administrator)
    make_waiting(administrator)
    make_decisions(administrator)
    for name in ("Ani Reporter", "Boris Editor"):
        make_contact(name=name)
    return administrator


def make_corrected(who):
    """Public, corrected since, edited since, and translated."""
    release = make_release(
        title="Observers reach Goris", summary="They are six.", quotes=[("<p>They are welcome.</p>", "Ani")]
    )
    release.publish(who=who)
    release.translated("fr", who=who)
    release = Release.objects.get(pk=release.pk)
    release.body = "<p>The Council decided on Monday.</p>"
    release.save()
    release.publish(who=who, correction="It was Monday, not Tuesday.")
    release.title = "Observers have reached Goris"
    release.save()


def make_waiting(who):
    """One submitted, one scheduled under embargo, one withdrawn and one in the bin."""
    make_release(title="Submitted to the desk").submit(who=who)
    ahead = make_release(title="Ahead of its day").publish(
        starts=timezone.now() + HOUR, embargo=True, who=who
    )
    Pass.give(ahead, at=timezone.now(), expires=ahead.starts, name="Jonas", email="jonas@press.example")
    make_release(title="Taken back again", published=True).withdraw(who=who, explanation="It was too early.")
    make_release(title="Thrown away").put_into_bin(who=who)


def make_decisions(who):
    """A proposal that waits, one that was sent back, and a change that readers get later."""
    somebody = make_user(role="Editor", name="edith")
    named = {
        "status": "partly",
        "on": timezone.now().date(),
        "note": "Two convoys were let through.",
        "source_url": "https://un.example/1",
    }
    work = Work.objects.get(kind="letter", sample=True)
    for number in (1, 2, 3):
        proposal = DemandProposal(
            demand=Demand.objects.get(work=work, number=number), proposed_by=somebody, **named
        )
        proposal.propose(at=timezone.now())
    now = timezone.now()
    first, second, _third = DemandProposal.objects.filter(proposed_by=somebody).order_by("pk")
    first.approve(who=who, at=now, hours=2)
    second.send_back(who=who, reason="Name the convoy.", at=now)


def rows_of(name, model):
    """The rows whose pages are looked at: the newest, a text with a history, a release in each state."""
    shown = ROWS_OF.get(name, model)
    rows = shown._default_manager.order_by("-pk")
    if name.endswith(RELEASE_IN_EACH_STATE):
        return rows[:STATES]
    if name.endswith("_beside"):
        return rows.exclude(language=F("work__original_language"))[:1]
    if name.endswith(("_passes", "_revoke")):
        return rows.filter(versions__passes__isnull=False)[:1] or rows[:1]
    if issubclass(shown, Publication):
        return rows.annotate(told=Max("versions__number")).order_by("-told", "pk")[:1]
    return rows[:1]


def model_of(name):
    return next(
        (
            model
            for model in admin.site._registry
            if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
        ),
        None,
    )


def every_address():
    """(name, address) of each page there might be."""
    for name, parts in sorted(patterns().items()):
        model = model_of(name)
        for row in rows_of(name, model) if model and parts else [None]:
            given = {part: quote(row.pk) if row and part not in COUNTED else 1 for part in parts}
            yield (
                name,
                reverse(f"admin:{name}", kwargs={part: value_of(part, given[part]) for part in given}),
            )


def pages_for(user):
    """{address: name} of every page of the desk that opens for this person; files and answers to scripts are none."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for name, address in every_address():
        if name in NO_PAGE_OF_OURS:
            continue
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found[address] = name
    return found
