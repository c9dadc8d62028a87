"""The messages between an open page and the server: one WebSocket at `/live` for all sections of the page.

Every frame, both ways, is one JSON object with a `type`. Texts are ordinary JSON strings; every offset and
length is in UTF-16 code units. A section is named by its key. `changes`, `runs`, suggestions and rows have the
forms of `drafting/domain` (`ChangeSet.to_json`, `Runs.to_json`, `SectionState.to_json`, `Row.to_json`).
A frame from the browser is at most 64 KiB (bytes of UTF-8) and 30 come in a second (100 at once): a browser
that sends more is cut off. Keep one inserted text below 16,000 units; longer ones go as several updates in
several batches. Unknown types and unknown fields from a browser are refused: `malformed`.

Hello
-----
The browser speaks first, once a socket::

    > {"type":"hello","protocol":1}
    < {"type":"hello","protocol":1,"session":"k3v9...","you":{"person":12,"organisation":3},
       "people":{"12":"Nadia"},"organisations":{"3":{"acronym":"FEX","name":"Fédération...","colour":"teal"}}}

`session` names this socket in presence. The identity comes from the sign-in, never from the browser.
`people` (person id -> name) and `organisations` (id -> acronym, name, palette colour) appear wherever ids
appear that the browser may not know yet; merge them into what it knows.

Opening a section
-----------------
::

    > {"type":"open","section":"abcd...","revision":null}
    < {"type":"state","section":"abcd...","revision":42,"text":"L’œuvre…","runs":[[7,12,3]],"suggestions":{},
       "returned":[],"undone":[],"digest":"0a1b2c3d","may":"write","decides":true,"stage":"open",
       "people":{...},"organisations":{...}}

`state` replaces whatever the browser held as confirmed. `may` is none|read|suggest|write, `decides` whether
this person may accept and reject. A browser that comes back says the revision it has confirmed and gets the
rows since, in one or more frames (`"revision": 0` is "I have the empty text")::

    > {"type":"open","section":"abcd...","revision":40}
    < {"type":"rows","section":"abcd...","rows":[{...41},{...42}],"head":42}
    < {"type":"opened","section":"abcd...","revision":42,"digest":"...","may":"write","decides":true,
       "stage":"open","people":{...},"organisations":{...}}

`opened` ends the tail: only now does the browser send again what was in flight, *with its first number,
base and content*. (Where the browser's revision is impossible or more than 20,000 rows old it gets `state`:
what it had unsent must then be kept for the person, not sent.) A section that does not exist or may not be
read answers, at once or whenever the right is withdrawn::

    < {"type":"closed","section":"abcd...","why":"not_found"}

Nothing of that section arrives after it. `{"type":"close","section":...}` from the browser ends interest.

Updates
-------
::

    > {"type":"updates","section":"abcd...","base":42,"client":"Zk3…","n":7,
       "updates":[{"changes":[5,[0,"é"],2]},{"changes":[6,[2]],"suggestion":"s1"}]}

`base` is the browser's confirmed revision; the first update applies to the text at `base`, each other one to
the text after the one before; `suggestion`, `strike`, `restore`, `of` as in `drafting/domain/rows.py`. One
batch at a time is in flight; 1 to 200 updates a batch. `client` (8 to 24 letters, digits, - or _) is random,
made anew for each load of the page and each organisation acted for; it belongs to the person who first used
it. `n` counts 1, 2, 3... for each client and section; a number is decided once. A copy gets the same answer.

Accepted updates come back to everybody, the author too, as rows in the order of the log, without gaps::

    < {"type":"rows","section":"abcd...","rows":[{"revision":43,"author":12,"organisation":3,
       "at":"2025-02-10T09:00:00.000Z","client":"Zk3…","n":7,"i":0,"changes":[5,[0,"é"],2]},...],
       "head":44,"digest":"..."}

The row whose `client` and `n` are one's own is the acknowledgement: it was committed. `i` is the place in the
batch. `digest` (of the state at `head`) comes with some frames only: compare it when nothing is unconfirmed.
A new author's name comes in the frame's `people`, `organisations`. A copy of a batch applied before the
browser opened the section (so that its rows may lie before the tail) is answered, after all rows up to
`head`, with::

    < {"type":"applied","section":"abcd...","client":"Zk3…","n":7,"head":44}

A batch is taken whole or not at all::

    < {"type":"refused","section":"abcd...","client":"Zk3…","refused":7,"why":"stale","head":44}

The rows up to `head` were sent before it. `why`: `stale` (something relevant happened since `base`: repair,
then send under the next number), `changed` (decisions: not what `seen` says), `forbidden` (the right is missing
or was never there), `frozen` (nobody may change the section now), `malformed` (not understood; a fault),
`too_large` (too many updates, or the section would grow past its limit). A number refused is used up;
after `malformed` or `too_large` it may not be, so go on with the next number in every case.

Decisions
---------
Numbered with the same client and counter as batches, answered like them (rows, `applied` or `refused`)::

    > {"type":"decide","section":"abcd...","client":"Zk3…","n":8,"decide":"accept","ids":["s1"],
       "seen":{"s1":"43.9f..."},"reason":"…"}
    > {"type":"decide","section":"abcd...","client":"Zk3…","n":9,"decide":"undo","of":45}

`decide` is accept|reject|withdraw (with `ids`, and `seen`: see `tracking.seen_of`) or undo (with `of`, the
decision's revision); at most 1,000 ids. `reason` is at most 2,000 units, and comes back in the decision's row, to
everybody: the proposer reads why. Several decisions may wait at once::

    < {"type":"rows","section":"abcd...","rows":[{"revision":45,"author":12,"organisation":3,"at":"...",
       "client":"Zk3…","n":8,"i":0,"changes":[7],"decide":"accept","ids":["s1"],"marks":[[5,7,"+","s1"]],
       "reason":"…"}],"head":45}

Decisions made on a page without scripts come the same way, under a client that no browser has.

What changes while a section is open
------------------------------------
::

    < {"type":"may","section":"abcd...","may":"read","decides":false,"stage":"agreed"}

within 5 s, mostly at once. What is unsent stays the browser's: to be
kept and shown. Before a version is frozen the server asks for what waits, 2 s at most::

    < {"type":"flush","section":"abcd...","ask":"q7"}
    > {"type":"flushed","section":"abcd...","ask":"q7"}        (sent when nothing is unconfirmed any more)

Comments
--------
A thread that this page may see began, went on, was settled or changed in some other way::

    < {"type":"comments","section":"abcd..."}

It says no more than that: the page asks for the threads that it may see (GET /sections/<key>/threads). Who may not
see a thread hears nothing of it.

Presence
--------
Never stored. Positions are in the text at `revision`, which the browser maps to what it shows; `session` is
the socket's, `anchor` and `head` are null where somebody is only reading::

    > {"type":"presence","section":"abcd...","revision":44,"anchor":10,"head":12}
    < {"type":"presence","section":"abcd...","here":[{"session":"k3v9...","person":12,"organisation":3,
       "revision":44,"anchor":10,"head":12}],"left":["x8..."],"people":{...},"organisations":{...}}

After opening comes one such frame with everybody else; then only who came, moved (joined into a frame every 50
ms, or more when crowded) or left. Such a frame goes to all alike: one's own session may be in it. Send at most
ten a second.

Ping, pong, goodbye
-------------------
`{"type":"ping"}` is answered by `{"type":"pong"}`; the server itself uses WebSocket pings and gives up after 50 s
of silence. Before it closes the socket the server says why::

    < {"type":"goodbye","why":"signed_out"}

`signed_out` (also: acting for another organisation now; load the page again), `replaced` (an eleventh socket of
the same person; do not come back by yourself), `shutting_down` and `busy` (come back after a moment, with
some randomness), `too_slow` (did not read), `too_fast`, `protocol` (another version: load the page again),
`malformed` (not a frame of this protocol). An unexpected end: come back after 0.2 s, doubling up to 10 s.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

VERSION = 1
MAX_FRAME_BYTES = 64 * 1024
MAX_UPDATES = 200
MAX_IDS = 1_000
MAX_REASON = 2_000
MAX_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a socket."""

    protocol: int


@dataclass(frozen=True, slots=True)
class Open:
    """The browser wants a section; None where it has nothing of it yet."""

    section: str
    revision: int | None


@dataclass(frozen=True, slots=True)
class Close:
    """The browser does not want a section any more."""

    section: str


@dataclass(frozen=True, slots=True)
class Updates:
    """A batch. `updates` are raw: only the authority knows the length of the text that they apply to."""

    section: str
    base: int
    client: str
    n: int
    updates: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision on suggestions, or its undo."""

    section: str
    client: str
    n: int
    decide: str
    ids: tuple[str, ...]
    seen: dict[str, str]
    of: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Presence:
    """Where somebody is, at a revision."""

    section: str
    revision: int
    anchor: int | None
    head: int | None


@dataclass(frozen=True, slots=True)
class Flushed:
    """The browser has nothing unconfirmed left."""

    section: str
    ask: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there?"""


Message = Hello | Open | Close | Updates | Decide | Presence | Flushed | Ping


def compact(message: dict[str, Any]) -> str:
    """Return a message as a frame."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
