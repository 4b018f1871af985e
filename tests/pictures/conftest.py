import pytest
from django.core.files.storage import default_storage


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Each test's files lie in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
    assert default_storage is not None


@pytest.fixture
def editor(client, django_user_model):
    """A logged-in member of staff who may do everything."""
    user = django_user_model.objects.create_superuser(
        "editor", "editor@carm.example", "a long enough password"
    )
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
