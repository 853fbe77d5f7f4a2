"""Every visible and spoken word: the catalogue, and what slips, strips and voice say with it."""
