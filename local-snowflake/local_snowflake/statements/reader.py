"""Reading tokens from left to right, with Snowflake's rules for names and values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .lexer import Token, UnknownStatement, shorten, tokens_of
from .name import Name, Properties, PropertyValue

_BARE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")
_END = Token("mark", "", 0, 0)


class TokenReader:
    """A place in the tokens of one statement. What does not fit raises UnknownStatement with that place."""

    def __init__(self, source: str, tokens: Sequence[Token] | None = None) -> None:
        self.source = source
        self.tokens = tokens_of(source) if tokens is None else list(tokens)
        while self.tokens and self.tokens[-1].text == ";" and self.tokens[-1].kind == "mark":
            self.tokens.pop()
        self.position = 0

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` of the place; an empty mark past the end."""
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else _END

    @property
    def at_end(self) -> bool:
        """Whether everything has been read."""
        return self.position >= len(self.tokens)

    def at(self, *words: str) -> bool:
        """Whether these bare words (upper case) come next."""
        return all(self.peek(ahead).word == word for ahead, word in enumerate(words))

    def at_mark(self, mark: str, ahead: int = 0) -> bool:
        """Whether this punctuation comes next."""
        token = self.peek(ahead)
        return token.kind == "mark" and token.text == mark and token is not _END

    def take(self, *words: str) -> bool:
        """Reads these words if they come next."""
        found = self.at(*words)
        if found:
            self.position += len(words)
        return found

    def take_mark(self, mark: str) -> bool:
        """Reads this punctuation if it comes next."""
        found = self.at_mark(mark)
        if found:
            self.position += 1
        return found

    def expect(self, *words: str) -> None:
        """Reads these words, which must come next."""
        if not self.take(*words):
            raise self.unknown(" ".join(words))

    def expect_mark(self, mark: str) -> None:
        """Reads this punctuation, which must come next."""
        if not self.take_mark(mark):
            raise self.unknown(f"'{mark}'")

    def finish(self) -> None:
        """Nothing may be left."""
        if not self.at_end:
            raise self.unknown("the end of the statement")

    def unknown(self, expected: str) -> UnknownStatement:
        """The error for this place: what was expected, what stands there, in which statement."""
        token = self.peek()
        end = self.tokens[-1].end if self.tokens else 0
        at = end if self.at_end else token.start
        line = self.source.count("\n", 0, at) + 1
        column = at - (self.source.rfind("\n", 0, at) + 1)
        found = "<EOF>" if self.at_end else self.source[token.start : token.end]
        return UnknownStatement(
            f"syntax error line {line} at position {column} unexpected '{shorten(found, 60)}'.\n"
            f"The local Snowflake expected {expected} in: {shorten(self.source)}"
        )

    # ---- names and values

    def at_identifier(self, ahead: int = 0) -> bool:
        """Whether a bare or quoted name comes next."""
        token = self.peek(ahead)
        return token.kind == "quoted" or (token.kind == "word" and _BARE_NAME.match(token.text) is not None)

    def identifier(self) -> str:
        """One name part in stored case: bare upper-cased, quoted exact."""
        token = self.peek()
        if not self.at_identifier() or token.text == "":
            raise self.unknown("an identifier")
        self.position += 1
        return token.text if token.kind == "quoted" else token.text.upper()

    def name(self) -> Name:
        """A qualified name, `db..object`, or IDENTIFIER('…')."""
        if self.at("IDENTIFIER") and self.at_mark("(", 1):
            return self._named_by_text()
        parts = [self.identifier()]
        while self.take_mark("."):
            if self.at_mark("."):
                parts.append("")
                continue
            parts.append(self.identifier())
        return Name(tuple(parts))

    def _named_by_text(self) -> Name:
        # https://docs.snowflake.com/en/sql-reference/identifier-literal: the text follows the rules of names.
        self.position += 2
        inner = TokenReader(self.string())
        name = inner.name()
        inner.finish()
        self.expect_mark(")")
        return name

    def string(self) -> str:
        """The content of a '…' or $$…$$ string."""
        token = self.peek()
        if token.kind != "string":
            raise self.unknown("a string")
        self.position += 1
        return token.text

    def integer(self) -> int:
        """A whole number without sign."""
        token = self.peek()
        if token.kind != "number" or not token.text.isdigit():
            raise self.unknown("a whole number")
        self.position += 1
        return int(token.text)

    def names(self) -> tuple[Name, ...]:
        """One or more names with commas."""
        found = [self.name()]
        while self.take_mark(","):
            found.append(self.name())
        return tuple(found)

    def value(self) -> PropertyValue:
        """The right side of NAME = value."""
        token = self.peek()
        if token.kind == "string":
            return self.string()
        if self.take_mark("("):
            return self._bracketed_value()
        negative = self.take_mark("-")
        if self.peek().kind == "number":
            return self._number(negative)
        if negative:
            raise self.unknown("a number")
        if self.take("TRUE"):
            return True
        if self.take("FALSE"):
            return False
        return ".".join(self.name().parts)

    def _number(self, negative: bool) -> int | float:
        text = self.peek().text
        self.position += 1
        number = int(text) if text.isdigit() else float(text)
        return -number if negative else number

    def _bracketed_value(self) -> PropertyValue:
        if self.peek().kind == "word" and self.at_mark("=", 1):
            nested = self.properties()
            self.expect_mark(")")
            return nested
        items: list[PropertyValue] = []
        while not self.take_mark(")"):
            items.append(self.value())
            if not self.at_mark(")"):
                self.expect_mark(",")
        return tuple(items)

    def at_property(self) -> bool:
        """Whether `NAME =` comes next."""
        return self.peek().kind == "word" and self.at_mark("=", 1)

    def property(self) -> tuple[str, PropertyValue]:
        """NAME = value."""
        if not self.at_property():
            raise self.unknown("NAME = value")
        name = self.peek().word
        self.position += 2
        return name, self.value()

    def properties(self) -> Properties:
        """As many NAME = value as there are, with blanks or commas between them."""
        found: dict[str, PropertyValue] = {}
        while self.at_property():
            name, value = self.property()
            if name in found:
                raise self.unknown(f"{name} only once")
            found[name] = value
            if self.at_mark(",") and self.peek(1).kind == "word" and self.at_mark("=", 2):
                self.position += 1
        return found

    def words(self) -> tuple[str, ...]:
        """One or more property names with commas, upper case."""
        found: list[str] = []
        while True:
            if self.peek().kind != "word":
                raise self.unknown("a property name")
            found.append(self.peek().word)
            self.position += 1
            if not self.take_mark(","):
                return tuple(found)

    def rest(self) -> str:
        """All remaining text, without trailing semicolons; must not be empty."""
        if self.at_end:
            raise self.unknown("a statement")
        text = self.source[self.peek().start : self.tokens[-1].end]
        self.position = len(self.tokens)
        return text

    def bracketed_text(self) -> str:
        """The text between a bracket and its partner, brackets inside included."""
        self.expect_mark("(")
        begin, depth = self.position, 1
        while depth:
            if self.at_end:
                raise self.unknown("')'")
            depth += self.at_mark("(") - self.at_mark(")")
            self.position += 1
        if self.position - 1 == begin:
            return ""
        return self.source[self.tokens[begin].start : self.tokens[self.position - 2].end]
