"""Renders Markdown from standard input with two independent renderers, most permissive settings, and prints the tags of each."""
import json
import sys
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.names = set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)


def tags(html):
    reader = Tags()
    reader.feed(html)
    return sorted(reader.names)


text = sys.stdin.buffer.read().decode("utf-8")
print(
    json.dumps(
        [
            tags(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)),
            tags(MarkdownIt("gfm-like", {"html": True, "linkify": True}).render(text)),
        ]
    )
)
