"""The sample release that carries the sample letter, older texts so that lists page, and articles about them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from advocacy.organisation.models import Person
from advocacy.publishing.carrying import carriable_kinds, passage_choices
from advocacy.publishing.models import Work
from advocacy.publishing.samples import publish_sample, sample_works
from newsroom import demo_words as words
from newsroom.models.bulletins import Bulletin
from newsroom.models.coverage import Coverage, CoverageAbout, Outlet
from newsroom.models.releases import Release, ReleaseContact, ReleaseQuote

ISSUED = datetime(2023, 9, 28, 14, 0, tzinfo=UTC)
READ = datetime(2023, 9, 29, 9, 0, tzinfo=UTC)
SENT = datetime(2023, 9, 29, 15, 0, tzinfo=UTC)


def make_releases(at: datetime) -> None:
    for day, form, title, summary in reversed(words.OTHERS):
        if date.fromisoformat(day) > ISSUED.date():
            continue
        make_other(day, form, title, summary)
    make_release()
    for day, form, title, summary in reversed(words.OTHERS):
        if ISSUED.date() < date.fromisoformat(day) <= at.date():
            make_other(day, form, title, summary)


def make_release() -> None:
    """The release of the letter, in the letter's three languages."""
    letter = sample_works(carriable_kinds()[0]).first()
    work = None
    for language, text in words.RELEASE.items():
        paragraphs = [passage for passage, _text in passage_choices(letter, language)][1:4]
        version = publish_sample(
            Release,
            ISSUED,
            language=language,
            work=work,
            title=text["title"],
            slug=text["slug"],
            subheadline=text["subheadline"],
            summary=text["summary"],
            place=text["place"],
            body=as_paragraphs(text["body"]),
            notes="<ul>" + "".join(f"<li>{note}</li>" for note in text["notes"]) + "</ul>",
            carried_work=letter,
            passages=paragraphs,
            rows=lambda release, text=text: add_rows(release, text["quote"]),
        )
        work = version.work


def add_rows(release: Release, quote: tuple[str, str, str]) -> None:
    said, speaker, office = quote
    ReleaseQuote.objects.create(release=release, words=said, speaker=speaker, office=office, position=1)
    person = Person.objects.filter(sample=True, is_press_contact=True).first()
    if person:
        ReleaseContact.objects.create(release=release, person=person, position=1)


def make_other(day: str, form: str, title: str, summary: str) -> None:
    publish_sample(
        Release,
        datetime.combine(date.fromisoformat(day), time(9), tzinfo=UTC),
        form=form,
        title=title,
        summary=summary,
        place="Yerevan",
        body=as_paragraphs([line.format(summary=summary) for line in words.BODY]),
    )


def make_bulletin() -> None:
    """The bulletin of the letter: the release whole, the articles under their heading, the desk as contact."""
    release = sample_works("release").get(short_id=release_short_id())
    titles = [headline for _outlet, headline, _summary in words.ARTICLES]
    articles = [sample_works("coverage").get(publications__title=title) for title in titles]
    person = Person.objects.filter(sample=True, is_press_contact=True).first()
    work = None
    for language, text in words.BULLETIN.items():

        def add_rows(bulletin: Bulletin, heading: str = text["heading"]) -> None:
            rows = [(release, ""), (articles[0], heading), *((article, "") for article in articles[1:])]
            for position, (shown, section) in enumerate(rows, start=1):
                bulletin.items.create(work=shown, section=section, position=position)
            if person:
                bulletin.contacts.create(person=person, position=1)

        version = publish_sample(
            Bulletin,
            SENT,
            language=language,
            work=work,
            title=words.RELEASE[language]["title"],
            slug=text["slug"],
            preheader=words.RELEASE[language]["subheadline"],
            rows=add_rows,
        )
        work = version.work


def as_paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def make_coverage() -> None:
    about = [sample_works(carriable_kinds()[0]).first(), Work.objects.get(short_id=release_short_id())]
    for name, website, aliases in words.OUTLETS:
        outlet, made = Outlet.objects.get_or_create(name=name, defaults={"website": website, "sample": True})
        if made:
            for alias in aliases:
                outlet.aliases.create(name=alias)
    for number in range(words.SAMPLE_ARTICLES):
        make_sample_article(number)
    for name, headline, summary in reversed(words.ARTICLES):
        make_article(Outlet.objects.get(name=name), headline, summary, about)


def release_short_id() -> str:
    return sample_works("release").filter(publications__slug=words.RELEASE["en"]["slug"]).get().short_id


def make_article(outlet: Outlet, headline: str, summary: str, about: list[Work]) -> None:
    """A real headline under its real outlet: the link leads to the outlet's front page, the words are our own."""
    publish_sample(
        Coverage,
        READ,
        title=headline,
        outlet=outlet,
        address=outlet.website,
        date_is_known=False,
        excerpt=summary,
        excerpt_is_summary=bool(summary),
        rows=lambda article: add_about(article, about),
    )


def make_sample_article(number: int) -> None:
    name = words.SAMPLE_OUTLETS[number % len(words.SAMPLE_OUTLETS)]
    outlet, _made = Outlet.objects.get_or_create(
        name=name, defaults={"website": "https://example.org/", "sample": True}
    )
    headline, language = words.SAMPLE_HEADLINES[number % len(words.SAMPLE_HEADLINES)]
    publish_sample(
        Coverage,
        READ - timedelta(days=7 * (words.SAMPLE_ARTICLES - number)),
        title=headline,
        headline_language=language,
        outlet=outlet,
        address=f"https://example.org/sample-article-{number + 1}",
        excerpt="A sample article by an outlet that does not exist.",
        excerpt_is_summary=True,
    )


def add_about(article: Coverage, works: list[Any]) -> None:
    for position, work in enumerate(works, start=1):
        CoverageAbout.objects.create(coverage=article, work=work, position=position)


def remove() -> None:
    """Takes out the outlets of the sample that no real article uses."""
    for outlet in Outlet.objects.filter(sample=True):
        if not Coverage.objects.filter(outlet=outlet).exists():
            outlet.delete()
