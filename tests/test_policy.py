"""What each answer allows a browser: nothing but what the page uses, and nothing unsafe."""

import re

import pytest
from django.test import Client, override_settings

from advocacy.delivery.pages import style_hash
from advocacy.pictures.models import Document
from advocacy.publishing.models import Version
from tests.accounts.makers import make_user
from tests.newsroom.makers import posted
from tests.site.pages import every_page, feeds, in_language, templates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

PUBLIC = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def policy_of(response):
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in filter(None, parts)}


def style_blocks(html):
    return re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)


@pytest.mark.parametrize("each", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "every"])
def test_every_page_allows_what_it_uses_and_nothing_more(client, each):
    for address in every_page(client)[::each]:
        response = client.get(address)
        policy, blocks = policy_of(response), style_blocks(response.content.decode())
        assert len(blocks) == 1, address
        styles = policy.pop("style-src")
        assert policy == {name: sources for name, sources in PUBLIC.items() if name != "style-src"}, address
        assert set(styles) == {"'self'", style_hash(blocks[0])}, address
        assert "unsafe" not in response["Content-Security-Policy"], address


def test_what_is_no_page_has_the_policy_too(client):
    for address in [*feeds()[:4], "/robots.txt", "/sitemap.xml", "/qr/en/2023-09-28.svg", "/en/%00"]:
        response = client.get(address)
        assert policy_of(response)["default-src"] == ["'none'"], address
        assert "unsafe" not in response["Content-Security-Policy"], address
        assert response["X-Content-Type-Options"] == "nosniff", address


def test_a_pdf_may_be_read_in_its_viewer_and_in_no_frame(client):
    """A browser's own viewer is taken for a page of ours, with scripts and styles that none of our policies names."""
    response = client.get(Document.objects.filter(sample=True).first().url)
    assert response["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_pages_hold_no_script_no_style_attribute_and_nothing_of_another_host(client):
    for address in templates("en").values():
        html = client.get(address).content.decode()
        scripts = re.findall(r"<script\b[^>]*>", html)
        assert set(scripts) <= {'<script type="application/ld+json">'}, address
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html), address
        loaded = re.findall(
            r'<(?:img|link rel="(?:stylesheet|preload|icon)"|source)[^>]+(?:src|href)="([^"]+)"', html
        )
        assert loaded, address
        assert all(url.startswith("/") and not url.startswith("//") for url in loaded), (address, loaded)


def test_data_for_search_engines_cannot_end_its_element(client):
    """A headline that would close the script element is written in JSON's own escapes."""
    from newsroom.models import Release

    release = Release.objects.create(
        title="</script><script>alert(1)//&<!--", place="Geneva", body="<p>Text.</p>"
    )
    release.stamp()
    version = release.publish()
    html = client.get(version.url).content.decode()
    assert html.count("<script") == 1
    assert "\\u003c/script\\u003e" in html


FORMS = ("", "press/", "bulletin/subscribe/", "bulletin/sent/")  # some of them are sent to another page


def test_only_pages_with_a_form_say_where_a_form_comes_from(client):
    """Under no-referrer a browser sends "Origin: null", and the form could not be told from a foreign one."""
    with_form = set()
    for address in [*templates("en").values(), *templates("ar").values()]:
        response = client.get(address)
        posts = 'method="post"' in response.content.decode()
        with_form |= {address} if posts else set()
        assert response["Referrer-Policy"] == ("same-origin" if posts else "no-referrer"), address
    assert with_form == {f"/{language}/{page}" for language in ("en", "ar") for page in FORMS}
    refused = client.post("/en/press/", posted(email="x"))
    assert refused.status_code == 400
    assert refused["Referrer-Policy"] == "same-origin"


def test_every_page_is_taken_for_what_it_says_and_stands_in_no_frame(client):
    for address in [*templates("en").values(), "/admin/login/"]:
        response = client.get(address)
        assert response["X-Content-Type-Options"] == "nosniff", address
        assert response["X-Frame-Options"] in ("DENY", "SAMEORIGIN"), address
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert response["Content-Type"] == "text/html; charset=utf-8", address


HTTPS = {
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_SSL_REDIRECT": True,
}


@override_settings(**HTTPS)
def test_a_site_on_https_says_so_for_a_year():
    client = Client()
    for address in ("/en/", "/admin/login/", "/en/no-such-page/", "/robots.txt"):
        response = client.get(address, secure=True)
        assert response["Strict-Transport-Security"] == "max-age=31536000", address
        plain = client.get(address)
        assert plain.status_code == 301
        assert plain["Location"] == f"https://testserver{address}"


def test_the_settings_of_a_site_on_https(tmp_path):
    """Read as production reads them, from the environment alone."""
    import json
    import os
    import subprocess
    import sys

    from django.conf import settings

    names = [
        *(
            "SECURE_HSTS_SECONDS",
            "SECURE_SSL_REDIRECT",
            "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE",
            "DEBUG",
        ),
        *("SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_REFERRER_POLICY"),
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CMS_")}
    code = f"import json, advocacy.settings as s; print(json.dumps([getattr(s, name) for name in {names}]))"
    environment = {
        **kept,
        "CMS_SITE_URL": "https://coalition.example",
        "CMS_SECRET_KEY": "x" * 60,
        "CMS_DATA": str(tmp_path),
    }
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert json.loads(told) == [31_536_000, True, True, True, False, True, "no-referrer"]


def test_the_admin_allows_no_script_but_its_own_files(client):
    make_user(name="anna", role="Editor")
    client.force_login(_user("anna"), backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/admin/", "/admin/newsroom/release/add/", "/admin/login/?next=/admin/"):
        response = client.get(address, follow=True)
        policy = policy_of(response)
        assert policy["default-src"] == ["'none'"], address
        assert policy["script-src"] == ["'self'"], address
        assert policy["base-uri"] == ["'none'"], address
        assert policy["form-action"] == ["'self'"], address
        assert policy["frame-ancestors"] == ["'self'"], address
        # The editor writes style attributes; a style can't act.
        assert "'unsafe-inline'" not in " ".join(
            " ".join(s) for n, s in policy.items() if n != "style-src"
        ), address
        assert "unsafe-eval" not in response["Content-Security-Policy"], address
        assert response["Cache-Control"].startswith(("no-store", "max-age=0, no-cache, no-store")), address
        assert response["Referrer-Policy"] == "same-origin", address
        assert "Content-Encoding" not in client.get(address, HTTP_ACCEPT_ENCODING="gzip"), address


def _user(name):
    from advocacy.accounts.models import User

    return User.objects.get(username=name)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_a_method_that_a_page_does_not_know_is_refused(client, method):
    release = Version.objects.filter(kind="release", work__sample=True).first().url
    known = {f"/en/{page}": {"post"} for page in ("press/", "bulletin/subscribe/")}
    addresses = [
        *templates("en").values(),
        f"{release}versions/1/",
        *(feed for feed in feeds() if feed.startswith("/en/")),
        f"{in_language('letter', 'en')}demands.rss",
        *("/", "/robots.txt", "/sitemap.xml", "/sitemap-lists.xml", "/sitemap-2023.xml"),
        *("/r/2023-09-28", "/share/x/en/2023-09-28", "/qr/en/2023-09-28.svg"),
        Document.objects.filter(sample=True).first().url,
    ]
    for address in addresses:
        if method in known.get(address, ()):
            continue
        response = getattr(client, method)(address)
        if address == "/en/no-such-page/":
            assert response.status_code == 404
            continue
        assert response.status_code == 405, (address, response.status_code)
        assert "GET" in response["Allow"], address
        assert not response.cookies, address
