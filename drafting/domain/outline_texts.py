
"""The words of the outlines: for each language and kind, name, summary, guide to a question, sections.

Data only. A section is (title, guide). Contributions have a language of their own, which need not be
that of the person who creates them, so these words are not translated through the interface's catalogues.
"""

from __future__ import annotations

Section = tuple[str, str]
Entry = tuple[str, str, str, tuple[Section, ...], tuple[Section, ...]]

_FR: dict[str, Entry] = {
    "summit": (
        "Contribution à un sommet",
        "Un texte de position remis avant ou pendant un sommet, une conférence ou des assises.",
        "",
        (
            (
                "Préambule",
                "Qui nous sommes, pourquoi ce sommet nous concerne, à qui nous nous adressons. Une page au plus.",
            ),
            (
                "Ce que nous constatons",
                "Ce que vivent les travailleurs et les travailleuses. Chaque fait vérifiable porte sa source en note.",
            ),
            (
                "Emploi, investissement et politique industrielle",
                "Ce que les annonces changent pour l’emploi, et les conditions que nous posons.",
            ),
            (
                "Droits au travail et libertés syndicales",
                "Les droits à garantir, les textes qui existent, ce qui leur manque.",
            ),
            (
                "Services publics et biens communs",
                "Ce qui doit rester décidé et tenu par la puissance publique.",
            ),
            (
                "Environnement et territoires",
                "Les effets sur l’énergie, l’eau, le sol, et sur celles et ceux qui y vivent.",
            ),
            (
                "Quelles règles, dans quelles instances",
                "Les textes que nous demandons, et l’instance qui doit les négocier.",
            ),
            (
                "Récapitulatif de nos demandes",
                "Un tableau : la demande, à qui elle s’adresse, le texte qui peut la porter.",
            ),
        ),
        (),
    ),
    "consultation": (
        "Réponse à une consultation",
        "Les questions de l’organisme qui consulte deviennent les sections, dans son ordre et avec ses mots.",
        "Répondez d’abord en une phrase, puis donnez les raisons. Respectez la longueur demandée.",
        (
            (
                "Qui répond",
                "L’organisation, celles et ceux qu’elle représente, la personne à joindre.",
            ),
            (
                "L’essentiel de notre réponse",
                "Cinq points au plus, compréhensibles sans lire la suite. À écrire en dernier.",
            ),
        ),
        (
            (
                "Ce que le questionnaire ne demande pas",
                "Les sujets que les questions laissent de côté et que nous voulons porter.",
            ),
            ("Sources", "Les textes et les études cités, avec de quoi les retrouver."),
        ),
    ),
    "memorandum": (
        "Mémorandum",
        "Un exposé des faits et du droit, adressé par exemple à l’Organisation internationale du Travail.",
        "",
        (
            ("Objet", "Ce que nous demandons à l’instance, en un paragraphe."),
            (
                "L’organisation qui écrit",
                "Sa représentativité, ses affiliations, à quel titre elle s’adresse à l’instance.",
            ),
            (
                "Les faits",
                "Dans l’ordre où ils se sont produits, datés, chacun avec sa preuve ou sa source.",
            ),
            (
                "Le droit applicable",
                "Conventions, recommandations, droit européen et national : l’article exact et ce qu’il impose.",
            ),
            (
                "En quoi le droit n’est pas respecté",
                "Rapprochez chaque fait de la règle. Répondez d’avance aux objections.",
            ),
            ("Ce qui a déjà été tenté", "Les recours, les négociations, les réponses reçues."),
            ("Nos demandes", "Des demandes numérotées, que l’instance peut reprendre telles quelles."),
            ("Liste des annexes", "Les pièces jointes, dans l’ordre où le texte les cite."),
        ),
        (),
    ),
    "congress": (
        "Texte de congrès",
        "Un document d’orientation ou une résolution que les délégué·es amendent et votent.",
        "",
        (
            ("Préambule", "Où nous en sommes depuis le dernier congrès, et pourquoi ce texte maintenant."),
            (
                "Notre analyse",
                "La situation telle que nous la lisons ensemble. Des paragraphes courts, faciles à amender.",
            ),
            ("Nos valeurs et nos principes", "Ce qui ne se négocie pas."),
            (
                "Nos revendications",
                "Une idée par paragraphe : chacune doit pouvoir être votée séparément.",
            ),
            (
                "Notre démarche",
                "Comment nous agissons : syndicalisation, négociation, mobilisation, alliances.",
            ),
            ("Notre organisation", "Les moyens, la formation, l’égalité, la vie démocratique."),
            ("Résolution", "Ce que le congrès décide et donne mandat de faire."),
        ),
        (),
    ),
}

