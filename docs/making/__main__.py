"""`python -m docs.making`: writes the reference anew."""

from docs.making.pages import ROOT, made_pages

for name, text in made_pages().items():
    (ROOT / name).parent.mkdir(exist_ok=True)
    (ROOT / name).write_text(text, encoding="utf-8")
