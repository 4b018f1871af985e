"""Who gets the bulletin: people and the consents they gave, and the marks of addresses that must get nothing."""

from advocacy.subscribers.models.consents import ConsentText
from advocacy.subscribers.models.imports import SubscriberImport
from advocacy.subscribers.models.subscribers import Subscriber, Topic
from advocacy.subscribers.models.suppressions import Suppression
from advocacy.subscribers.models.turns import Turn

__all__ = ["ConsentText", "Subscriber", "SubscriberImport", "Suppression", "Topic", "Turn"]
