"""What people read is true: commands parse, words are the product's."""
