"""The clinical core: pure Python, standard library only; no Django, no clock, no I/O but its own data files."""
