"""Comments: reply, change, delete; what is kept of a text; who is mentioned, and the one mail that tells them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from drafting.domain.comment import TEXT_MAX, Visibility, named_in
from drafting.domain.errors import Forbidden, InvalidInput, InvalidTransition
from drafting.extensions import db, transaction
from drafting.live.house import house_of
from drafting.models import Comment, Membership, Mention, Person
from drafting.models.columns import now, recorded_at
from drafting.services import comments, mail, mentions, threads
from drafting.web.comment_text import text_html
from tests.mail_box import Box, text_of
from tests.services.discussions import Table, table
from tests.services.test_mail import box  # noqa: F401 - a fixture

LATER = timedelta(minutes=6)


@pytest.fixture
def paper(app: Flask) -> Table:
    return table()


@pytest.fixture(autouse=True)
def no_timer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is mailed by itself here: tests say when."""
    monkeypatch.setattr(mentions, "mail_soon", lambda: None)
    return None


def stored(comment: Comment) -> Comment:
    db.session.expire_all()
    return db.session.scalars(select(Comment).where(Comment.key == comment.key)).one()


# --- Text ---


def test_a_comment_is_plain_text_with_its_line_breaks(paper: Table) -> None:
    thread = paper.begin("AUT", "  L’œuvre\r\n\r\n« <b>été</b> » · 🙂\x00\x07  ")

    assert stored(thread.comments[0]).text == "L’œuvre\n\n« <b>été</b> » · 🙂"


