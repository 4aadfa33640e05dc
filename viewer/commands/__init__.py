"""FEATURES: everything that can be asked for by menu, key or name; each file ends in COMMANDS."""
