"""The file door: everything that knows how DICOM objects are written (PS3.5, PS3.10)."""
