// Words of comments in the margin of the text.

export const words = {
  comment: "Commenter",
  commentIn: (/** @type {string} */ title) => `Commenter la section « ${title} »`,
  commentPassage: "Commenter le passage sélectionné",
  commentSuggestion: "Commenter cette proposition",
  region: (/** @type {string} */ title) => `Commentaires de la section « ${title} »`,
  count: (/** @type {number} */ n) => (n > 1 ? `${n} commentaires` : `${n} commentaire`),
  resolved: (/** @type {number} */ n) => (n > 1 ? `${n} fils réglés` : `${n} fil réglé`),
  whole: "À propos de toute la section",
  sending: "Envoi…",
  sent: "Le commentaire est enregistré.",
  done: "C’est fait.",
  failed: "Le commentaire n’est pas parti : pas de connexion. Votre texte est gardé ici ; réessayez dans un instant.",
  unsaved: "Votre texte de la section n’est pas encore enregistré. Réessayez dans un instant : le commentaire est gardé ici.",
  gone: "Le passage que vous commentiez n’est plus là. Le commentaire est gardé ici ; sélectionnez un autre passage.",
  fresh: "Un commentaire vient d’arriver.",
  people: "Personnes et organisations à prévenir",
};
