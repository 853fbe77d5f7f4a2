"""SDT (SAM_V) ID-card readers."""