@pytest.mark.parametrize("text", ["", "  \n ", "é" * (TEXT_MAX + 1)])
def test_an_empty_or_endless_comment_is_refused(paper: Table, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        paper.begin("AUT", text)

    assert "text" in refused.value.fields


@pytest.mark.parametrize(("text", "html"), [
    ("<script>alert('é')</script>", "&lt;script&gt;alert(&#39;é&#39;)&lt;/script&gt;"),
    ("voir https://exemple.example/œuvre?a=1&b=2, puis", "voir [https://exemple.example/œuvre?a=1&amp;b=2], puis"),
    ("(http://a.example/x).", "([http://a.example/x])."),
    ("« https://a.example »", "« [https://a.example] »"),
    ("javascript:alert(1) ftp://a.example", "javascript:alert(1) ftp://a.example"),
    ('https://a.example/"onclick="x', '[https://a.example/]&#34;onclick=&#34;x'),
    ("@Noé Œuvre et @AUT, mais a@AUT", "<strong>@Noé Œuvre</strong> et <strong>@AUT</strong>, mais a@AUT"),
])
def test_links_and_names_are_recognised_and_nothing_else_is_html(app: Flask, text: str, html: str) -> None:
    import re

    with app.test_request_context():
        shown = str(text_html(text, ["Noé Œuvre", "AUT"]))
    plain = re.sub(r'<a href="([^"]*)"[^>]*>\1<span class="visually-hidden"> \([^<]*\)</span></a>', r"[\1]", shown)

    assert plain == html


# --- One's own ---


def test_ones_own_comment_is_changed_and_says_so(paper: Table) -> None:
    thread = paper.begin("AUT")
    comments.edit(paper.people["AUT"], thread.comments[0].key, "Autrement dit, « été ».")

    kept = stored(thread.comments[0])

    assert (kept.text, kept.edited_at is not None) == ("Autrement dit, « été ».", True)


def test_a_deleted_comment_keeps_its_place_and_nothing_else(paper: Table) -> None:
    thread = paper.begin("AUT", "Trop vite dit, @CEX")
    comments.reply(paper.people["CON"], thread.key, "Si, si.")
    key = thread.comments[0].key
    comments.delete(paper.people["AUT"], key)
    comments.delete(paper.people["AUT"], key)

    view = paper.seen_by("CEX")[0]

    kept = [(each.text, each.deleted_at is not None) for each in view.thread.comments]
    assert kept == [("", True), ("Si, si.", False)]
    assert db.session.scalars(select(Mention).where(~Mention.is_reply)).all() == []
    with pytest.raises(InvalidTransition):
        comments.edit(paper.people["AUT"], key, "Encore")


def test_a_thread_of_which_nothing_is_left_to_read_is_not_shown(paper: Table) -> None:
    thread = paper.begin("AUT")

    comments.delete(paper.people["AUT"], thread.comments[0].key)

    assert paper.seen_by("AUT") == []


@pytest.mark.parametrize("who", ["AUT2", "CEX", "LEA"])
def test_nobody_changes_or_deletes_anothers_comment(paper: Table, who: str) -> None:
    key = paper.begin("AUT").comments[0].key

    for act in (lambda: comments.edit(paper.people[who], key, "Faux"), lambda: comments.delete(paper.people[who], key)):
        with pytest.raises(Forbidden):
            act()


# --- Mentions ---


@pytest.mark.parametrize(("text", "named"), [
    ("@Nadia", {"Nadia"}), ("@nadia ben", {"Nadia Ben"}), ("@Nadia Benoît", {"Nadia"}), ("nadia@Nadia", set()),
    ("(@FEX)", {"FEX"}), ("@FEXT", set()), ("@Œuvre·s", {"Œuvre"}), ("@ Nadia", set()), ("@@Nadia", {"Nadia"}),
])
def test_a_name_behind_an_at_sign_is_a_mention(text: str, named: set[str]) -> None:
    assert named_in(text, ["Nadia", "Nadia Ben", "FEX", "Œuvre", ""]) == named


def mentioned(comment: Comment) -> set[str]:
    return {each.person.name for each in stored(comment).mentions}


def test_a_person_or_all_of_an_organisation_are_mentioned_but_not_oneself(paper: Table) -> None:
    thread = paper.begin("AUT", "@Camille Con et @AUT, qu’en dites-vous ? @OUT @Camille Out")

    assert mentioned(thread.comments[0]) == {"Camille Con", "Noé Œuvre"}


def test_only_who_may_read_a_thread_is_mentioned(paper: Table) -> None:
    own = paper.begin("AUT", "@Noé Œuvre @CEX", visibility=Visibility.ORGANISATION)
    private = paper.begin("AUT", "@Noé Œuvre @CEX", visibility=Visibility.AUTHOR)

    assert mentioned(own.comments[0]) == {"Noé Œuvre"}
    assert mentioned(private.comments[0]) == set()


def test_a_changed_comment_mentions_who_is_named_now(paper: Table) -> None:
    comment = paper.begin("AUT", "@CEX @CON").comments[0]

    comments.edit(paper.people["AUT"], comment.key, "@CON @LEA")

    assert mentioned(comment) == {"Camille Con", "Camille Lea"}


def test_mentions_wait_on_the_dashboard_until_they_are_looked_at(paper: Table) -> None:
    thread = paper.begin("AUT", "@CEX, un avis ?")
    actor = paper.people["CEX"]
    assert [each.comment.thread_id for each in mentions.unread(actor)] == [thread.id]

    mentions.see(actor, [view.thread for view in paper.seen_by("CEX")])

    assert mentions.unread(actor) == []


# --- Mail ---


def mail_at(later: timedelta) -> int:
    with recorded_at(now() + later):
        return mentions.mail_due()


def test_who_is_mentioned_often_gets_one_mail(paper: Table, box: Box) -> None:  # noqa: F811
    first = paper.begin("AUT", "@CEX, voyez « l’œuvre » 🙂")
    comments.reply(paper.people["CON"], first.key, "@CEX oui, voyez.")
    paper.begin("LEA", "@Camille Cex et @CON")

    assert mail_at(timedelta(minutes=1)) == 0
    assert mail_at(LATER) == 3
    assert mail_at(LATER) == 0

    mails = {str(each["To"]): each for each in box.mails}
    to_cex = mails[paper.people["CEX"].email]
    assert to_cex["Subject"] == "On vous a mentionné dans 3 commentaires"
    assert "Camille Aut (AUT)" in text_of(to_cex)
    assert "« l’œuvre » 🙂" in text_of(to_cex)
    assert f"https://contributions.example/threads/{first.key}" in text_of(to_cex)
    assert mails[paper.people["CON"].email]["Subject"] == "On vous a mentionné dans un commentaire"
    assert mails[paper.people["AUT"].email]["Subject"] == "On vous a répondu dans un fil"


def test_who_wrote_in_a_thread_is_told_of_answers_in_the_same_mail(paper: Table, box: Box) -> None:  # noqa: F811
    thread = paper.begin("AUT", "Faut-il « tout » dire ? 🙂")
    comments.reply(paper.people["CON"], thread.key, "Oui · l’œuvre.")
    taken_back = comments.reply(paper.people["LEA"], thread.key, "Non.")
    comments.delete(paper.people["LEA"], taken_back.key)
    comments.reply(paper.people["CEX"], thread.key, "@Camille Aut, tranchez.")

    assert [each.is_reply for each in mentions.unread(paper.people["AUT"])] == [False, True]
    assert paper.seen_by("CON")[0].is_answered
    assert not paper.seen_by("CON")[0].is_unread
    assert not paper.listed_for("CON", mentions_me=True)
    assert mail_at(LATER) == 2

    subjects = {str(each["To"]): each["Subject"] for each in box.mails}
    assert subjects == {
        paper.people["AUT"].email: "On vous a mentionné ou répondu dans 2 commentaires",
        paper.people["CON"].email: "On vous a répondu dans un fil",
    }


def test_who_may_not_read_a_thread_any_more_is_not_told_of_answers(paper: Table, box: Box) -> None:  # noqa: F811
    thread = paper.begin("AUT", "Entre nous · 🙂", visibility=Visibility.ORGANISATION)
    comments.reply(paper.people["AUT2"], thread.key, "Bien noté « œuvre ».")
    with transaction() as session:
        session.delete(session.query(Membership).filter_by(person_id=paper.people["AUT"].person_id).one())
    comments.reply(paper.people["AUT2"], thread.key, "Encore un mot.")

    assert mail_at(LATER) == 0
    assert box.mails == []


def test_what_waits_on_the_dashboard_is_read_in_one_question(paper: Table) -> None:
    for _ in range(3):
        paper.begin("AUT", "@CEX, « l’œuvre » 🙂")
    actor = paper.people["CEX"]
    db.session.rollback()
    db.session.expunge_all()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cur, words, *_rest: asked.append(words[:6]))

    found = mentions.unread(actor)

    names = {(each.comment.author.name, each.comment.organisation.acronym) for each in found}
    titles = {each.comment.thread.section.contribution.title for each in found}
    assert (len(found), len(names), len(titles)) == (3, 1, 1)
    assert asked.count("SELECT") == 1


