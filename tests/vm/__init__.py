"""`./run vm`: the unit files, rules and accounts of systemd/ in an emulated machine with a real kernel."""
