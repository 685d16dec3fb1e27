"""What the command line says when a request cannot be carried out."""


class UsageError(ValueError):
    """What was asked for does not make sense; the message is shown as it is."""


class Interrupted(Exception):
    """ctrl-C during training; the message says what was kept."""
