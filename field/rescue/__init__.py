"""What a dead unit had not sent: copied from its disk, read as far as possible, sent by its successor."""
