"""What is shown and said when, without Qt."""
