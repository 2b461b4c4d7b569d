"""Reads HTML on standard input with Python's own parser and prints what it found as JSON: an opinion that is not ours."""
import json
import sys
from html.parser import HTMLParser


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.text = []
        self.other = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(["open", tag, attrs])

    def handle_startendtag(self, tag, attrs):
        self.tags.append(["open", tag, attrs])

    def handle_endtag(self, tag):
        self.tags.append(["close", tag, []])

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.other.append(data)

    def unknown_decl(self, data):
        self.other.append(data)

    def handle_pi(self, data):
        self.other.append(data)


reader = Reader()
reader.feed(sys.stdin.buffer.read().decode("utf-8"))
reader.close()
json.dump({"tags": reader.tags, "text": "".join(reader.text), "other": reader.other}, sys.stdout)
