"""Pictures of a person's results: shapes first (``spec``), then SVG, HTML or a Plotly figure.

Nothing here knows a clinical limit: every step, goal and sentence arrives in the ``ChartSpec``.
"""
