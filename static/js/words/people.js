/** Words of the pages about people. */
export const words = {
  fr: {
    copy: "Copier le lien",
    copied: "Copié",
    selected: "Sélectionné",
  },
  en: {
    copy: "Copy the link",
    copied: "Copied",
    selected: "Selected",
  },
};
