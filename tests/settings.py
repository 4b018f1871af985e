"""The site's settings with one kind more: what the project promises to whoever writes a kind of their own."""

from advocacy.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.minutes"]  # noqa: F405
ROOT_URLCONF = "tests.urls"
