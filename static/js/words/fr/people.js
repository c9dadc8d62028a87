// Words of the pages about people.

export const words = {
  copy: "Copier le lien",
  copied: "Copié",
  selected: "Sélectionné",
};
