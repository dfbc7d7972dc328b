"""Messages to people, over whichever service they like: Apprise speaks to it, in a process of its own."""

from catalogsync.messages.messenger import AppriseMessenger, is_installed, understood

__all__ = ["AppriseMessenger", "is_installed", "understood"]
