"""Recording a voice: takes from a microphone, what is wrong with one, levels, and the pack that comes of them."""
