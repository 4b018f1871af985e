"""Rich text: what editors write, cleaned by one table whoever writes it.

`RichTextField` for models, `RichText` for values (templates print it as it is), `clean()`, and what can be
read from a text: `blocks()`, `plain()`, `words()`. Only `advocacy.richtext.editor` knows which editor it is.
"""

from advocacy.richtext.fields import RichTextField
from advocacy.richtext.text import Block, RichText, blocks, clean, cleaned_notes, plain, words

__all__ = ["Block", "RichText", "RichTextField", "blocks", "clean", "cleaned_notes", "plain", "words"]
