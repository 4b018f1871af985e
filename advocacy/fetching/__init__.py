"""Pages of other people: the one way to get one, and what the site knows of links to them."""
