import pytest

from tests.mail.processes import Process
from tests.mail.sink import Sink


@pytest.fixture
def sink():
    """A mail server that runs; the test says what it answers."""
    server = Sink()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp(settings, sink):
    """The site sends by SMTP to the sink."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "Ararat Council <website@council.example>"
    return sink


@pytest.fixture
def start(sink):
    """Start a command of the site as a process that sends its mail to the sink."""
    processes = []

    def start(*command):
        processes.append(Process(*command, mail_port=sink.port))
        return processes[-1]

    yield start
    for process in processes:
        process.end()
