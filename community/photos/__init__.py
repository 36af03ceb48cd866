"""Photos as Wagtail images: taken in upright, without metadata, in sizes a cheap phone can load."""
