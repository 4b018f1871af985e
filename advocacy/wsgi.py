import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings")


class Request(WSGIRequest):
    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        """Django reads the media type before its first middleware, where a fault would be nobody's to answer."""
        try:
            super()._set_content_type_params(meta)
        except ValueError:
            self.content_type, self.content_params = (
                "",
                {"charset": "unreadable"},
            )  # refuse_broken_input says 400


class Application(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Application()
