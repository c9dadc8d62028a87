"""What single keys and buttons become in suggesting mode, by the browser's own code: the table to read first.

`{+a|…+}` is pending in suggestion a, `{-a|…-}` is struck by it; a capital is another person's; new ones are n1, n2.
`[…]` is the selection before, `^` the caret afterwards.
"""

import json
import subprocess
from pathlib import Path

import pytest

from tools import node

ROOT = Path(__file__).parents[2]

TABLE = [
    ("text typed is pending", "un [] été", [["type", "né"]], "un {+n1|né+}^ été"),
    ("typing goes on with one's own at its end", "un{+a| né+}[] été", [["type", "!"]], "un{+a| né!+}^ été"),
    ("typing inside one's own goes on with it", "un{+a| n[]é+} été", [["type", "o"]], "un{+a| no^é+} été"),
    ("typing inside another's is one's own", "un{+B| n[]é+} été", [["type", "o"]], "un{+B| n+}{+n1|o+}{+B|^é+} été"),
    ("typing beside another's is one's own", "un{+B| né+}[] été", [["type", "!"]], "un{+B| né+}{+n1|!+}^ été"),
    ("Backspace stays before what it strikes", "un été[] là", [["backspace"]] * 2, "un é{-n1|^té-} là"),
    ("Delete goes behind what it strikes", "un [] été", [["forward"]] * 2, "un {-n1| é-}^té"),
    ("Backspace skips what is struck", "un été{-a| là-}[]", [["backspace"]], "un ét{-a|^é là-}"),
    ("Backspace skips what another struck", "un été{-B| là-}[]", [["backspace"]], "un ét{-n1|^é-}{-B| là-}"),
    ("Delete skips what is struck", "un[]{-a| été-} là", [["forward"]], "un{-a| été -}^là"),
    ("Backspace takes one's own pending text away", "un{+a| né+}[] été", [["backspace"]], "un{+a| n+}^ été"),
    ("Backspace strikes another's pending text", "un{+B| né+}[] été", [["backspace"]], "un{+B| n+}{+B|{-n1|^é-}+} été"),
    ("at a line's beginning Backspace only passes", "# {-a|été-}[] né", [["backspace"]], "# {-a|^été-} né"),
    ("an emoji is struck whole", "là 😀{-a|!-}[]", [["backspace"]], "là {-a|^😀!-}"),
    ("typing over a selection is one suggestion", "un [été] là", [["type", "h"], ["type", "iver"]],
     "un {-n1|été-}{+n1|hiver+}^ là"),
    ("typing after Backspace is one with it", "un été[] là", [["backspace"], ["type", "e"]],
     "un ét{+n1|e+}{-n1|^é-} là"),
    ("what one has struck is not struck again", "un [{-a|été-}] là", [["delete"]], "un {-a|^été-} là"),
    ("what another has struck is struck by both", "un [{-B|été-}] là", [["delete"]], "un {-n1|{-B|^été-}-} là"),
    ("a selection over everything", "[un{+a| né+}{+B| là+} été]", [["delete"]],
     "{-a|^un-}{+B|{-a| là-}+}{-a| été-}"),
    ("pasted blocks are one suggestion", "un été[]", [["paste", "\n\n# Né\n\n- là\n- 😀"]],
     "un été{+n1|\n\n# Né\n\n- là\n- 😀^+}"),
    ("bold is a suggestion of its own", "un{+a| né+} [été] là", [["bold"]], "un{+a| né+} {+n1|**+}été{+n1|^**+} là"),
    ("bold in one's own pending text is part of it", "un{+a| [né]!+} été", [["bold"]], "un{+a| **né^**!+} été"),
    ("typing beside bold marks is not part of the bold", "un {+a|**+}été{+a|**+}[] là", [["type", "!"]],
     "un {+a|**+}été{+a|**+}{+n1|!+}^ là"),
    ("a heading that becomes a paragraph", "# un[] été", [["prefix", ""]], "{-n1|# -}^un été"),
    ("a paragraph that becomes an item", "un[] été", [["prefix", "- "]], "{+n1|- +}^un été"),
    ("a bullet that becomes a number", "- un[] été", [["prefix", "1. "]], "{-n1|--}{+n1|1.+} ^un été"),
    ("moving words is one suggestion", "un [été] là", [["move", 9]], "un {-n1|été-}^ là{+n1|été+}"),
    ("undo lifts the strike", "un [été] là", [["delete"], ["undo"]], "un été^ là"),
    ("undo takes new text away", "un [] été", [["type", "né"], ["undo"]], "un ^ été"),
    ("undo of a replacement", "un [été] là", [["type", "hiver"], ["undo"]], "un été^ là"),
    ("undo gives one's own pending text back", "un{+a| né+}[] été", [["backspace"], ["undo"]], "un{+a| né+}^ été"),
    ("words typed that were struck are just typed", "un {-a|été-}[] là", [["type", "été"]],
     "un {-a|été-}{+a|été+}^ là"),
]  # fmt: skip


@pytest.fixture(scope="module")
def results() -> dict[str, str]:
    cases = json.dumps([[text, actions] for _, text, actions, _ in TABLE])
    line = [*node.command("node"), str(ROOT / "tests/live/node/actions.mjs")]
    done = subprocess.run(
        line, input=cases, capture_output=True, env=node.environment(), encoding="utf-8", cwd=ROOT, check=False
    )
    assert not done.stderr
    return dict(zip([name for name, *_ in TABLE], json.loads(done.stdout), strict=True))


@pytest.mark.parametrize(("name", "after"), [(name, after) for name, _, _, after in TABLE])
def test_one_action_is_one_suggestion(results: dict[str, str], name: str, after: str) -> None:
    assert results[name] == after
