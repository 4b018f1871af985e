"""What is read from a document beside its kind."""

import re

from django.core.files.base import File

PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
COUNT = re.compile(rb"/Count\s+(\d{1,5})\b")


def pdf_pages(upload: File) -> int | None:
    """The number of pages where a PDF says it openly and both ways of counting agree; else None."""
    upload.seek(0)
    data = upload.read()
    pages = len(PAGE.findall(data))
    stated = max((int(count) for count in COUNT.findall(data)), default=0)
    return pages if pages and pages == stated else None
