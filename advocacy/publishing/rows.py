"""The sorted rows that hang on a publication: quotes, contacts, addressees."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlacedRow(models.Model):
    """A row with a place in the order."""

    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class SortedRow(PlacedRow):
    """A row with a key of its own that outlives it: restoring an old version finds it again."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta(PlacedRow.Meta):
        abstract = True
