from django.contrib import admin

from advocacy.publishing.admin import PublicationAdmin
from tests.minutes.models import Minutes


@admin.register(Minutes)
class MinutesAdmin(PublicationAdmin):
    fields = ("title", "language", "room", "body", "summary", "slug", "dated")
