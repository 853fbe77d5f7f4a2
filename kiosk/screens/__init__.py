"""One file a screen: renders a state, emits an intent."""
