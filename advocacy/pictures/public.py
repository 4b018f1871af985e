"""Which files of the library readers may have at a moment."""

from datetime import datetime

from django.apps import apps
from django.db.models import QuerySet

from advocacy.pictures.models import Document, Picture
from advocacy.publishing.models import Reference, Version


def is_public(item: Picture | Document, at: datetime) -> bool:
    """True while one public version uses the file, or a model that shows files by itself says so.

    Such a model has a class method `public_pictures(at)` or `public_documents(at)` that gives a queryset of
    the library: the organisation's logo, the logos of signatories.
    """
    if isinstance(item, Picture):
        column, hook = "picture", "public_pictures"
    else:
        column, hook = "document", "public_documents"
    in_use = Reference.objects.filter(**{column: item}, version__in=Version.objects.public(at))
    return in_use.exists() or any(shown.filter(pk=item.pk).exists() for shown in shown_by_models(hook, at))


def shown_by_models(hook: str, at: datetime) -> list[QuerySet]:
    return [getattr(model, hook)(at) for model in apps.get_models() if hasattr(model, hook)]
