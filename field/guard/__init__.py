"""What closes a hub cleanly when the mains fail: the decision, the commands, and the word to the hall."""
