"""The manuscript: everything that a document says, as plain frozen values, before any page is laid out.

Whoever has a version (database, command line, test) fills a `Manuscript`; the same manuscript gives the same bytes.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

from drafting.domain import markdown
from drafting.domain.line_numbers import Numbering
from exports.validation_record import Diverging, Reserved, Signatory, ValidationRecord

TITLE_LEVEL = 2  # a section's title is an h2 under the document's h1


@dataclass(frozen=True)
class Organisation:
    """An organisation as it stood when the version was frozen."""

    acronym: str
    name: str
    role: str
    """coordinator, author, contributor or observer."""


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG picture with the words that stand for it."""

    content: bytes
    alt: str

    @property
    def media_type(self) -> str:
        """Return its media type, from its first bytes."""
        return "image/png" if self.content.startswith(b"\x89PNG") else "image/jpeg"


@dataclass(frozen=True)
class Section:
    """A section's frozen text."""

    number: int
    title: str
    text: str
    """Markdown."""
    lead: str = ""
    """Acronym of the organisation that leads it."""


@dataclass(frozen=True)
class Manuscript:
    """A version of a contribution, ready to become a document."""

    RENDERER: ClassVar[str] = "exports.pdf:render"
    """What lays it out, in the guarded worker."""

    title: str
    recipient: str
    event: str
    language: str
    number: int
    """The version's number; 0 for a working copy of the text as it stands."""
    label: str
    digest: str
    """SHA-256 of the version's canonical bytes, hexadecimal; empty where there is no version."""
    frozen_at: datetime
    """When the version was frozen, aware and in the zone in which the document dates itself."""
    organisations: tuple[Organisation, ...]
    sections: tuple[Section, ...]
    logo: Picture | None = None
    code: str = ""
    """What is typed on the verification page; printed with the QR code."""
    verify_url: str = ""
    sealed_by: str = ""
    """The name of the organisation that will seal the document."""
    demonstration: bool = False
    """Whether the seal will be the demonstration authority's."""
    working_copy: bool = False
    """Whether it is printed unsealed, with a watermark and without a code."""
    canonical: str = ""
    """The version's canonical text, over which the digest is made (docs/canonical.md): attached, so that whoever has
    the document can recompute it. Empty where there is no version."""
    line_numbers: bool = False
    """Whether its lines are numbered and each begins where its number says; paragraphs always are."""
    signatories: tuple[Signatory, ...] = ()
    """Who signs, in order; with some, the seal has a field that is seen, too."""
    validation: ValidationRecord | None = None
    """How the organisations decided; None where they were not asked."""
    reservations: tuple[Reserved, ...] = ()
    dissents: tuple[Diverging, ...] = ()

    @property
    def coordinator(self) -> Organisation | None:
        """Return the organisation that coordinates."""
        return next((o for o in self.organisations if o.role == "coordinator"), None)


@dataclass(frozen=True)
class SetSection:
    """A section whose text has become HTML; its footnotes are numbered on from the section before."""

    section: Section
    html: str
    headings: tuple[tuple[int, str, str], ...]


def set_sections(manuscript: Manuscript) -> tuple[SetSection, ...]:
    """Turn every section's text into HTML, notes and lines numbered through the document. Raise markdown.TooComplex."""
    done, first_note, first_line = [], 1, 1
    for section in manuscript.sections:
        options = markdown.Options(
            prefix=f"s{section.number}", heading_shift=TITLE_LEVEL, first_note=first_note,
            numbering=Numbering(section.number, first_line, breaks=manuscript.line_numbers),
        )
        rendered = markdown.render(section.text, language=manuscript.language, options=options)
        done.append(SetSection(section, rendered.html, rendered.headings))
        first_note += rendered.notes
        first_line = rendered.next_line
    return tuple(done)


def source_text(manuscript: Manuscript) -> str:
    """Return the Markdown of the whole document, as it is attached to it."""
    parts = [f"# {manuscript.title}"]
    parts += [f"## {s.number}. {s.title}\n\n{_own_notes(s).strip()}" for s in manuscript.sections]
    # Half of a surrogate pair, which a broken paste may leave, has no UTF-8.
    return ("\n\n".join(parts) + "\n").encode(errors="replace").decode()


def _own_notes(section: Section) -> str:
    # Two sections may both call a note [^1]: in one file each needs its section's name.
    return section.text.replace("\r\n", "\n").replace("[^", f"[^{section.number}-")


def working_copy(manuscript: Manuscript) -> Manuscript:
    """Return the same manuscript as a working copy: watermarked, without code."""
    return replace(manuscript, working_copy=True, code="", verify_url="", sealed_by="", demonstration=False)


def frozen_utc(manuscript: Manuscript) -> datetime:
    """Return when the version was frozen, in UTC and whole seconds: the only time that enters the file."""
    return manuscript.frozen_at.astimezone(UTC).replace(microsecond=0)
