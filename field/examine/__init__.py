"""Looking a unit over: its file, its devices, its hub, its disk. Findings are values; commands print them."""
