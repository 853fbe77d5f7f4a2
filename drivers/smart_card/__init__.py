"""IC cards behind PC/SC: social-security cards, contact and contactless."""
