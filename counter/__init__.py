"""The clerk's counter app; the lobby lives beside it."""
