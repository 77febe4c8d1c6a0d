"""Chart specifications and their shapes: Plotly, SVG, table."""
