"""What keeps the server from starting: one line for the person at the keyboard, exit status 2."""


class StartTrouble(Exception):
    """The text names the file or key, what is wrong, and what to do."""
