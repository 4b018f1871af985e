import pytest
from django.core.exceptions import ImproperlyConfigured

from advocacy.mail.server import MailServer, in_ascii, mail_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, "", "", False, False)),
        ("smtp://mail.example", MailServer("mail.example", 25, "", "", False, False)),
        ("smtps://desk:secret@mail.example", MailServer("mail.example", 465, "desk", "secret", True, False)),
        (
            "smtp+tls://desk:secret@mail.example",
            MailServer("mail.example", 587, "desk", "secret", False, True),
        ),
        (
            "smtp+tls://desk%40council.example:p%2Fa%3As%23s%40@mail.example:2525/",
            MailServer("mail.example", 2525, "desk@council.example", "p/a:s#s@", False, True),
        ),
        ("smtp://[::1]:1025", MailServer("::1", 1025, "", "", False, False)),
    ],
)
def test_the_address_of_the_server_is_read(url, server):
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://u:hidden@mail.example",
        "smtp://",
        "smtp://u:hidden@mail.example:many",
        "smtp://u:hidden@mail.example:99999",
        "smtp://u:hid/den@mail.example",
        "smtp://u:hid#den@mail.example",
        "smtp://u:hid?den@mail.example",
        "smtp://u:hidden@mail.example/path",
        "smtp://[::1:25",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_the_password(url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        mail_server(url)
    assert "CMS_EMAIL_URL" in str(refusal.value)
    assert "hid" not in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("https://council.example", "https://council.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://հայ.example:8443", "https://xn--y9a3aq.example:8443"),
    ],
)
def test_the_site_s_address_is_written_as_headers_of_mails_need_it(typed, written):
    assert in_ascii(typed) == written


def test_a_site_s_address_that_is_no_name_is_refused():
    with pytest.raises(ImproperlyConfigured, match="CMS_SITE_URL"):
        in_ascii("https://հ..example")
