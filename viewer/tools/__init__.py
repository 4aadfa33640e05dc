"""FEATURES: what the left mouse button does; each file is one tool and ends in ``SPEC``."""
