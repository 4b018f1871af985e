"""Hostile words that an editor published, by mistake or from a paste, break nothing that machines read.

Whatever a title holds: feeds and sitemaps are XML, JSON-LD is JSON inside its element, headers keep to their line.
"""

import json
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from advocacy.pictures.models import Document
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Version
from advocacy.sharing.networks import NETWORKS
from campaigns.models import DemandChange
from tests.hostile.pages import Upload, forms_at, sent, taken_form, with_files
from tests.hostile.words import some_quickly
from tests.organisation.makers import make_organisation
from tests.pictures.makers import PDF_BYTES
from tests.publishing.makers import make_text
from tests.walk import addresses

pytestmark = pytest.mark.django_db

ODD = "Odd\x01\x08\x0b\x0c\x1b\x7f\x85 </script><script>alert(1)</script>\r\nX-Evil: 1\u2028 & ]]> -->\ufffe\uffff{{x}} %0d%0a \"'`"
INVISIBLE = "\x01\x08\x0b\x0c\x1b\x7f\ufffe\uffff\u202e"


@pytest.fixture
def odd_texts(own_files):
    """A public text of each kind in which every word is hostile."""
    make_organisation(names={"en": ODD[:60]}, about_line=ODD)
    texts = [odd_text(kind) for kind in kinds()]
    for text in texts:
        text.publish()
    return texts


def odd_text(kind):
    text = make_text(kind, word="Odd", title=ODD, summary=ODD)
    for field in kind._meta.local_concrete_fields:
        if field.get_internal_type() == "TextField" and not field.choices:
            setattr(text, field.name, f"{getattr(text, field.name)}<p>{ODD}</p>")
        elif field.get_internal_type() == "CharField" and not field.choices and field.max_length >= 60:
            setattr(text, field.name, ODD[:60])
    text.save()
    text.stamp()
    return kind.objects.get(pk=text.pk)


class Page(HTMLParser):
    """What a browser makes of a page: its scripts and what stands in them, its metas."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.metas, self.inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.scripts.append([dict(attrs), ""])
            self.inside = True
        if tag == "meta":
            self.metas.append(dict(attrs))

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "script"

    def handle_data(self, data):
        if self.inside:
            self.scripts[-1][1] += data


def test_pages_hold_no_script_but_data_that_parses(client, odd_texts):
    for text in odd_texts:
        answer = client.get(Version.objects.get(publication=text).url)
        assert answer.status_code == 200
        page = Page(answer.content.decode())
        for attrs, inside in page.scripts:
            assert attrs == {"type": "application/ld+json"}, text.kind
            said = json.loads(inside)
            assert ODD.split("<")[0].strip() in str(said.get("headline", said)).replace("\r\n", "\n") or said
        assert any("alert(1)" in meta.get("content", "") for meta in page.metas), text.kind


def test_feeds_and_sitemaps_are_xml(client, odd_texts):
    read = [url for url in addresses() if url.endswith((".rss", ".atom", ".xml"))]
    assert len(read) > 10
    odd = 0
    for url in read:
        answer = client.get(url)
        if answer.status_code == 200:
            ElementTree.fromstring(answer.content)
            odd += answer.content.count(b"Odd")
            assert not set(INVISIBLE[:5]) & set(answer.content.decode()), url
    assert odd > 10


def test_the_feed_of_demands_is_xml(client, odd_texts):
    letter = next(text for text in odd_texts if text.kind == "letter")
    demand = letter.work.demands.first()
    DemandChange.objects.create(
        demand=demand, status="met", on="2026-03-24", known=Version.objects.latest("starts").starts,
        note=ODD, source_url="https://odd.example/?a=<b>&c", source_title=ODD, who_acted=ODD[:60],
    )  # fmt: skip
    for form in ("rss", "atom"):
        url = reverse("campaigns:demand-feed", kwargs={"language": "en", "slug": letter.slug, "form": form})
        answer = client.get(url)
        assert b"odd.example" in answer.content
        ElementTree.fromstring(answer.content)
    assert (
        client.get(
            reverse("campaigns:demand-detail", kwargs={"language": "en", "slug": letter.slug, "number": 1})
        ).status_code
        == 200
    )


@pytest.mark.parametrize("network", NETWORKS)
def test_share_links_keep_to_their_line(client, odd_texts, network):
    for text in odd_texts:
        where = client.get(f"/share/{network}/en/{text.work.short_id}")["Location"]
        assert where.isascii()
        assert where.isprintable()
        fields = parse_qs(urlsplit(where).query)
        assert set(fields) <= {"text", "url", "u", "subject", "body"}, where
        assert "X-Evil: 1" not in "".join(fields.get("body", [])).split("\r\n")


def test_the_longest_titles_in_every_script_can_be_shared(client, own_files):
    for number, title in enumerate(("Ճ" * 200, "😀" * 200, "é" * 200)):
        text = make_text(kinds()[0], word=f"Long{number}", title=title)
        text.publish()
        for network in NETWORKS:
            assert client.get(f"/share/{network}/en/{text.work.short_id}").status_code == 302, (
                title,
                network,
            )


NAMES = [
    "a\r\nX-Evil: 1.pdf",
    'a"; filename="b.exe.pdf',
    "a\x00.pdf",
    "../../a.pdf",
    "Ճ" * 300 + ".pdf",
    "a\u202efdp.exe.pdf",
    "%0d%0a.pdf",
    ".pdf",
    "CON.pdf",
]


@pytest.mark.parametrize("name", some_quickly(NAMES), ids=lambda name: repr(name)[:30])
def test_the_name_of_a_file_stays_in_its_header(desk, name):
    [form] = [form for form in forms_at(desk, "/admin/pictures/document/add/") if form.method == "post"]
    form = taken_form(desk, form)
    fields = [
        (key, Upload(PDF_BYTES, name, "application/pdf") if key == "upload" else value)
        for key, value in with_files(form)
    ]
    assert sent(desk, form, fields, keep=True).status_code in {200, 302}
    document = Document.objects.latest("pk")
    answer = desk.get(reverse("pictures:staff-file", args=[document.key, document.url.rsplit("/", 1)[-1]]))
    assert answer.status_code == 200
    said = answer["Content-Disposition"]
    assert said.isascii()
    assert said.isprintable()
    assert said.count("filename") == 1, said
    assert answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "target",
    [
        "/admin/\r\nX-Evil: 1",
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/admin/" + "a" * 20_000,
        "http://[::1",
        "\x00",
        "/admin/\ud800",
    ],
)
def test_after_the_log_in_nobody_is_led_away(desk, target):
    stranger = Client(raise_request_exception=False)
    for client in (desk, stranger):
        body = {
            "username": "attacker",
            "password": "correct horse battery",
            "next": target.encode("utf-8", "replace").decode(),
        }
        answer = client.post("/admin/login/", body)
        assert answer.status_code in {200, 302, 400}
        where = answer.get("Location", "/admin/")
        assert where.isprintable()
        assert where.startswith("/admin/"), where
        assert not urlsplit(where).netloc
