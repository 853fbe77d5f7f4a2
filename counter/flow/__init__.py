"""What a clerk can do in which state, without Qt."""
