"""Tables in Markdown, as the reference pages have them."""


def table(*head: str) -> str:
    """The first two lines of a Markdown table."""
    return f"| {' | '.join(head)} |\n|{' --- |' * len(head)}\n"


def row(*cells: object) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
