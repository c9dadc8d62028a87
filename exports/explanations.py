"""Plain words for what the pure parts answer with an enum: refusals, doubts, steps, failures."""

from __future__ import annotations

from flask_babel import gettext as _

from exports.credentials import Unusable
from exports.findings import Level
from exports.inspection import Refusal, TrustProblem
from exports.next_revision import Unfit


def unusable(reason: Unusable) -> str:
    """Why a PKCS#12 file cannot be a seal, and what to do."""
    words = {
        Unusable.NOT_PKCS12: _(
            "Ce fichier n’est pas un certificat de cachet au format PKCS#12 (.p12 ou .pfx). "
            "Demandez ce format à l’autorité qui vous a remis le cachet."
        ),
        Unusable.WRONG_PASSPHRASE: _(
            "La phrase de passe n’ouvre pas ce fichier. Vérifiez les majuscules et les accents, puis réessayez."
        ),
        Unusable.NO_PRIVATE_KEY: _(
            "Ce fichier contient un certificat, mais pas la clé secrète qui permet de sceller. "
            "Exportez-le à nouveau en incluant la clé."
        ),
        Unusable.NO_CERTIFICATE: _(
            "Ce fichier contient une clé, mais pas son certificat. Exportez-le à nouveau en incluant le certificat."
        ),
        Unusable.KEY_MISMATCH: _(
            "Le certificat et la clé de ce fichier ne vont pas ensemble. Exportez à nouveau le cachet."
        ),
        Unusable.WEAK_KEY: _(
            "La clé de ce cachet est trop faible ou d’une sorte que les lecteurs de PDF ne connaissent pas. "
            "Demandez une clé RSA d’au moins 2048 bits."
        ),
        Unusable.NOT_FOR_SIGNING: _(
            "Ce certificat n’est pas fait pour signer des documents. Demandez un certificat de cachet."
        ),
        Unusable.EXPIRED: _("Ce certificat a expiré. Demandez-en un nouveau."),
        Unusable.NOT_YET_VALID: _("Ce certificat ne peut pas encore servir : sa période n’a pas commencé."),
    }
    return str(words[reason])


def refusal(reason: Refusal) -> str:
    """Why a file is not an intact, validly sealed PDF."""
    words = {
        Refusal.TOO_LARGE: _("Ce fichier est plus grand que tous ceux que nous publions."),
        Refusal.TOO_LONG: _("Ce fichier demande trop de travail pour être lu ; aucun des nôtres n’est ainsi fait."),
        Refusal.NOT_A_PDF: _("Ce n’est pas un fichier PDF."),
        Refusal.UNREADABLE: _(
            "Ce PDF est abîmé, protégé par un mot de passe, ou d’une forme que nous ne pouvons pas contrôler."
        ),
        Refusal.UNSEALED: _("Ce PDF ne porte aucun cachet."),
        Refusal.SEVERAL_SIGNATURES: _("Ce PDF porte des signatures qui ne se suivent pas comme dans nos fichiers."),
        Refusal.NOT_A_SEAL: _("Ce PDF porte une signature, mais pas un cachet qui garantit tout le document."),
        Refusal.CHANGED_AFTER_SEALING: _("Quelque chose a été ajouté ou retiré après la pose du cachet."),
        Refusal.ALTERED: _("Le contenu n’est plus celui qui a été scellé."),
        Refusal.FORGED: _("Le cachet n’a pas été posé avec la clé du certificat qu’il montre."),
    }
    return str(words[reason])


def trust_problem(problem: TrustProblem) -> str:
    """Why a valid seal is not trusted."""
    words = {
        TrustProblem.UNKNOWN: _(
            "Ce certificat ne figure pas parmi ceux que nous reconnaissons. "
            "N’importe qui peut en fabriquer un à n’importe quel nom."
        ),
        TrustProblem.DEMONSTRATION: _(
            "Un cachet de démonstration montre que le fichier n’a pas changé, "
            "mais il ne prouve pas qui l’a scellé et n’engage personne."
        ),
        TrustProblem.EXPIRED: _("Ce certificat n’était pas, ou n’est plus, en cours de validité."),
        TrustProblem.NOT_FOR_SIGNING: _("Ce certificat n’est pas fait pour signer des documents."),
        TrustProblem.REVOKED: _("Ce certificat avait été révoqué au moment de la signature."),
    }
    return str(words[problem])


def level(found: Level) -> str:
    """How long a signature can be checked."""
    words = {
        Level.BASIC: _("Niveau B-B : sa date n’est que déclarée."),
        Level.TIMESTAMPED: _("Niveau B-T : sa date est confirmée."),
        Level.LONG_TERM: _("Niveau B-LT : elle pourra se vérifier longtemps après."),
        Level.ARCHIVED: _("Niveau B-LTA : elle pourra se vérifier des décennies après."),
    }
    return str(words[found])


def step(name: str) -> str:
    """What a job is doing now."""
    words = {
        "queued": _("En attente"),
        "reading": _("Lecture du texte"),
        "rendering": _("Mise en page"),
        "sealing": _("Pose du cachet"),
        "checking": _("Contrôle du fichier"),
        "keeping": _("Mise à l’abri"),
        "opening": _("Lecture du document Word"),
    }
    return str(words.get(name, words["queued"]))