def test_who_has_looked_or_may_not_read_any_more_gets_no_mail(paper: Table, box: Box) -> None:  # noqa: F811
    paper.begin("AUT", "@CEX @CON @LEA")
    mentions.see(paper.people["CEX"], [view.thread for view in paper.seen_by("CEX")])
    with transaction() as session:
        session.get(Person, paper.people["CON"].person_id).disabled_at = now()

    assert mail_at(LATER) == 1
    assert [each["To"] for each in box.mails] == [paper.people["LEA"].email]


def test_a_deleted_comment_is_not_mailed(paper: Table, box: Box) -> None:  # noqa: F811
    comment = paper.begin("AUT", "@CEX").comments[0]
    comments.delete(paper.people["AUT"], comment.key)

    assert mail_at(LATER) == 0


def test_what_the_mail_server_refuses_is_sent_again_later(paper: Table, box: Box) -> None:  # noqa: F811
    paper.begin("AUT", "@CEX")
    box.refuse = True
    assert mail_at(LATER) == 0
    box.refuse = False

    assert mail_at(LATER) == 1


def test_nothing_of_the_database_is_held_while_the_mail_server_is_waited_for(
    paper: Table, box: Box, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    paper.begin("AUT", "@CEX @CON")
    held = []

    def send(_: mail.Mail) -> bool:
        held.append(db.session().in_transaction())
        return True

    monkeypatch.setattr(mail, "send", send)
    mail_at(LATER)

    assert held == [False, False]


def test_mail_set_up_later_does_not_flood_with_what_is_old(paper: Table, app: Flask) -> None:
    paper.begin("AUT", "@CEX")

    assert mail_at(LATER) == 0  # No mail server: it waits.
    assert db.session.scalars(select(Mention)).one().mailed_at is None


def test_old_mentions_are_not_mailed(paper: Table, box: Box) -> None:  # noqa: F811
    paper.begin("AUT", "@CEX")

    assert mail_at(timedelta(days=3)) == 0


def test_closed_comments_are_read_only_for_all_but_the_coordination(paper: Table) -> None:
    thread = paper.begin("AUT")
    threads.set_closed(paper.people["CEX"], paper.contribution.key, closed=True)

    with pytest.raises(Forbidden, match="fermé"):
        comments.reply(paper.people["AUT"], thread.key, "Encore un mot")
    assert comments.reply(paper.people["CEX"], thread.key, "Merci").text == "Merci"
    assert len(paper.seen_by("AUT")) == 1


def test_open_pages_are_told_when_nothing_of_the_database_is_held(
    paper: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    monkeypatch.setattr(
        house_of(db.engine).comments, "changed", lambda *_: held.append(db.session().in_transaction()))

    thread = paper.begin("AUT")
    comment = comments.reply(paper.people["AUT"], thread.key, "Œuvre")
    comments.edit(paper.people["AUT"], comment.key, "Œuvre commune 🙂")
    comments.delete(paper.people["AUT"], comment.key)
    threads.resolve(paper.people["AUT"], thread.key)
    threads.reopen(paper.people["AUT"], thread.key)

    assert held == [False] * 6
