"""The status with which a program ends that could not start or act: whether systemd starts it again."""

FAILED = 2
"""A person must look: the file, the enrolment or what lies in the state folder is not right. Not started again."""
AGAIN = 75
"""It may pass by itself: a port or file that another program holds, a full disk, a network that is not up yet.

EX_TEMPFAIL of sysexits.h; systemd starts the program again.
"""
