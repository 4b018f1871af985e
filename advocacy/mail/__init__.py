"""Mail: written into the outbox in the caller's transaction, sent by the worker.

    with transaction.atomic():
        inquiry.save()
        outbox.queue(
            purpose="inquiry-alert", to=desk, language="en", at=at,
            **outbox.write("newsroom/mail/inquiry_alert", {"inquiry": inquiry}, "en"),
        )

`outbox.write` renders `<name>_subject.txt`, `<name>_text.txt` and, where there is one, `<name>_html.html` in
a language; the templates build on `mail/base.txt` and `mail/base.html`. A message that carries a key, such as
a link that sets a password, is queued with `private=True`: its words are not shown to staff and are erased
once it is sent.
"""
