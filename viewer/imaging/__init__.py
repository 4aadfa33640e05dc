"""Pixels: the grey pipeline, minified levels, the frame loader with its cache, thumbnails."""
