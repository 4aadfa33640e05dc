"""The reading place: one patient's panes with their strip, toolbar and side panel."""