def failure(name: str) -> str:
    """Why a job failed, and what to do."""
    words = {
        "too-long": _(
            "La mise en page a demandé trop de temps ou de mémoire. "
            "Cherchez un tableau ou une note d’une taille inhabituelle, puis recommencez."
        ),
        "seal-unusable": _(
            "Le cachet de l’organisation ne peut pas servir : il a peut-être expiré. "
            "Sa ou son secrétaire peut en déposer un autre."
        ),
        "damaged": _(
            "Le texte de cette version n’est plus celui qui a été figé. Prévenez l’administration du site."
        ),
        "disk-full": _(
            "Il n’y a plus de place sur le disque du serveur. Prévenez l’administration du site, puis recommencez."
        ),
        "no-timestamp": _("L’autorité qui confirme l’heure ne répond pas. Recommencez dans quelques minutes."),
        "interrupted": _("Le travail a été interrompu plusieurs fois. Recommencez ; si cela se répète, prévenez "
                         "l’administration du site."),
    }
    words |= word_failures()
    other = _("Le fichier n’a pas pu être produit. Recommencez ; si cela se répète, prévenez l’administration du site.")
    return str(words.get(name, other))


def word_failures() -> dict[str, str]:
    """Why a Word document could not be made or read, and what to do."""
    as_docx = _("Ouvrez-le dans Word ou LibreOffice, choisissez « Enregistrer sous », puis le format .docx.")
    return {
        "empty": _("Choisissez le document Word à lire."),
        "file-too-large": _("Ce document dépasse 30 Mo. Retirez-en des images (elles ne sont pas reprises), "
                            "puis recommencez."),
        "old-word": _("Ce document est dans l’ancien format de Word (.doc).") + " " + as_docx,
        "protected": _("Ce document est protégé par un mot de passe. Retirez le mot de passe dans Word, "
                       "puis recommencez."),
        "open-document": _("Ce document est au format OpenDocument (.odt).") + " " + as_docx,
        "rich-text": _("Ce document est au format RTF.") + " " + as_docx,
        "pdf": _("C’est un PDF : il montre des pages, mais ne garde pas les titres ni les paragraphes. "
                 "Déposez le document Word dont il vient."),
        "other-office": _("Ce n’est pas un texte : c’est sans doute un tableur ou une présentation. "
                          "Déposez un document Word (.docx)."),
        "not-word": _("Ce n’est pas un document Word. Déposez un fichier .docx."),
        "damaged-file": _("Ce document est abîmé : nous ne pouvons pas le lire. Ouvrez-le dans Word, "
                          "enregistrez-le sous un autre nom, puis recommencez avec ce fichier."),
        "too-complex": _("Ce document est trop volumineux ou trop complexe pour être lu en une fois. "
                         "Partagez-le en plusieurs documents, puis recommencez."),
        "long-section": _("Une des parties de ce document est trop longue pour une seule section. "
                          "Donnez à ses grandes parties le style « Titre 1 », puis recommencez."),
        "no-text": _("Ce document ne contient pas de texte que nous puissions lire. S’il est fait d’images, "
                     "déposez le document dont elles viennent."),
        "upload-gone": _("Le document déposé n’est plus là. Déposez-le de nouveau."),
        "no-pandoc": _("Ce serveur ne sait ni lire ni produire de documents Word : le programme pandoc n’existe pas "
                       "pour ce genre de machine. Prévenez l’administration du site."),
    }


def unfit(reason: Unfit) -> str:
    """Why a file that is brought back is not the one we know with the signature expected, and what to do."""
    words = {
        Unfit.OTHER_FILE: _(
            "Ce n’est pas le fichier que vous avez téléchargé, ou votre programme l’a réécrit en entier. "
            "Signez sans « enregistrer sous » ni optimiser, puis renvoyez le fichier."
        ),
        Unfit.STALE: _(
            "Quelqu’un a signé depuis votre téléchargement. Téléchargez à nouveau le fichier, et signez celui-là."
        ),
        Unfit.NOT_SIGNED: _("Ce fichier ne porte pas de nouvelle signature. Signez-le, puis renvoyez-le."),
        Unfit.SEVERAL: _("Ce fichier porte plusieurs nouvelles signatures : il en faut une seule."),
        Unfit.TOO_LARGE: _("Il y a dans ce fichier bien plus qu’une signature de plus."),
        Unfit.WRONG_FIELD: _("La signature est dans la case de quelqu’un d’autre. Signez dans la vôtre."),
        Unfit.WRONG_CERTIFICATE: _("La signature a été faite avec un autre certificat que celui déclaré ici."),
        Unfit.UNCOVERED: _("La signature ne porte pas sur tout le fichier : quelque chose a été ajouté après elle."),
        Unfit.FORGED: _("Cette signature n’est pas celle du certificat qu’elle montre."),
        Unfit.NOT_SERVING: _("Ce certificat a expiré, ou n’est pas fait pour signer des documents."),
        Unfit.CHANGED: _("Autre chose qu’une signature a été ajouté au fichier. Repartez du fichier téléchargé."),
        Unfit.BRINGS_VALIDATION: _(
            "Votre programme a ajouté au fichier des données de validation (« LTV »). Signez sans elles : elles y "
            "seront ajoutées ici, pour toutes les signatures."
        ),
        Unfit.WRONG_TIME: _(
            "Cette signature se dit faite à une date à venir. Mettez à l’heure l’horloge de l’ordinateur, puis signez "
            "à nouveau."
        ),
        Unfit.UNREADABLE: _("Ce fichier ne peut pas être lu."),
    }
    return str(words[reason])
