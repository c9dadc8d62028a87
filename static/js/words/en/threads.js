// Words of comments in the margin of the text.

export const words = {
  comment: "Comment",
  commentIn: (/** @type {string} */ title) => `Comment on the section “${title}”`,
  commentPassage: "Comment on the selected passage",
  commentSuggestion: "Comment on this suggestion",
  region: (/** @type {string} */ title) => `Comments on the section “${title}”`,
  count: (/** @type {number} */ n) => (n === 1 ? `${n} comment` : `${n} comments`),
  resolved: (/** @type {number} */ n) => (n === 1 ? `${n} settled thread` : `${n} settled threads`),
  whole: "About the whole section",
  sending: "Sending…",
  sent: "The comment is saved.",
  done: "Done.",
  failed: "The comment was not sent: there is no connection. Your text is kept here; try again in a moment.",
  unsaved: "Your text in the section is not saved yet. Try again in a moment: the comment is kept here.",
  gone: "The passage that you comment on is no longer there. The comment is kept here; select another passage.",
  fresh: "A comment has just arrived.",
  people: "People and organisations to tell",
};
