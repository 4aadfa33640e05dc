"""FEATURES: what is drawn over an image; each file is one overlay and ends in ``SPEC``."""