_EN: dict[str, Entry] = {
    "summit": (
        "Contribution to a summit",
        "A position paper handed in before or during a summit, a conference or a forum.",
        "",
        (
            ("Preamble", "Who we are, why this summit concerns us, whom we address. One page at most."),
            ("What we see", "What workers experience. Every fact that can be checked has its source in a note."),
            (
                "Employment, investment and industrial policy",
                "What the announcements change for jobs, and the conditions we set.",
            ),
            (
                "Rights at work and trade-union freedoms",
                "The rights to guarantee, the texts that exist, what they lack.",
            ),
            ("Public services and common goods", "What public authorities must keep deciding and providing."),
            (
                "Environment and local communities",
                "The effects on energy, water and land, and on those who live there.",
            ),
            ("Which rules, in which bodies", "The texts we ask for, and the body that should negotiate them."),
            (
                "Summary of our demands",
                "A table: the demand, whom it addresses, the text that can carry it.",
            ),
        ),
        (),
    ),
    "consultation": (
        "Answer to a consultation",
        "The questions of the consulting body become the sections, in its order and in its words.",
        "Answer in one sentence first, then give the reasons. Keep to the length asked for.",
        (
            ("Who answers", "The organisation, those whom it represents, the person to contact."),
            (
                "Our answer in brief",
                "Five points at most, clear without reading the rest. To be written last.",
            ),
        ),
        (
            ("What the questions leave out", "Matters that the questions do not raise and that we want to."),
            ("Sources", "The texts and studies quoted, with what is needed to find them."),
        ),
    ),
    "memorandum": (
        "Memorandum",
        "A statement of facts and law, addressed for instance to the International Labour Organization.",
        "",
        (
            ("Purpose", "What we ask of the body, in one paragraph."),
            ("The organisation that writes", "Whom it represents, its affiliations, in what capacity it writes."),
            ("The facts", "In the order in which they happened, dated, each with its evidence or source."),
            (
                "The law that applies",
                "Conventions, recommendations, European and national law: the exact article and what it requires.",
            ),
            (
                "How the law is not respected",
                "Set each fact against the rule. Answer objections before they are made.",
            ),
            ("What has been tried", "Appeals, negotiations, answers received."),
            ("Our requests", "Numbered requests that the body can take up as they stand."),
            ("List of annexes", "The documents attached, in the order in which the text cites them."),
        ),
        (),
    ),
    "congress": (
        "Congress text",
        "A policy document or a resolution that delegates amend and vote on.",
        "",
        (
            ("Preamble", "Where we stand since the last congress, and why this text now."),
            ("Our analysis", "The situation as we read it together. Short paragraphs, easy to amend."),
            ("Our values and principles", "What is not negotiable."),
            ("Our demands", "One idea a paragraph: each must be open to a separate vote."),
            ("How we act", "Organising, bargaining, mobilising, alliances."),
            ("Our organisation", "Means, training, equality, democratic life."),
            ("Resolution", "What the congress decides and mandates."),
        ),
        (),
    ),
}

TEXTS: dict[str, dict[str, Entry]] = {"fr": _FR, "en": _EN}
