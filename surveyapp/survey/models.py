"""Tables of the survey: questionnaires, waves, codes, sealed boxes, and what exists after an opening.

No column anywhere near an answer holds a moment, and none joins a code with a box or a box with a response.
"""

from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base

# SQLite: an ordinary table keeps a hidden counter beside each row that tells the order of arrival.
_WITHOUT_COUNTER: Final[dict[str, Any]] = {"sqlite_with_rowid": False}


class QuestionnaireVersion(Base):
    """A published questionnaire, as the text of its file; never changed afterwards. ``hash`` is the text's SHA-256."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("municipality_id", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    published_on: Mapped[date] = mapped_column(Date)


class Wave(Base):
    """One round of asking; ``state`` is one of rules.State, ``boxes_set_aside`` counts boxes that could not be counted.

    ``public_key`` comes with the key ceremony. ``free_text`` says whether items in one's own words are asked, ``supplements``
    names the wave whose latecomers this one asks.
    """

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    name: Mapped[str] = mapped_column(String(100))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    opens: Mapped[date] = mapped_column(Date)
    closes: Mapped[date] = mapped_column(Date)
    mode: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    code_salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    lookups: Mapped[bool] = mapped_column(default=True, server_default=false())
    boxes_set_aside: Mapped[int] = mapped_column(default=0)
    free_text: Mapped[bool] = mapped_column(default=False)
    supplements: Mapped[int | None] = mapped_column(ForeignKey("wave.id"))


class WavePromise(Base):
    """What respondents of a wave are promised, as it stood when its codes first went out: a sentence a line."""

    __tablename__ = "wave_promise"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class WaveAgreement(Base):
    """A steward asks to open a wave whose boxes and used codes do not match; ``auditor`` is empty until one agrees."""

    __tablename__ = "wave_agreement"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    steward: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    auditor: Mapped[str | None] = mapped_column(String(200))


class WavePopulation(Base):
    """How many specialists there are in a stratum (a node of the questionnaire's merge tree) in a wave."""

    __tablename__ = "wave_population"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    stratum: Mapped[str] = mapped_column(String(64), primary_key=True)
    population: Mapped[int]


class Invitation(Base):
    """One code in its two forms, as hashes, and how many boxes lie under it; kept in the order of the hash.

    A personal code holds at most one box. ``pool`` is what feedback or a game is about (a plan row, an age group); it is sealed
    into the box with the answers. ``stopped``: a group's code or an open address that takes no new answers any more.
    ``typed_lookup`` and ``link_lookup`` are short keyed hashes without the wave's salt, by which a code is found among those of
    all waves; where the wave has no ``lookups`` (older codes) they are empty.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("wave_id", "link_hash"),
        Index("ix_invitation_typed_lookup", "typed_lookup"),
        Index("ix_invitation_link_lookup", "link_lookup"),
        _WITHOUT_COUNTER,
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    typed_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    link_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    typed_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(4))
    link_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(4))
    group_name: Mapped[str | None] = mapped_column(String(100))
    boxes: Mapped[int] = mapped_column(default=0)
    pool: Mapped[str | None] = mapped_column(String(64))
    stopped: Mapped[bool] = mapped_column(default=False, server_default=false())


class SealedBox(Base):
    """Answers sealed to the wave's public key, under a keyed hash of code and receipt; one size in a wave.

    ``mark`` is a keyed hash of the rest of the row; a box without one was not sealed by this app.
    """

    __tablename__ = "sealed_box"
    __table_args__ = (_WITHOUT_COUNTER,)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    box_key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Response(Base):
    """Opened answers: a random key, the reporting group, at most the band, and packed item answers without the role."""

    __tablename__ = "response"
    __table_args__ = (_WITHOUT_COUNTER,)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    stratum: Mapped[str] = mapped_column(String(64))
    band: Mapped[str | None] = mapped_column(String(64))
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class FreeText(Base):
    """What somebody wrote in their own words, apart from all their other answers; only its reader sees it until released."""

    __tablename__ = "free_text"
    __table_args__ = (_WITHOUT_COUNTER,)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    item: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    released: Mapped[bool] = mapped_column(default=False)


class Tally(Base):
    """How many of a stratum chose an option of an item, counted at the opening."""

    __tablename__ = "tally"
    __table_args__ = (_WITHOUT_COUNTER,)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    stratum: Mapped[str] = mapped_column(String(64), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    option: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int]


class WaveDay(Base):
    """How many boxes (``group_name`` empty) or used codes of a group there were when somebody first asked on a day."""

    __tablename__ = "wave_day"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    group_name: Mapped[str] = mapped_column(String(100), primary_key=True)
    boxes: Mapped[int]


class MailAddress(Base):
    """An address that a wave is announced to, apart from all codes; deleted when the wave is opened.

    ``state`` is ``waiting``, ``sent`` or ``refused``; ``reason`` says in the mail server's words why a letter was refused or
    put off, ``reminded`` which reminder was the last one.
    """

    __tablename__ = "mail_address"
    __table_args__ = (_WITHOUT_COUNTER,)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="")
    reminded: Mapped[int] = mapped_column(default=0)


class MailRun(Base):
    """Who sends the letters of a wave now, so that nobody else does, and how the last sending ended.

    ``kind`` is ``invitation`` or ``reminder``, ``reminder`` the number of the last reminder; ``claimed_until`` (seconds since
    1970) lets others go on where a worker died, 0 means that nobody sends. ``problem`` is a mail problem's code, ``said`` what
    the mail server gave as its reason.
    """

    __tablename__ = "mail_run"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    reminder: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(String(32), default="")
    claimed_until: Mapped[int] = mapped_column(BigInteger, default=0)
    problem: Mapped[str] = mapped_column(String(20), default="")
    said: Mapped[str] = mapped_column(String(200), default="")


class QuestionnaireDraft(Base):
    """A questionnaire that somebody works on, as the text of its file; one a version, gone once published."""

    __tablename__ = "questionnaire_draft"
    __table_args__ = (UniqueConstraint("municipality_id", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_on: Mapped[date] = mapped_column(Date)


class WrongCodeCount(Base):
    """How many codes that do not exist were tried today in the whole installation: one row, a bare number."""

    __tablename__ = "wrong_code_count"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int]
