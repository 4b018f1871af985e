"""A kind in an app of its own: the minutes of an assembly. Nothing elsewhere names it but settings and root urls."""

from dataclasses import dataclass

from django.db import models
from django.utils.html import escape

from advocacy.mail.editions import JOINED, PREFERENCES_URL, UNSUBSCRIBE_URL, Edition, NotReady
from advocacy.publishing.content import Content
from advocacy.publishing.models import Publication, Version
from advocacy.publishing.navigation import NavItem
from advocacy.publishing.parts import EMPTY
from advocacy.richtext import RichText, RichTextField


@dataclass(frozen=True, kw_only=True)
class MinutesContent(Content):
    SCHEMA = 2  # what is called room was once called hall

    room: str = ""
    body: RichText = EMPTY

    @classmethod
    def upgrade(cls, data, schema):
        return {**data, "room": data.get("hall", "")} if schema < 2 else data


class Minutes(Publication):
    content_class = MinutesContent
    detail_view = "minutes:minutes-detail"
    nav = NavItem(order=90, label="Minutes", url_name="minutes:minutes-list")
    new_label = "New minutes"

    room = models.CharField(max_length=100, blank=True)
    body = RichTextField(blank=True)

    NOT_PERSONAL = ("room", "body")

    @classmethod
    def page_of(cls, page, version):
        from tests.minutes.views import render_minutes

        return render_minutes(page, version)

    @classmethod
    def mail_editions(cls, mailing, at):
        versions = Version.objects.public(at).filter(work=mailing.work_id).order_by("-is_original", "pk")
        if not versions:
            raise NotReady("The minutes are not public.")
        return [edition_of(version) for version in versions]

    class Meta:
        verbose_name = "minutes"
        verbose_name_plural = "minutes"


def edition_of(version):
    leave = f"Leave: {UNSUBSCRIBE_URL}"
    return Edition(
        language=version.language,
        subject=version.title,
        html=f'<p>{escape(version.title)}</p><p>Since {JOINED}</p><p><a href="{UNSUBSCRIBE_URL}">Leave</a></p>',
        text=f"{version.title}\n\nSince {JOINED}\nChange: {PREFERENCES_URL}\n{leave}\n",
        sender_name="Assembly",
        versions=(version.pk,),
    )
