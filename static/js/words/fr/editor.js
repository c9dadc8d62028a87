// Words of the editor.

/** @param {number} number */
const french = (number) => number.toLocaleString("fr-FR");

export const words = {
  editor: "Texte de la section",
  toolbar: "Mise en forme",
  more: "Plus",
  moreTools: "Plus d’outils",
  blockStyle: "Style du paragraphe",
  paragraph: "Paragraphe",
  heading1: "Titre 1",
  heading2: "Titre 2",
  heading3: "Titre 3",
  bold: "Gras",
  italic: "Italique",
  bulletList: "Liste à puces",
  numberedList: "Liste numérotée",
  indent: "Augmenter le retrait",
  outdent: "Diminuer le retrait",
  quote: "Citation",
  link: "Lien",
  note: "Note",
  noteLong: "Note de bas de page",
  table: "Tableau",
  find: "Rechercher",
  findInSection: "Rechercher dans la section",
  replaceWith: "Remplacer par",
  replaceOne: "Remplacer",
  replaceAll: "Tout remplacer",
  findNext: "Résultat suivant",
  findPrevious: "Résultat précédent",
  close: "Fermer",
  undo: "Annuler",
  redo: "Rétablir",
  markdown: "Markdown",
  showMarkdown: "Afficher le Markdown",
  tableTools: "Tableau",
  addRowBelow: "Ajouter une ligne dessous",
  addRowAbove: "Ajouter une ligne dessus",
  addColumnRight: "Ajouter une colonne à droite",
  addColumnLeft: "Ajouter une colonne à gauche",
  row: "Ligne",
  column: "Colonne",
  removeRow: "Supprimer la ligne",
  removeColumn: "Supprimer la colonne",
  removeTable: "Supprimer le tableau",
  linkText: "Texte affiché",
  linkAddress: "Adresse",
  badAddress: "Cette adresse ne peut pas être suivie. Écrivez par exemple https://www.exemple.org ou nom@exemple.org.",
  save: "Enregistrer",
  cancel: "Annuler",
  removeLink: "Retirer le lien",
  backToText: "Revenir à l’appel de note",
  /** @param {number | undefined} number */
  noteReference: (number) => (number === undefined ? "Note sans texte" : `Note ${number}`),
  /** @param {number} current @param {number} total */
  matches: (current, total) => (total === 0 ? "Aucun résultat" : current ? `${current} sur ${total}` : total === 1 ? "1 résultat" : `${total} résultats`),
  /** @param {number} words @param {number} characters */
  count: (words, characters) => `${french(words)} ${words < 2 ? "mot" : "mots"} · ${french(characters)} ${characters < 2 ? "caractère" : "caractères"}`,
  withoutSuggestions: "sans les suggestions",
  /** @param {"words" | "characters"} unit @param {number} used @param {number} max */
  countOfLimit: (unit, used, max) => `${french(used)} / ${french(max)} ${unit === "words" ? "mots" : "caractères"}`,
  /** @param {"words" | "characters"} unit @param {number} left */
  limitLeft: (unit, left) => (left < 0 ? `${french(-left)} de trop` : `reste ${french(left)}`),
  /** @param {"words" | "characters"} unit @param {number} left */
  limitAloud: (unit, left) => (left < 0
    ? `Limite dépassée de ${french(-left)} ${unit === "words" ? "mots" : "caractères"}.`
    : `Il reste ${french(left)} ${unit === "words" ? "mots" : "caractères"} avant la limite.`),
  /** @param {number} number */
  imagesRefused: (number) => (number === 1
    ? "L’image n’a pas été reprise : une section ne contient que du texte et des tableaux."
    : `${number} images n’ont pas été reprises : une section ne contient que du texte et des tableaux.`),
  filesRefused: "Le fichier n’a pas été repris : ouvrez-le, copiez son texte et collez-le ici.",
  pasteFailed: "La mise en forme n’a pas pu être reprise ; le texte a été collé seul.",
  keyboardHelp: "Alt+F10 pour la barre d’outils. Tabulation pour quitter le texte ; dans une liste ou un tableau, Échap puis Tabulation. Ctrl+Maj+E pour passer de la modification à la suggestion. Alt+↓ et Alt+↑ pour aller d’une suggestion à l’autre, Alt+Entrée pour décider. Ctrl+Alt+M pour commenter.",
};
