"""Plans, reports, status and problems as text and JSON. Renderers return strings: they decide how, not what."""
