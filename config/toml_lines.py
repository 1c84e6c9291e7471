"""On which line each key of a TOML text stands; the standard parser does not say."""

from __future__ import annotations

from bisect import bisect_right

KeyPath = tuple[str | int, ...]

_BLANK = " \t\n"
_ENDS_PLAIN_VALUE = ",]}\n#"
_QUOTES = ('"""', "'''", '"', "'")


class TomlLines:
    """The lines of all keys, tables and list items of one text that the standard parser has accepted.

    They are looked for when one is first asked for: of a text without a fault nobody does.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line_starts: list[int] = []
        self._lines: dict[KeyPath, int] = {}
        self._tables_in_list: dict[KeyPath, int] = {}

    def line_of(self, path: KeyPath) -> int:
        """The line of that key, else of the nearest table around it, else 1."""
        if not self._line_starts:
            self._line_starts = [0] + [i + 1 for i, character in enumerate(self._text) if character == "\n"]
            self._read_document()
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _read_document(self) -> None:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._read_header()
            else:
                self._read_assignment(table)
            self._skip(_BLANK)

    def _read_header(self) -> KeyPath:
        line = self._line()
        is_list = self._text.startswith("[[", self._at)
        self._at += 2 if is_list else 1
        *around, last = self._read_key()
        self._at += 2 if is_list else 1
        table: KeyPath = (*self._resolved((), around), last)
        if is_list:
            self._lines.setdefault(table, line)
            self._tables_in_list[table] = self._tables_in_list.get(table, -1) + 1
        table = self._resolved(table[:-1], [last])
        self._lines.setdefault(table, line)
        return table

    def _resolved(self, table: KeyPath, keys: list[str]) -> KeyPath:
        for key in keys:
            table = (*table, key)
            self._lines.setdefault(table, self._line())
            if table in self._tables_in_list:
                table = (*table, self._tables_in_list[table])
        return table

    def _read_assignment(self, table: KeyPath) -> None:
        *around, last = self._read_key()
        path: KeyPath = (*self._resolved(table, around), last)
        self._lines[path] = self._line()
        self._at += 1  # the equals sign
        self._skip(" \t")
        self._read_value(path)

    def _read_key(self) -> list[str]:
        keys = [self._read_key_part()]
        while self._text[self._at] == ".":
            self._at += 1
            keys.append(self._read_key_part())
        return keys

    def _read_key_part(self) -> str:
        self._skip(" \t")
        start = self._at
        if self._text[start] in "\"'":
            self._read_string()
            key = self._text[start + 1 : self._at - 1]
        else:
            while self._text[self._at] not in " \t.=]":
                self._at += 1
            key = self._text[start : self._at]
        self._skip(" \t")
        return key

    def _read_value(self, path: KeyPath) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._read_list(path)
        elif opening == "{":
            self._read_inline_table(path)
        elif opening in "\"'":
            self._read_string()
        else:
            while self._at < len(self._text) and self._text[self._at] not in _ENDS_PLAIN_VALUE:
                self._at += 1

    def _read_list(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while self._next_item("]"):
            self._lines[(*path, index)] = self._line()
            self._read_value((*path, index))
            index += 1

    def _read_inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while self._next_item("}"):
            self._read_assignment(path)

    def _next_item(self, closing: str) -> bool:
        self._skip(_BLANK + ",")
        if self._text[self._at] != closing:
            return True
        self._at += 1
        return False

    def _read_string(self) -> None:
        quote = next(quote for quote in _QUOTES if self._text.startswith(quote, self._at))
        self._at += len(quote)
        while not self._text.startswith(quote, self._at):
            self._at += 2 if self._text[self._at] == "\\" and quote[0] == '"' else 1
        self._at += len(quote)
        while len(quote) == 3 and self._text.startswith(quote[0], self._at):
            self._at += 1  # up to two quotes may stand before the closing three

    def _skip(self, characters: str) -> None:
        while self._at < len(self._text):
            if self._text[self._at] == "#" and "\n" in characters:
                self._at = self._end_of_line()
            elif self._text[self._at] in characters:
                self._at += 1
            else:
                return

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _line(self) -> int:
        return bisect_right(self._line_starts, self._at)


class LinesElsewhere:
    """The lines of a text whose keys below `of` are looked for below `path`."""

    def __init__(self, lines: TomlLines | LinesElsewhere, path: KeyPath, of: KeyPath) -> None:
        self._lines, self._path, self._of = lines, path, of

    def line_of(self, path: KeyPath) -> int:
        """The line of that key where it is written."""
        if path[: len(self._path)] == self._path:
            path = (*self._of, *path[len(self._path) :])
        return self._lines.line_of(path)
