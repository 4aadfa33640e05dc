"""VTK DOOR: turns frames and view states into pictures, offscreen."""
