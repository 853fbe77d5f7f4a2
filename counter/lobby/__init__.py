"""The lobby: big screen, strip and voice."""
