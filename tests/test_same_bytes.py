"""A public page depends on its path, the listed query names and the moment: two readers get the same bytes."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from advocacy.pictures.models import Document
from advocacy.publishing.models import Version
from tests.accounts.makers import PASSWORD, make_user
from tests.site.pages import every_page, feeds, in_language, templates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)

STRANGER = {
    "HTTP_USER_AGENT": "Lynx/2.9",
    "HTTP_ACCEPT_LANGUAGE": "ar, hy;q=0.5",
    "HTTP_COOKIE": "sessionid=abc; django_language=ru; csrftoken=x; messages=y",
    "HTTP_REFERER": "https://news.example/",
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_X_REQUESTED_WITH": "XMLHttpRequest",
    "HTTP_ACCEPT": "application/json",
    "HTTP_IF_MODIFIED_SINCE": "Thu, 01 May 2031 12:00:00 GMT",
    "HTTP_DNT": "1",
    "REMOTE_ADDR": "203.0.113.7",
}
OTHERS = [
    "/",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-lists.xml",
    "/sitemap-2023.xml",
    "/r/2023-09-28",
    "/r/2023-09-28/hy",
    "/share/x/en/2023-09-28",
    "/share/fax/en/2023-09-28",
    "/qr/en/2023-09-28.svg",
]


@pytest.fixture(autouse=True)
def one_moment():
    """Both readers come at one moment, so that nothing but who they are could differ."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def addresses(demo, django_db_blocker):
    """A page of each template in a script of either direction, the feeds, the short addresses, a file."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        letter = in_language("letter", "en")
        file = Document.objects.filter(sample=True).first()
        return [
            *templates("en").values(),
            *templates("ar").values(),
            *(feed for feed in feeds() if feed.startswith("/en/")),
            f"{letter}demands.rss",
            file.url,
            *OTHERS,
        ]


@pytest.fixture(scope="module")
def plain(addresses, django_db_blocker):
    """What a stranger is answered at each of them."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        return answers(Client(), addresses)


def answers(client, addresses, **headers):
    return {address: whole(client.get(address, **headers)) for address in addresses}


def whole(response):
    """A file comes piece by piece."""
    if response.streaming:
        response.whole = b"".join(response.streaming_content)
    else:
        response.whole = response.content
    return response


def same(one, other):
    for address, response in one.items():
        assert response.status_code == other[address].status_code, address
        assert response.whole == other[address].whole, address
        assert dict(response.headers) == dict(other[address].headers), address


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["some", "every"])
def test_headers_and_cookies_have_no_say(client, addresses, every):
    """No page answers with a cookie or varies but by encoding; the slow run asks every page there is."""
    everywhere = dict.fromkeys([*every_page(client), *feeds(), *addresses] if every else addresses)
    other = answers(Client(), everywhere, **STRANGER)
    same(answers(client, everywhere), other)
    for address, response in other.items():
        assert not response.cookies, address
        assert "Set-Cookie" not in response, address
        assert response.get("Vary", "Accept-Encoding") == "Accept-Encoding", (address, response["Vary"])


@pytest.mark.slow
def test_the_name_of_the_host_has_no_say(addresses, plain):
    hosts = {host for host in settings.ALLOWED_HOSTS if host not in ("*", "[::1]")} - {"testserver"}
    assert hosts
    for host in hosts:
        same(plain, answers(Client(), addresses, HTTP_HOST=host))


def test_staff_who_are_logged_in_read_what_strangers_read(addresses, plain):
    make_user(name="anna", role="Editor")
    staff = Client()
    with time_machine.travel(NOW, tick=True):
        staff.post("/admin/login/?next=/admin/", {"username": "anna", "password": PASSWORD})
    assert staff.get("/admin/").status_code == 200
    same(plain, answers(staff, addresses))


def test_query_names_that_are_not_listed_have_no_say(addresses, plain):
    def asked(address):
        return f"{address}{'&' if '?' in address else '?'}utm_source=x&fbclid=y&page=2"

    other = answers(Client(), [asked(address) for address in addresses])
    same(plain, {address: other[asked(address)] for address in addresses})


def test_compressed_pages_are_the_same_too_and_say_what_they_say_plain(client, addresses, plain):
    one = answers(client, addresses, HTTP_ACCEPT_ENCODING="gzip")
    with time_machine.travel(NOW + timedelta(seconds=90), tick=False):  # no clock of the packer's is in them
        other = answers(Client(), addresses, **STRANGER, HTTP_ACCEPT_ENCODING="br, gzip, deflate")
    same(one, other)
    compressed = [address for address, response in one.items() if "Content-Encoding" in response]
    assert len(compressed) > len(addresses) / 2
    for address in compressed:
        assert one[address]["Content-Encoding"] == "gzip"
        assert int(one[address]["Content-Length"]) == len(one[address].whole)
        assert gzip.decompress(one[address].whole) == plain[address].whole, address


def test_head_says_what_get_says(client, plain):
    for address, response in plain.items():
        head = client.head(address)
        assert head.status_code == response.status_code, address
        assert dict(head.headers) == dict(response.headers), address
        assert not whole(head).whole, address


def test_a_page_that_was_withdrawn_and_one_that_moved_are_alike_for_all(client):
    release = Version.objects.filter(kind="release", language="en", work__sample=True).first()
    publication = release.publication
    publication.withdraw(at=NOW)
    one, other = client.get(release.url), Client().get(release.url, **STRANGER)
    assert one.status_code == 410
    same({release.url: whole(one)}, {release.url: whole(other)})


def test_the_form_carries_the_same_stamp_for_every_reader_of_a_day(client):
    one = client.get("/en/press/").content
    with time_machine.travel(NOW.replace(hour=23), tick=False):
        other = Client().get("/en/press/", **STRANGER).content
    stamp = one.split(b'name="stamp" value="')[1].split(b'"')[0]
    assert stamp in other
