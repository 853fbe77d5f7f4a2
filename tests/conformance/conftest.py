"""What every model says of its troubles is there in Chinese too."""

from tests.support.told_in_chinese import told_in_chinese

__all__ = ["told_in_chinese"]
