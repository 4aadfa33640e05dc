"""What the panes show and how people change it: no windows, no graphics library."""
