"""The frame of the desk: the side bar, the pages of every model, and the policy they keep."""

import pytest
from django.contrib import admin
from django.urls import reverse

from advocacy.organisation.models import Organisation, OrganisationText
from tests.accounts.makers import make_user

pytestmark = pytest.mark.django_db


def side_bar(client):
    groups = client.get("/admin/").context["desk_nav"]
    return {str(group.label): [link.label for link in group.links] for group in groups}


def test_the_side_bar_is_grouped_by_what_people_do(client):
    client.force_login(make_user(role="Administrator"))
    groups = side_bar(client)
    assert list(groups) == ["Publish", "Answer", "Set up"]
    assert groups["Publish"][0] == "Releases"
    assert "Inquiries" in groups["Answer"]
    assert {"People", "Groups", "Organisation"} <= set(groups["Set up"])


def test_the_side_bar_shows_what_a_person_may_open(client):
    client.force_login(make_user(role="Writer"))
    groups = side_bar(client)
    assert "Releases" in groups["Publish"]
    assert "Answer" not in groups
    assert "People" not in groups.get("Set up", [])


def test_the_groups_stay_in_another_language(client):
    client.force_login(make_user(role="Administrator", language="fr"))
    assert len(side_bar(client)) == 3


def test_the_page_one_is_on_is_marked(client):
    client.force_login(make_user())
    page = client.get(reverse("admin:newsroom_release_changelist")).content.decode()
    assert page.count('aria-current="page"') == 1
    assert 'aria-current="page">Releases' in page


def test_the_desk_bears_the_organisation_s_name_and_colours(client):
    organisation = Organisation.objects.create(brand_typed="#1d5c3a")
    OrganisationText.objects.create(organisation=organisation, language="en", name="Sample Coalition")
    client.force_login(make_user())
    page = client.get("/admin/").content.decode()
    assert "<title>Today | Sample Coalition</title>" in page
    assert "#1d5c3a" in page


def test_every_list_and_every_empty_form_opens(client):
    client.force_login(make_user(role=None))
    for model, model_admin in admin.site._registry.items():
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{stem}_changelist")).status_code in {200, 302}, model
        may_add = model_admin.has_add_permission(client.get("/admin/").wsgi_request)
        assert client.get(reverse(f"{stem}_add")).status_code == (200 if may_add else 403), model


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/accounts/user/", "/admin/newsroom/release/add/", "/admin/account/"]
)
def test_pages_keep_the_strict_policy(client, address):
    client.force_login(make_user(role=None))
    answer = client.get(address)
    page = answer.content.decode()
    for tag in page.split("<script")[1:]:
        head, inner = tag.split(">", 1)
        assert "src=" in head or "application/json" in head or not inner.split("</script")[0].strip()
        assert 'src="http' not in head
    assert 'href="http' not in page.split("<body", 1)[0]
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize(
    "address, status, said",
    [
        ("/admin/nothing/here/", 404, "This page is not here"),
        ("/admin/newsroom/release/999999/preview/", 404, "This page is not here"),
        ("/admin/accounts/user/", 403, "This is not for your role"),
    ],
)
def test_what_is_not_there_or_not_theirs_is_said_on_a_page_of_the_desk(client, address, status, said):
    client.force_login(make_user(role="Writer"))
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == status and said in page
    assert 'href="/admin/newsroom/release/"' in page, "the side bar leads on"


def test_a_stranger_is_asked_to_log_in_whatever_is_there(client):
    for address in ("/admin/nothing/here/", "/admin/accounts/user/"):
        assert client.get(address)["Location"].startswith("/admin/login/")
