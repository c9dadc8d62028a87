// Words of the pages about people.

/** @type {typeof import("../fr/people.js").words} */
export const words = {
  copy: "Copy the link",
  copied: "Copied",
  selected: "Selected",
};
